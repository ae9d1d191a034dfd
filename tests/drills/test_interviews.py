"""The page on which an interview is put together, and the questions that come up in it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from analysis.services.inputs import settings_of
from coaching.accounts.models import User
from drills import services
from drills.choosing import Choice
from drills.drafting import read_draft
from drills.models import Asked, Interview, Question
from sessions.models import Part, Recording, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]
PAGE = reverse("drills:interview")
WISHES = {"field": "software", "level": "", "count": "3", "preparation_s": "15", "answer_s": "120"}


def post(client: Client, act: str, draft: str = "", **changes: str):
    return client.post(PAGE, {**WISHES, **changes, "act": act, "draft": draft})


def listed(answer) -> list[int]:
    return [one.question.pk for one in answer.context["draft"].chosen]


def chosen(client: Client, **changes: str) -> tuple[str, list[int]]:
    answer = post(client, "choose", **changes)
    return answer.context["draft"].signed(), listed(answer)


def made(owner: User, *keys: str, follow_ups: bool = True) -> Session:
    picked = [Choice(Question.objects.get(key=key)) for key in keys]
    return services.make_interview(
        owner=owner, chosen=picked, preparation_s=15, answer_s=120, follow_ups=follow_ups
    )


def test_it_works(user: User, user_client: Client):
    draft, ids = chosen(user_client, job_title="Backend engineer")
    answer = post(user_client, "begin", draft, job_title="Backend engineer")
    session = Session.objects.get(owner=user)
    assert answer["location"] == reverse("sessions:studio", args=[session.pk])
    parts = list(session.parts.select_related("asked__question"))
    assert [part.asked.question_id for part in parts] == ids
    assert [part.question for part in parts] == [part.asked.question.text for part in parts]
    assert session.title == "Interview: Backend engineer" and session.kind == "interview"
    interview = Interview.objects.get(session=session)
    assert (interview.preparation_s, interview.answer_s, interview.follow_ups) == (15, 120, False)


def test_it_asks_who_you_are(client: Client):
    assert client.get(PAGE)["location"].startswith(reverse("account_login"))


def test_a_new_practice_leads_here(user_client: Client):
    assert PAGE in user_client.get(reverse("sessions:new")).text


def test_the_page_costs_the_same_however_long_the_list_is(
    user: User, user_client: Client, django_assert_max_num_queries
):
    made(user, "software/api-change", "software/caching")
    for count in ("1", "10"):
        draft, _ids = chosen(user_client, count=count)
        with django_assert_max_num_queries(5):
            answer = post(user_client, "down-0", draft)
        assert len(listed(answer)) == int(count)


def test_the_list_is_reordered_shortened_and_changed(user_client: Client):
    draft, (first, second, third) = chosen(user_client)
    assert listed(post(user_client, "down-0", draft)) == [second, first, third]
    assert listed(post(user_client, "up-2", draft)) == [first, third, second]
    assert listed(post(user_client, "up-0", draft)) == [first, second, third]
    assert listed(post(user_client, "remove-1", draft)) == [first, third]
    more = listed(post(user_client, "add", draft))
    assert more[:3] == [first, second, third] and len(set(more)) == 4
    answer = post(user_client, "change-1", draft)
    kept, new, last = listed(answer)
    assert (kept, last) == (first, third) and new != second
    kinds = {q.pk: q.kind for q in Question.objects.all()}
    assert kinds[new] == kinds[second], "another of the same kind"


def test_what_was_turned_down_does_not_come_back(user_client: Client):
    draft, ids = chosen(user_client, kinds="case", field="sales", count="1")
    seen = set(ids)
    for _ in range(6):
        answer = post(user_client, "change-0", draft, kinds="case", field="sales")
        draft = answer.context["draft"].signed()
        assert not set(listed(answer)) & seen
        seen |= set(listed(answer))


@pytest.mark.parametrize("act", ["change-99", "up-", "down--1", "remove-x", "dance", "choose-", ""])
def test_an_act_that_makes_no_sense_changes_nothing(user_client: Client, act: str):
    draft, ids = chosen(user_client)
    answer = post(user_client, act, draft)
    assert answer.status_code == 200
    assert listed(answer) == ids or act == "choose-"


def test_a_list_that_is_not_ours_is_no_list(user: User, user_client: Client):
    draft, _ids = chosen(user_client)
    for forged in ("", "x", draft[:-2] + "xx"):
        assert post(user_client, "begin", forged).status_code == 200
    assert not Session.objects.filter(owner=user).exists()
    assert read_draft(draft).chosen


@pytest.mark.parametrize(
    "wrong",
    [{"count": "11"}, {"count": "0"}, {"field": "opera"}, {"answer_s": "1"},
     {"job_description": "x" * 20_001}],
)  # fmt: skip
def test_it_says_what_is_wrong_and_loses_nothing(user_client: Client, wrong: dict[str, str]):
    draft, ids = chosen(user_client)
    answer = post(user_client, "begin", draft, **wrong)
    assert answer.status_code == 422 and "errorlist" in answer.text
    assert listed(answer) == ids


def test_where_nothing_fits_it_says_so(user_client: Client):
    Question.objects.filter(kind="case").update(is_active=False)
    assert "No question of the bank fits" in post(user_client, "choose", kinds="case").text


def test_a_retired_question_is_asked_nobody(user_client: Client):
    kept = Question.objects.filter(field="software", kind="case").first()
    Question.objects.exclude(pk=kept.pk).update(is_active=False)
    assert chosen(user_client, count="10")[1] == [kept.pk]


def test_with_htmx_it_goes_on_to_the_studio_by_a_header(user: User, user_client: Client):
    draft, _ids = chosen(user_client)
    given = {**WISHES, "act": "begin", "draft": draft}
    answer = user_client.post(PAGE, given, headers={"HX-Request": "true"})
    session = Session.objects.get(owner=user)
    assert answer["HX-Redirect"] == reverse("sessions:studio", args=[session.pk])


def test_a_description_is_shown_as_text_and_quoted_as_text(user_client: Client):
    bad = "<script>alert(1)</script> Nurse. You give medicines and {{ settings.SECRET_KEY }}."
    Question.objects.exclude(field="healthcare", kind="technical").update(is_active=False)
    answer = post(user_client, "choose", job_description=bad, field="")
    assert "<script>alert" not in answer.text and "SECRET_KEY }}" in answer.text


def test_what_was_skipped_is_not_judged(user: User):
    session = made(user, "software/caching", "software/api-change", "general/proud-of")
    assert len(settings_of(session, None)["parts"]) == 3, "one recording for all of them"
    first, _skipped, third = session.parts.all()
    for part, start in ((first, 0.0), (third, 20.0)):
        Part.objects.filter(pk=part.pk).update(start=start, end=start + 15)
    assert [part["id"] for part in settings_of(session, None)["parts"]] == [
        str(first.pk), str(third.pk),
    ]  # fmt: skip


# follow-up questions


def ask(client: Client, session: Session, part: Part, said: str = ""):
    url = reverse("drills:follow-up", args=[session.pk])
    return client.post(url, {"part": str(part.pk), "said": said})


def test_a_follow_up_becomes_a_part_right_after_its_question(user: User, user_client: Client):
    session = made(user, "software/caching", "software/api-change")
    first, second = session.parts.all()
    answer = ask(user_client, session, first).json()
    assert answer["question"] in Question.objects.get(key="software/caching").follow_ups
    ids = [str(part.pk) for part in session.parts.all()]
    assert ids == [str(first.pk), answer["id"], str(second.pk)]
    assert Asked.objects.get(part=answer["id"]).follows == first


def test_it_is_asked_once_however_often_the_page_asks(user: User, user_client: Client):
    session = made(user, "software/caching", "software/api-change")
    first = session.parts.first()
    assert ask(user_client, session, first).json() == ask(user_client, session, first).json()
    assert session.parts.count() == 3


def test_a_follow_up_is_not_followed_up(user: User, user_client: Client):
    session = made(user, "software/caching")
    made_part = Part.objects.get(pk=ask(user_client, session, session.parts.first()).json()["id"])
    assert ask(user_client, session, made_part).status_code == 422


def test_none_is_asked_where_none_is_wished(user: User, user_client: Client):
    session = made(user, "software/caching", follow_ups=False)
    assert ask(user_client, session, session.parts.first()).status_code == 422


def test_none_is_asked_once_there_is_a_recording(user: User, user_client: Client):
    session = made(user, "software/caching")
    Recording.objects.create(session=session, key="k", filename="f", size_bytes=1)
    answer = ask(user_client, session, session.parts.first())
    assert answer.status_code == 422 and "recording" in answer.json()["error"]


def test_another_persons_interview_is_not_there(user: User, other_client: Client):
    session = made(user, "software/caching")
    assert ask(other_client, session, session.parts.first()).status_code == 404


def test_another_sessions_question_is_not_there(user: User, user_client: Client):
    session, other = made(user, "software/caching"), made(user, "software/api-change")
    assert ask(user_client, session, other.parts.first()).status_code == 404


def test_what_cannot_be_read_is_refused(user: User, user_client: Client):
    session = made(user, "software/caching")
    url = reverse("drills:follow-up", args=[session.pk])
    assert user_client.post(url, {"part": "x"}).status_code == 422
    assert user_client.post(url, {"part": str(session.pk)}).status_code == 404
    long = {"part": str(session.parts.first().pk), "said": "word " * 10_000}
    assert user_client.post(url, long).status_code == 422


def test_with_words_the_reason_says_which(user: User, user_client: Client):
    session = made(user, "software/production-incident")
    said = "We agreed on five follow-up actions and wrote them down."
    answer = ask(user_client, session, session.parts.first(), said).json()
    assert answer["question"] == "Which of the follow-up actions actually got done?"
    assert "five follow-up actions" in answer["reason"]
