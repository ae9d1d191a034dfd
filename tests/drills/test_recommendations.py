"""What is recommended: made from a result, answered, ranked, and gone with its practice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.accounts.models import User
from coaching.accounts.services.erasure import erase_user
from drills import services
from drills.advice import from_result
from drills.models import Attempt, Drill, Outcome, Question, Recommendation
from drills.selectors.recommendations import held_back, put_aside, recommended
from sessions.models import Session
from sessions.services import delete_session, purge_session, restore_session
from tests.analysis import results
from tests.drills.advising import MOMENT, answer, practised, slower, story
from tests.drills.test_attempts import begun, finished
from workers.demo.practices import scripts
from workers.management.commands.load_demo import load

pytestmark = pytest.mark.django_db
KINDS = Recommendation.Kind


@pytest.fixture(autouse=True)
def library(db) -> None:
    services.load_drills()


def named(found) -> list[str]:
    return [one.recommendation.target for one in found]


def now(user: User, **how) -> list[str]:
    return named(recommended(user, at=timezone.now(), limit=20, **how))


def only(**fields) -> Recommendation:
    return Recommendation.objects.get(**fields)


def press(client: Client, one: Recommendation, act: str, **headers):
    url = reverse("drills:recommendation", args=[one.pk])
    return client.post(url, {"act": act, "next": "/drills/"}, headers=headers)


def test_it_works(user: User, user_client: Client):
    """A whole real result, from the engines' output to the pages."""
    script = next(one for one in scripts() if one["slug"] == "01-conflict")
    load(user, script, at=timezone.now() - timedelta(days=1))
    session = Session.objects.get(owner=user)
    drills = Recommendation.objects.filter(kind=KINDS.DRILL)
    assert {one.target for one in drills} == {
        "pitch-stress-one-word", "silent-breath", "number-name-place",
    }  # fmt: skip
    fillers = only(target="silent-breath")
    assert (fillers.skill, fillers.points, fillers.scenario) == ("fillers", 0, "interview")
    assert fillers.moments[0]["text"] == "“So”" and fillers.run == session.runs.get()
    assert fillers.practised_at == session.created
    workspace = user_client.get(session.get_absolute_url()).text
    assert workspace.count("Take it on") == 3
    next_up = user_client.get(reverse("drills:list")).text
    assert "From your practices" in next_up and "Swap fillers for silence" in next_up
    assert f"{session.get_absolute_url()}#t=0.00,1.11" in next_up


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script["slug"])
def test_the_words_are_those_of_the_result(user: User, script):
    load(user, script, at=timezone.now())
    stage = Session.objects.get().runs.get().stages.get(name="recommend")
    for item in stage.result["items"]:
        said = from_result(item["code"], item["params"])
        assert said is not None and (said.title, said.why) == (item["title"], item["why"])


def test_another_analysis_replaces_what_was_not_answered(user: User):
    run = practised(user, slower(), story())
    services.accept(recommendation=only(kind="drill", code="pace.slower"))
    before = only(kind="drill", code="pace.slower")
    answer(run, slower(185.0), points=60.0)
    after = only(kind="drill", code="pace.slower")
    assert (after.pk, after.state, after.answered_at) == (before.pk, "accepted", before.answered_at)
    assert (after.value, after.points) == (185.0, 60.0)
    assert not Recommendation.objects.filter(code="structure.complete").exists()
    answer(run, slower(185.0), points=60.0)
    assert Recommendation.objects.count() == 1, "the same again changes nothing"


@pytest.mark.parametrize(
    "fields", [{"is_listed": False}, {"is_drill": True}, {"is_sample": True}], ids=str
)
def test_only_listed_practices_of_ones_own_are_advised_from(user: User, fields):
    practised(user, slower(), **fields)
    assert not Recommendation.objects.exists()


def test_it_goes_with_its_practice_and_comes_back_with_it(user: User):
    session = practised(user, slower()).session
    delete_session(session=session)
    assert now(user) == [] and put_aside(user, at=timezone.now()) == {}
    restore_session(session=session)
    assert now(user) == ["pace-metronome"]
    delete_session(session=session)
    purge_session(session=session)
    assert not Recommendation.objects.exists()


def test_a_person_who_leaves_leaves_none(user: User):
    practised(user, slower(), days_ago=2)
    practised(user, slower(), points=80.0)
    assert Outcome.objects.exists()
    erase_user(user=user)
    assert not Recommendation.objects.exists() and not Outcome.objects.exists()


def test_what_is_exported_is_what_is_kept_about_somebody():
    assert Recommendation.privacy.export and Recommendation.privacy.owner == "owner"
    assert Outcome.privacy.export and Outcome.privacy.owner == "recommendation__owner"


def test_each_answer_does_what_it_says_and_can_be_taken_back(user: User, user_client: Client):
    practised(user, slower())
    one = only()
    for act, state in (("accept", "accepted"), ("snooze-1", "snoozed"), ("dismiss", "dismissed")):
        answered = press(user_client, one, act)
        assert answered["location"] == f"/drills/#advice-{one.pk}"
        assert only().state == state
    assert now(user) == [] and put_aside(user, at=timezone.now())["pace-metronome"] == 0
    assert named(held_back(user, at=timezone.now())) == ["pace-metronome"]
    press(user_client, one, "undo")
    assert (only().state, only().answered_at) == ("offered", None)
    assert now(user) == ["pace-metronome"]


def test_pressed_twice_is_as_once(user: User, user_client: Client):
    practised(user, slower())
    press(user_client, only(), "accept")
    first = only().answered_at
    press(user_client, only(), "accept")
    assert only().answered_at == first
    factor = put_aside(user, at=timezone.now())["pace-metronome"]
    assert 1 < factor < 1.1


def test_htmx_gets_the_controls_alone(user: User, user_client: Client):
    practised(user, slower())
    said = press(user_client, only(), "snooze-7", **{"HX-Request": "true"}).text
    assert "Put off until" in said and "Undo" in said and "<html" not in said
    assert 'value="/drills/"' in said, "the way back is kept"


def test_anothers_is_not_there_and_nobody_is_led_astray(user, user_client, other_client):
    practised(user, slower())
    one = only()
    assert press(other_client, one, "dismiss").status_code == 404
    assert only().state == "offered"
    url = reverse("drills:recommendation", args=[one.pk])
    away = user_client.post(url, {"act": "accept", "next": "https://example.org/"})
    assert away["location"].startswith("/skills/")
    user_client.post(url, {"act": "explode"})
    assert only().state == "accepted"
    assert user_client.get(url).status_code == 405


def test_what_is_put_off_comes_back_and_what_is_put_away_does_after_a_month(user: User):
    practised(user, slower())
    at = timezone.now()
    services.snooze(recommendation=only(), days=1, at=at)
    assert recommended(user, at=at + timedelta(hours=23)) == []
    assert named(recommended(user, at=at + timedelta(hours=25))) == ["pace-metronome"]
    services.dismiss(recommendation=only(), at=at)
    practised(user, slower(), at=at + timedelta(days=2))
    assert recommended(user, at=at + timedelta(days=3)) == [], "a newer practice does not repeat it"
    assert named(recommended(user, at=at + timedelta(days=31))) == ["pace-metronome"]


def test_what_needs_it_most_comes_first_and_a_newer_result_counts_before_an_older(user: User):
    practised(user, slower(), points=70.0, kind="pitch")
    practised(user, story(), points=20.0, kind="lecture", days_ago=1)
    assert now(user) == ["star-four-sentences", "pace-metronome"]
    practised(user, slower(), points=10.0, kind="pitch")
    assert now(user) == ["pace-metronome", "star-four-sentences"]


def test_learning_moves_the_ranking(user: User):
    at = timezone.now()
    practised(user, slower(), points=50.0, kind="pitch", days_ago=1)
    practised(user, story(), points=50.0, kind="lecture", days_ago=1.2)
    assert now(user)[0] == "pace-metronome"
    for days in (40, 41, 42, 43):
        run = practised(user, slower(), kind="free", days_ago=days)
        services.dismiss(
            recommendation=only(session=run.session), at=at - timedelta(days=days - 0.5)
        )
    assert now(user)[0] == "star-four-sentences"
    asides = put_aside(user, at=at)
    assert 0 < asides["pace-metronome"] < 1 and asides["pace-newsroom"] == asides["pace-metronome"]
    assert "wall-stand" not in asides


def test_one_that_was_taken_on_and_helped_counts_for_more_and_is_over(user: User):
    practised(user, slower(), points=40.0, days_ago=3)
    services.accept(recommendation=only(), at=timezone.now() - timedelta(days=2))
    assert now(user) == ["pace-metronome"], "what was taken on stays on the list"
    practised(user, slower(150.0), points=95.0, days_ago=1)
    assert Outcome.objects.get().points == 95
    _old, new = Recommendation.objects.order_by("practised_at")
    assert now(user) == ["pace-metronome"] and new.state == "offered"
    assert put_aside(user, at=timezone.now())["pace-metronome"] > 1.3
    purge_session(session=new.session)
    assert not Outcome.objects.exists(), "what came of it goes with the practice that told"


def test_an_older_practice_analysed_anew_overrides_no_newer_outcome(user: User):
    practised(user, slower(), points=40.0, days_ago=3)
    between = practised(user, slower(), points=60.0, days_ago=2)
    practised(user, slower(), points=90.0, days_ago=1)
    answer(between, slower(), points=10.0)
    first = Recommendation.objects.order_by("practised_at").first()
    assert first is not None and first.outcome.points == 90


def test_other_kinds_of_talk_say_nothing_of_what_came_of_it(user: User):
    practised(user, slower(), days_ago=2)
    practised(user, slower(), points=95.0, kind="pitch")
    assert not Outcome.objects.exists()


def test_a_drill_that_was_done_is_taken_on_and_passed_asks_for_a_practice(user: User):
    practised(user, slower(), days_ago=1)
    attempt = finished(begun(user, "pace-metronome"), fluency={"words_per_minute": 131.0})
    assert attempt.passed
    assert only(kind="drill").state == "accepted"
    carry = only(kind="practice")
    assert (carry.target, carry.state) == ("interview", "offered")
    (shown,) = recommended(user, at=timezone.now(), kinds=["practice"])
    assert shown.words.title == "Practise again: interview" and "Keep the beat" in shown.words.why
    services.drill_done(attempt=Attempt.objects.get())
    assert Recommendation.objects.filter(kind="practice").count() == 1
    practised(user, slower(150.0), points=95.0, at=timezone.now() + timedelta(seconds=5))
    assert "interview" not in now(user), "it was practised"


def test_a_drill_judged_anew_overrules_no_later_answer(user: User):
    practised(user, slower(), days_ago=1)
    finished(begun(user, "pace-metronome"), fluency={"words_per_minute": 131.0})
    services.dismiss(recommendation=only(kind="drill"))
    services.drill_done(attempt=Attempt.objects.get())
    assert only(kind="drill").state == "dismissed"


def test_an_answer_is_to_one_thing_and_goes_with_it(user: User):
    run = practised(user, slower())
    services.dismiss(recommendation=only())
    Recommendation.objects.update(target="pace-newsroom")  # as an earlier analysis advised
    answer(run, slower())
    assert (only().target, only().state) == ("pace-metronome", "offered")


def test_a_skill_that_keeps_coming_up_is_worth_its_own_page(user: User):
    for days in (4, 3):
        practised(user, slower(), days_ago=days)
    assert not Recommendation.objects.filter(kind="skill").exists()
    practised(user, slower(), days_ago=2)
    (shown,) = recommended(user, at=timezone.now(), kinds=["skill"])
    assert shown.words.why == "It came up in 3 of your last 3 practices."
    assert shown.url == "/skills/pace/"


def test_a_weak_story_meets_a_question_of_the_bank(user: User, user_client: Client, bank):
    practised(user, story())
    asked = only(kind="question")
    question = Question.objects.get(pk=asked.target)
    assert question.kind == "behavioural" and asked.moments == [
        {name: MOMENT[name] for name in ("start", "end", "text")}
    ]
    page = user_client.get(reverse("drills:skill", args=["storytelling"])).text
    assert question.text.replace("'", "&#x27;") in page
    assert user_client.post(reverse("drills:ask", args=[question.pk])).status_code == 302
    assert only(kind="question", target=str(question.pk)).state == "accepted"
    user_client.post(reverse("drills:ask", args=[question.pk]))
    assert Session.objects.filter(state="draft").count() == 1, "pressed twice is one"
    Question.objects.filter(pk=question.pk).update(is_active=False)
    assert str(question.pk) not in now(user)
    assert user_client.post(reverse("drills:ask", args=[question.pk])).status_code == 404


def test_a_preparation_says_which_question_trains_what_is_weak(user, user_client: Client, bank):
    practised(user, story())
    made = services.create_preparation(owner=user, token=uuid.uuid4(), job_title="Engineer")
    page = user_client.get(made.get_absolute_url()).text
    assert "which your practices leave room for" in page
    Recommendation.objects.all().delete()
    assert "leave room for" not in user_client.get(made.get_absolute_url()).text


def test_a_retired_drill_is_not_proposed(user: User):
    practised(user, slower())
    Drill.objects.filter(slug="pace-metronome").update(is_active=False)
    assert now(user) == []


def test_an_older_result_without_reasons_makes_none(user: User):
    run = results.finished(results.make_session(user))
    services.offer(run=run)
    assert not Recommendation.objects.exists()


def test_who_is_shown_a_practice_answers_nothing(user: User, other_user: User, other_client):
    from sessions.models import Grant

    session = practised(user, slower()).session
    Grant.objects.create(owner=user, session=session, to_user=other_user, scope="media")
    shown = other_client.get(session.get_absolute_url()).text
    assert "Take it on" not in shown and "Your skills" not in shown


def test_ranking_costs_the_same_however_many_there_are(user, django_assert_num_queries):
    def cost() -> None:
        with django_assert_num_queries(4):
            recommended(user, at=timezone.now())

    services.load_questions()
    practised(user, slower(), story(), days_ago=1)
    services.accept(recommendation=only(code="pace.slower"))
    cost()
    for days in range(2, 8):
        practised(user, slower(), story(), days_ago=days)
    cost()
