"""The pages of practice sessions, as a browser without scripts and as HTMX see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.accounts.models import User
from sessions import services
from sessions.listing import SEARCH_VECTOR, own_sessions, prefix_query
from sessions.models import Session, Upload
from tests.sessions.samples import WAV

pytestmark = pytest.mark.django_db
LIST = reverse("sessions:list")


def make(owner, title="Acme interview", **fields):
    return services.create_session(owner=owner, **{"kind": "interview", "title": title, **fields})


def many(owner, count):
    """Sessions of different days, scores and lengths."""
    now = timezone.now()
    Session.objects.bulk_create(
        Session(
            owner=owner, title=f"Talk {i}", kind="pitch", created=now - timedelta(minutes=i),
            score=i % 100, duration_s=i, state="ready",
        )
        for i in range(count)
    )  # fmt: skip


def titles(response):
    return [session.title for session in response.context["page"]]


def test_it_works(user, user_client):
    make(user)
    response = user_client.get(LIST)
    assert titles(response) == ["Acme interview"]
    assert b"Acme interview" in response.content


def test_it_asks_who_you_are(client):
    for name in ("list", "new", "deleted"):
        response = client.get(reverse(f"sessions:{name}"))
        assert response.status_code == 302
        assert response["location"].startswith(reverse("account_login"))


def test_it_shows_an_empty_list_with_the_next_step(user_client):
    response = user_client.get(LIST)
    assert "Nothing rehearsed yet" in response.text
    assert reverse("sessions:sample") in response.text


def test_it_lists_nobody_elses_sessions(user_client, other_user):
    make(other_user)
    assert titles(user_client.get(LIST)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "acme"}, ["Acme interview"]),
        ({"q": "inter ac"}, ["Acme interview"]),
        ({"q": "'; drop table --"}, []),
        ({"q": "& | ! ():*'"}, ["Series A pitch", "Acme interview"]),
        ({"kind": "pitch"}, ["Series A pitch"]),
        ({"state": "draft"}, ["Series A pitch", "Acme interview"]),
        ({"state": "ready"}, []),
        ({"kind": "opera"}, ["Series A pitch", "Acme interview"]),
        ({"sort": "oldest"}, ["Acme interview", "Series A pitch"]),
        ({"sort": "title"}, ["Acme interview", "Series A pitch"]),
        ({"since": "2999-01-01"}, []),
        ({"until": "2000-01-01"}, []),
        ({"since": "yesterday"}, ["Series A pitch", "Acme interview"]),
    ],
)
def test_it_searches_filters_and_sorts(user, user_client, query, found):
    make(user)
    make(user, "Series A pitch", kind="pitch")
    assert titles(user_client.get(LIST, query)) == found


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_it_says_how_many_filters_are_on_and_how_to_clear_them(user, user_client, headers):
    make(user)
    asked = {"q": "acme", "kind": "interview", "state": "draft", "sort": "title", "since": "soon"}
    response = user_client.get(LIST, asked, headers=headers)
    assert response.context["filters_on"] == 2, "a search, an order and nonsense are no filters"
    assert "1 session found." in response.text
    assert f'<a href="{LIST}">Clear search and filters</a>' in response.text
    assert "Clear search" not in user_client.get(LIST, {"sort": "title"}, headers=headers).text


def test_it_counts_days_on_the_users_clock(user):
    user.time_zone = "Pacific/Auckland"
    session = make(user)
    Session.objects.update(created="2026-03-01T12:30:00Z")  # 2 March there, already
    day = timezone.datetime(2026, 3, 2).date()
    assert list(own_sessions(user, since=day, until=day)) == [session]
    assert not own_sessions(user, until=day - timedelta(days=1))


@pytest.mark.parametrize(("sort", "first"), [("score", "Talk 99"), ("length", "Talk 119")])
def test_it_sorts_what_has_no_figure_last(user, user_client, sort, first):
    many(user, 120)
    make(user)
    response = user_client.get(LIST, {"sort": sort})
    assert titles(response)[0] == first
    assert titles(user_client.get(LIST, {"sort": sort, "page": 99}))[-1] == "Acme interview"


def test_it_answers_htmx_with_the_list_alone(user, user_client):
    make(user)
    response = user_client.get(LIST, headers={"HX-Request": "true"})
    assert "Acme interview" in response.text
    assert "<html" not in response.text


def test_it_takes_the_same_queries_at_10_and_at_200_sessions(
    user, user_client, django_assert_num_queries
):
    from django.test.utils import CaptureQueriesContext

    many(user, 10)
    with CaptureQueriesContext(connection) as few:
        user_client.get(LIST)
    many(user, 190)
    with django_assert_num_queries(len(few)):
        user_client.get(LIST, {"page": 5})
    assert len(few) < 12


@pytest.mark.parametrize("index", ["created", "by_title", "by_score", "by_length"])
def test_it_pages_by_an_index_at_10_000_sessions(user, other_user, index):
    many(user, 10_000)
    many(other_user, 10_000)
    sort = {"created": "newest", "by_title": "title", "by_score": "score", "by_length": "length"}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE practice_session")
    plan = own_sessions(user, sort=sort[index])[:20].explain()
    assert f"practice_list_{index}" in plan, plan


def test_it_searches_by_an_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = Session.objects.annotate(words=SEARCH_VECTOR).filter(words=prefix_query("acme"))
    assert "practice_search" in found.explain()


def test_it_makes_a_session(user, user_client):
    response = user_client.post(
        reverse("sessions:new"),
        {"kind": "interview", "title": " Second  round ", "question": "Why us?", "company": "Acme",
         "interview_type": "panel"},
    )  # fmt: skip
    session = Session.objects.get(owner=user)
    assert (session.title, session.company, session.parts.count()) == ("Second round", "Acme", 1)
    assert response["location"] == f"/sessions/{session.pk}/"


def test_it_says_what_is_missing(user_client):
    response = user_client.post(reverse("sessions:new"), {"kind": "interview", "title": ""})
    assert response.status_code == 422
    assert "This field is required" in response.text
    assert not Session.objects.exists()


@pytest.mark.parametrize("state", ["draft", "uploading", "analysing", "ready"])
def test_it_edits_in_every_state(user, user_client, state):
    session = make(user)
    Session.objects.update(state=state)
    url = reverse("sessions:edit", args=[session.pk])
    assert 'value="Acme interview"' in user_client.get(url).text
    user_client.post(url, {"kind": "pitch", "title": "New", "question": "How?"})
    session.refresh_from_db()
    assert (session.kind, session.title, session.state) == ("pitch", "New", state)


def test_it_renames_in_the_row(user, user_client):
    session = make(user)
    url = reverse("sessions:rename", args=[session.pk])
    htmx = {"HX-Request": "true"}
    assert 'value="Acme interview"' in user_client.get(url, headers=htmx).text
    assert "required" in user_client.post(url, {"title": " "}, headers=htmx).text
    assert "Better" in user_client.post(url, {"title": "Better"}, headers=htmx).text
    assert user_client.post(url, {"title": "Best"})["location"] == LIST
    session.refresh_from_db()
    assert session.title == "Best"


def test_it_deletes_with_undo(user, user_client):
    session = make(user)
    gone = user_client.post(
        reverse("sessions:delete", args=[session.pk]), headers={"HX-Request": "true"}
    )
    assert reverse("sessions:restore", args=[session.pk]) in gone.text
    page = user_client.get(LIST)
    assert titles(page) == []
    assert "1 deleted just now" in page.text
    assert "Acme interview" in user_client.get(reverse("sessions:deleted")).text
    user_client.post(reverse("sessions:restore", args=[session.pk]))
    assert titles(user_client.get(LIST)) == ["Acme interview"]


def test_deleting_what_a_search_found_says_how_many_are_left(user, user_client):
    found, _other = make(user, title="Acme"), make(user, title="Globex")
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?q=acme"}
    shown = user_client.post(reverse("sessions:delete", args=[found.pk]), headers=htmx).text
    assert 'hx-swap-oob="innerHTML:#found"' in shown and "0 sessions found" in shown
    assert "Nothing fits" in shown


def test_deleting_the_last_of_a_page_shows_the_page_before(user, user_client):
    last, *_others = [make(user, title=f"Number {n}") for n in range(21)]
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?page=2"}
    shown = user_client.post(reverse("sessions:delete", args=[last.pk]), headers=htmx).text
    assert "Number 20" in shown and 'hx-swap-oob="innerHTML:#sessions"' in shown


def test_deleting_the_last_leaves_no_empty_table(user, user_client):
    first, last = make(user), make(user)
    htmx = {"HX-Request": "true"}
    some_left = user_client.post(reverse("sessions:delete", args=[first.pk]), headers=htmx)
    assert "Nothing rehearsed yet" not in some_left.text
    none_left = user_client.post(reverse("sessions:delete", args=[last.pk]), headers=htmx)
    assert "Nothing rehearsed yet" in none_left.text
    assert reverse("sessions:restore", args=[last.pk]) in none_left.text


@pytest.mark.parametrize("verb", ["delete", "retry"])
def test_every_row_acts_by_the_one_form_without_scripts(user, verb):
    """The buttons of all rows send the list's one form, each to its own session."""
    session = make(user)
    Session.objects.update(state="failed")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(LIST).text
    token = re.search(r'<form id="row" method="post" hidden>.*?value="(\w+)"', page, re.DOTALL)
    address = f"/sessions/{session.pk}/{verb}/"
    assert f'form="row" formaction="{address}"' in page
    assert client.post(address).status_code == 403
    assert client.post(address, {"csrfmiddlewaretoken": token[1]}).status_code == 302


def test_it_does_not_restore_after_ten_minutes(user, user_client):
    session = make(user)
    Session.objects.update(deleted_at=timezone.now() - timedelta(minutes=10, seconds=1))
    answer = user_client.post(reverse("sessions:restore", args=[session.pk]), follow=True)
    assert "have passed" in answer.text
    assert "Acme interview" not in user_client.get(reverse("sessions:deleted")).text


@pytest.mark.parametrize("name", ["edit", "rename", "delete", "restore", "upload", "text"])
def test_it_checks_object_ownership(user, other_client, name):
    session = make(user)
    url = reverse(f"sessions:{name}", args=[session.pk])
    assert other_client.post(url, {"title": "mine"}).status_code == 404
    session.refresh_from_db()
    assert (session.title, session.deleted_at) == ("Acme interview", None)


def test_it_takes_a_small_file_without_scripts(user, user_client):
    session = make(user)
    url = reverse("sessions:upload", args=[session.pk])
    response = user_client.post(url, {"file": SimpleUploadedFile("talk.wav", WAV)})
    assert response["location"] == session.get_absolute_url()
    assert session.recordings.get().size_bytes == len(WAV)


@pytest.mark.parametrize(
    ("data", "says"), [(b"Dear diary", "text file"), (b"PK\x03\x04" + b"\0" * 99, "ZIP")]
)
def test_it_refuses_a_wrong_file_without_scripts(user, user_client, data, says):
    session = make(user)
    url = reverse("sessions:upload", args=[session.pk])
    user_client.post(url, {"file": SimpleUploadedFile("talk.mp4", data)})
    assert says in user_client.get(LIST).text
    assert Upload.objects.get().state == Upload.State.REFUSED


def test_it_asks_for_the_file_that_is_missing_or_too_large(user, user_client, settings):
    session = make(user)
    url = reverse("sessions:upload", args=[session.pk])
    user_client.post(url)
    assert "Choose a file first" in user_client.get(LIST).text
    settings.FORM_UPLOAD_MAX_BYTES = 10
    user_client.post(url, {"file": SimpleUploadedFile("talk.wav", WAV)})
    assert "Allow scripts" in user_client.get(LIST).text
    assert not Upload.objects.exists()


def test_it_analyses_a_text(user, user_client):
    session = make(user)
    url = reverse("sessions:text", args=[session.pk])
    assert user_client.get(url).status_code == 200
    assert user_client.post(url, {"text": " "}).status_code == 422
    answer = user_client.post(url, {"text": "When I joined, we had a problem."})
    assert answer["location"] == session.get_absolute_url()
    assert session.runs.get().profile == "text"


def test_it_lets_a_visitor_try_the_sample(client, db):
    response = client.post(reverse("sessions:sample"))
    guest = User.objects.get()
    session = Session.objects.get(owner=guest)
    assert (guest.is_guest, session.is_sample) == (True, True)
    assert response["location"] == session.get_absolute_url()
    assert session.recordings.get().size_bytes <= 400_000
    client.post(reverse("sessions:sample"))
    assert Session.objects.count() == 1


def test_it_stops_making_guests_for_one_address(db):
    from sessions.views import intake

    for _time in range(intake.GUESTS_AN_HOUR):
        assert intake._may_be_guest(Client().get(LIST).wsgi_request)
    assert Client().post(reverse("sessions:sample"))["location"] == reverse("account_signup")
    assert not User.objects.exists()


def test_visitors_behind_one_proxy_are_not_one_visitor(db, settings):
    from sessions.views import intake

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    requests = [
        Client().get(LIST, headers={"X-Forwarded-For": f"6.6.6.6, 10.0.0.{n}"}).wsgi_request
        for n in range(intake.GUESTS_AN_HOUR + 1)
    ]
    assert all(intake._may_be_guest(request) for request in requests)


def test_the_sample_opens_while_the_cache_is_down(client, db, media, monkeypatch):
    from redis.exceptions import ConnectionError

    def down(*_args, **_kwargs):
        raise ConnectionError("refused")

    monkeypatch.setattr("redis.client.Redis.execute_command", down)
    assert client.post(reverse("sessions:sample")).status_code == 302
    assert Session.objects.get().is_sample
