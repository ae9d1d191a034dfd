"""Practice sessions over REST, as an integrator sees them."""

from __future__ import annotations

import io

import pytest
from rest_framework.test import APIClient

from sessions import services
from sessions.models import GrantUse, Session
from tests.sessions.samples import WAV
from tests.tokens import header_of

pytestmark = pytest.mark.django_db


def client(user) -> APIClient:
    http = APIClient()
    http.credentials(HTTP_AUTHORIZATION=header_of(user))
    return http


@pytest.fixture
def api(user):
    return client(user)


@pytest.fixture
def session(user):
    return services.create_session(
        owner=user, kind="interview", title="Acme interview", notes="They like tests."
    )


LIST = "/api/v1/sessions/"


def test_it_works(api, user):
    made = api.post(LIST, {"kind": "pitch", "title": "Seed round", "question": "Why now?"})
    assert made.status_code == 201
    session = Session.objects.get(pk=made.data["id"], owner=user)
    assert session.parts.get().question == "Why now?"
    assert api.get(LIST).data["results"][0]["title"] == "Seed round"


def test_it_asks_who_you_are(session):
    assert APIClient().get(LIST).status_code == 401


def test_it_says_which_field_is_wrong(api):
    refused = api.post(LIST, {"kind": "opera", "title": ""})
    assert refused.status_code == 400
    assert set(refused.data["errors"]) == {"kind", "title"}
    assert not Session.objects.exists()


def test_it_takes_no_figures_from_outside(api, session):
    answer = api.patch(f"{LIST}{session.pk}/", {"score": 100, "state": "ready", "title": "New"})
    assert answer.status_code == 200
    session.refresh_from_db()
    assert (session.title, session.score, session.state) == ("New", None, "draft")


def test_it_searches_filters_and_sorts(api, session, user):
    services.create_session(owner=user, kind="pitch", title="Zebra")

    def found(**query):
        return [row["title"] for row in api.get(LIST, query).data["results"]]

    assert found(q="acm") == ["Acme interview"]
    assert found(kind="pitch") == ["Zebra"]
    assert found(sort="title") == ["Acme interview", "Zebra"]
    assert api.get(LIST, {"sort": "colour"}).status_code == 400


def test_it_deletes_and_restores(api, session):
    one = f"{LIST}{session.pk}/"
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert api.post(f"{one}restore/").data["title"] == "Acme interview"
    assert api.get(one).status_code == 200


def test_it_analyses_a_text(api, session):
    answer = api.post(f"{LIST}{session.pk}/text/", {"text": "When I joined, we were late."})
    assert answer.status_code == 202
    assert session.runs.get().profile == "text"
    assert api.post(f"{LIST}{session.pk}/text/", {"text": ""}).status_code == 400


def test_it_checks_object_ownership(session, other_user):
    other = client(other_user)
    one = f"{LIST}{session.pk}/"
    answers = [
        other.get(one), other.patch(one, {"title": "mine"}), other.delete(one),
        other.post(f"{one}restore/"), other.post(f"{one}text/", {"text": "x"}),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert other.get(LIST).data["count"] == 0


def test_it_shows_a_granted_session_without_what_is_the_owners_own(
    session, user, other_user, media
):
    services.add_file(session=session, file=io.BytesIO(WAV), filename="a.wav", length=len(WAV))
    services.grant_access(
        owner=user, session=session, scope="metrics", reason="review", to_user=other_user
    )
    other = client(other_user)
    shown = other.get(f"{LIST}{session.pk}/").data
    assert (shown["title"], shown["notes"], shown["recordings"]) == ("Acme interview", "", [])
    services.update_session(session=session, question="Why?", job_description="Ours alone.")
    shown = client(other_user).get(f"{LIST}{session.pk}/").data
    assert (shown["question"], shown["job_description"]) == ("", "")
    assert {use.user for use in GrantUse.objects.all()} == {other_user}
    assert other.patch(f"{LIST}{session.pk}/", {"title": "mine"}).status_code == 404


def test_it_gives_no_address_of_a_recording_that_was_not_checked(session, api, media):
    recording = services.add_file(
        session=session, file=io.BytesIO(WAV), filename="a.wav", length=len(WAV)
    )
    assert api.get(f"{LIST}{session.pk}/").data["recordings"][0]["url"] is None
    recording.checked_at = recording.created
    recording.save()
    assert api.get(f"{LIST}{session.pk}/").data["recordings"][0]["url"].startswith("/media/")


def test_it_lists_ones_own_uploads(session, api, other_user, media):
    services.create_upload(owner=session.owner, session=session, length=9, metadata={})
    assert [row["length"] for row in api.get("/api/v1/uploads/").data["results"]] == [9]
    assert client(other_user).get("/api/v1/uploads/").data["count"] == 0


def test_it_takes_the_same_queries_for_few_and_many(user, api, django_assert_num_queries):
    def many(count):
        for i in range(count):
            services.create_session(owner=user, kind="pitch", title=f"Talk {i}")

    many(2)
    api.get(LIST)
    with django_assert_num_queries(4):
        api.get(LIST)
    many(20)
    with django_assert_num_queries(4):
        api.get(LIST)


def test_a_search_of_one_endless_word_is_refused_not_broken(api, session):
    assert api.get(LIST, {"q": "a" * 5000}).status_code == 400


def test_a_list_leaves_a_trace_of_each_session_of_somebody_else(
    user, other_user, django_assert_num_queries
):
    """Which grant let them see it, in as many queries for many as for few."""

    def shared(count):
        for number in range(count):
            session = services.create_session(owner=user, kind="pitch", title=f"Talk {number}")
            services.grant_access(
                owner=user, session=session, scope="metrics", reason="x", to_user=other_user
            )

    other = client(other_user)
    services.create_session(owner=other_user, kind="pitch", title="Their own")
    assert other.get(LIST).data["count"] == 1
    shared(2)
    with django_assert_num_queries(6):
        assert other.get(LIST).data["count"] == 3
    uses = GrantUse.objects.all()
    assert {(use.user, use.owner, use.what) for use in uses} == {(other_user, user, "listed")}
    assert {use.grant.session for use in uses} == set(Session.objects.filter(owner=user))
    shared(10)
    with django_assert_num_queries(6):
        other.get(LIST)
    assert GrantUse.objects.count() == 2 + 12
    other.get(LIST, {"q": "own"})
    assert GrantUse.objects.count() == 2 + 12, "only what was shown"


def test_what_is_refused_leaves_no_trace(session, user, other_user):
    services.grant_access(
        owner=user, session=session, scope="media", reason="x", to_user=other_user
    )
    assert client(other_user).patch(f"{LIST}{session.pk}/", {"title": "x"}).status_code == 404
    assert not GrantUse.objects.exists()
