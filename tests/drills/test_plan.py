"""A learner's plan: ratings moved by attempts, the page, the goal, achievements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.models import AnalysisRun, Score, StageRun
from analysis.signals import result_shown
from coaching.accounts.models import User
from drills import rating
from drills.models import (
    Achievement,
    Attempt,
    Drill,
    DrillRating,
    RatingChange,
    Recommendation,
    SkillRating,
    SkillWish,
)
from drills.selectors import plan
from drills.services import accept, dismiss, load_drills, rate_drills, set_goal, set_wish
from sessions.models import Recording, Session
from sessions.services import delete_session, restore_session
from tests.analysis import results
from tests.drills.advising import practised, story
from tests.drills.test_attempts import begun, finished, page

pytestmark = pytest.mark.django_db
PLAN = reverse("drills:plan")


@pytest.fixture(autouse=True)
def library(db) -> None:
    load_drills()


def spoke(user: User, wpm: float, slug: str = "pace-metronome", **fluency) -> Attempt:
    return finished(begun(user, slug), fluency={"words_per_minute": wpm, **fluency})


def judged_anew(attempt: Attempt, wpm: float | None) -> None:
    run = AnalysisRun.objects.get(session=attempt.pk)
    stage = StageRun.objects.get(run=run, name="fluency")
    stage.result["words_per_minute"] = wpm
    stage.save()
    result_shown.send(sender=AnalysisRun, run=run)
    attempt.refresh_from_db()


def pace(user: User) -> SkillRating:
    return SkillRating.objects.get(owner=user, skill="pace")


def first(user: User) -> plan.Choice:
    return plan.ranked(user, at=timezone.now())[0]


def test_it_works(user: User, user_client: Client):
    empty = user_client.get(PLAN).text
    assert "Nothing has been measured yet" in empty and "0 of 2 drills" in empty
    attempt = spoke(user, 131.0)
    assert pace(user).value > 0 and pace(user).count == 1
    shown = user_client.get(PLAN).text
    assert "1 of 2 drills" in shown and "1 day in a row." in shown
    assert "100 points where" in shown and attempt.get_absolute_url() in shown
    after = page(user_client, attempt)
    assert "What it changed" in after and "Next in your plan:" in after
    assert "Next in your plan:" in user_client.get(reverse("drills:list")).text


# ratings


def test_points_move_the_rating_and_not_only_passing(user: User, other_user: User):
    spoke(user, 155.0)  # 5 words a minute over the mark
    spoke(other_user, 190.0)
    assert pace(user).value > pace(other_user).value


def test_an_attempt_that_is_judged_anew_replaces_what_it_changed(user: User, other_user: User):
    wrong, later = spoke(user, 250.0), spoke(user, 140.0)
    judged_anew(wrong, 140.0)
    for _ in range(2):
        spoke(other_user, 140.0)
    assert pace(user).count == 2
    assert pace(user).value == pytest.approx(pace(other_user).value, abs=0.01)
    assert RatingChange.objects.get(attempt=later).before == pytest.approx(
        RatingChange.objects.get(attempt=wrong).after
    )


def test_the_same_result_told_again_changes_nothing(user: User):
    attempt = spoke(user, 131.0)
    before = (pace(user).value, pace(user).variance)
    judged_anew(attempt, 131.0)
    assert (pace(user).value, pace(user).variance) == before


def test_what_cannot_be_judged_changes_nothing_and_takes_back_what_it_did(user: User):
    attempt = finished(begun(user, "pace-metronome"), fluency={"speaking_s": 3.0})
    assert attempt.state == "unjudged" and not SkillRating.objects.exists()
    attempt = spoke(user, 131.0)
    judged_anew(attempt, None)
    assert attempt.state == "unjudged"
    assert (pace(user).count, pace(user).value) == (0, 0.0)


def test_a_deleted_attempt_counts_no_more_until_it_is_taken_back(user: User):
    attempt = spoke(user, 131.0)
    before = pace(user).value
    session = delete_session(session=attempt.session)
    assert (pace(user).count, pace(user).value) == (0, 0.0)
    restore_session(session=session)
    assert pace(user).value == before


def scored(user: User, score: float, skill: str = "pace") -> AnalysisRun:
    run = results.finished(results.make_session(user, state="ready"))
    AnalysisRun.objects.filter(pk=run.pk).update(is_current=True)
    Score.objects.update_or_create(
        run=run, skill=skill, defaults={"value": score, "reliability": 0.8, "version": "2"}
    )
    return run


def test_a_skill_begins_at_what_the_learners_practices_scored(user: User):
    scored(user, 50.0)
    assert plan.known(user, at=timezone.now()).ratings["pace"].value == -1
    spoke(user, 131.0)
    assert pace(user).start == -1


def test_drills_are_rated_by_first_attempts_of_all_and_repeating_moves_nothing(user, other_user):
    for _ in range(5):
        spoke(user, 300.0)
    rate_drills()
    drill = Drill.objects.get(slug="pace-metronome")
    alone = DrillRating.objects.get(drill=drill)
    assert alone.attempts == rating.FIRST_TRIES and alone.difficulty > rating.LEVELS[1]
    spoke(other_user, 300.0)
    rate_drills()
    assert DrillRating.objects.get(drill=drill).difficulty > alone.difficulty
    Drill.objects.filter(pk=drill.pk).update(version=2)
    drill = Drill.objects.select_related("rating").get(pk=drill.pk)
    assert plan.difficulty(drill) == rating.LEVELS[1], "another mark, another drill"
    rate_drills()
    assert not DrillRating.objects.exists()


# what comes next


def test_what_comes_next_is_of_another_skill_than_the_last_attempt(user: User):
    spoke(user, 131.0)
    assert first(user).skill != "pace"


def test_drills_with_camera_come_where_the_learner_uses_one_or_says_so(user: User):
    def pictures() -> bool:
        return any(one.drill.needs_picture for one in plan.ranked(user, at=timezone.now()))

    assert not pictures()
    set_goal(owner=user, camera="yes")
    assert pictures()
    set_goal(owner=user, camera="auto")
    session = results.make_session(user)
    Recording.objects.create(
        session=session, key="u/x.webm", filename="x", size_bytes=1, sha256="0" * 64,
        content_type="video/webm",
    )  # fmt: skip
    assert pictures()
    set_goal(owner=user, camera="no")
    assert not pictures()


def test_the_learner_has_the_last_word(user: User, user_client: Client):
    url = reverse("drills:plan-wish", args=["structure"])
    assert user_client.post(url, {"wish": "focus", "level": "3"})["location"] == PLAN
    choice = first(user)
    assert (choice.skill, choice.drill.level) == ("structure", 3)
    assert {one.code for one in choice.reasons} >= {"focus", "level"}
    assert "You asked to work on Structure." in user_client.get(PLAN).text
    user_client.post(url, {"wish": "leave_out"})
    assert all(one.skill != "structure" for one in plan.ranked(user, at=timezone.now()))


@pytest.mark.parametrize("given", [{"wish": "explode"}, {"level": "9"}, {"level": "x"}])
def test_a_wish_that_is_none_changes_nothing(user: User, user_client: Client, given):
    user_client.post(reverse("drills:plan-wish", args=["pace"]), given)
    assert not SkillWish.objects.exists()
    assert user_client.post(reverse("drills:plan-wish", args=["pase"]), {}).status_code == 404
    with pytest.raises(ValidationError):
        set_wish(owner=user, skill="pace", wish="explode")


def test_who_left_everything_out_is_told_so(user: User, user_client: Client):
    for skill in Drill.Skill.values:
        set_wish(owner=user, skill=skill, wish="leave_out")
    assert "Nothing is left in the plan" in user_client.get(PLAN).text
    assert user_client.get(reverse("drills:list")).status_code == 200


def test_what_was_taken_on_leads_until_it_was_recorded(user: User, user_client: Client):
    practised(user, story(), days_ago=1)
    assert first(user).drill.slug != "star-four-sentences"
    taken = Recommendation.objects.get(kind="drill")
    accept(recommendation=taken)
    assert first(user).drill.slug == "star-four-sentences"
    library = user_client.get(reverse("drills:list")).text
    assert library.count("Next in your plan:") == 1 and "you took it on after a practice" in library
    finished(begun(user, "star-four-sentences"))
    assert first(user).drill.slug != "star-four-sentences"


def test_what_was_taken_on_and_then_put_away_is_out(user: User):
    practised(user, story(), days_ago=1)
    taken = Recommendation.objects.get(kind="drill")
    accept(recommendation=taken)
    dismiss(recommendation=taken)
    assert all(one.drill.slug != taken.target for one in plan.ranked(user, at=timezone.now()))


def test_a_plan_is_ones_own(user: User, other_user: User, user_client: Client, client: Client):
    spoke(other_user, 131.0)
    assert "100 points where" not in user_client.get(PLAN).text
    assert client.get(PLAN).status_code == 302


def test_a_plan_costs_the_same_however_much_is_behind_it(
    user: User, user_client: Client, django_assert_num_queries
):
    spoke(user, 131.0)
    scored(user, 70.0)
    with django_assert_num_queries(10):
        plan.ranked(user, at=timezone.now())
    for slug in ("pace-metronome", "pace-explain-slow", "silent-breath"):
        spoke(user, 120.0, slug)
        scored(user, 60.0)
    with django_assert_num_queries(10):
        plan.ranked(user, at=timezone.now())


def test_the_page_costs_the_same_too(
    user: User, user_client: Client, django_assert_max_num_queries
):
    for slug in ("pace-metronome", "pace-metronome", "pace-explain-slow", "silent-breath"):
        spoke(user, 120.0, slug)
    with django_assert_max_num_queries(22):
        user_client.get(PLAN)


# goal and streak


def on(attempt: Attempt, at: datetime) -> None:
    Recording.objects.filter(session=attempt.pk).update(created=at)


def test_a_day_counts_by_what_was_judged_or_finished_and_not_by_a_click(user: User):
    begun(user, "pace-metronome")
    assert plan.habits(user, at=timezone.now()).streak.days == 0
    finished(begun(user, "pace-newsroom"), fluency={"speaking_s": 3.0})
    assert plan.habits(user, at=timezone.now()).streak.days == 0
    spoke(user, 131.0)
    assert plan.habits(user, at=timezone.now()).streak.days == 1


def test_days_are_those_of_the_learners_clock(user: User):
    on(spoke(user, 131.0), datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    now = datetime(2026, 3, 3, 1, tzinfo=UTC)
    User.objects.filter(pk=user.pk).update(time_zone="America/Lima")
    assert plan.habits(User.objects.get(pk=user.pk), at=now).streak.today
    User.objects.filter(pk=user.pk).update(time_zone="UTC")
    assert not plan.habits(User.objects.get(pk=user.pk), at=now).streak.today


def test_a_goal_is_set_and_refused_where_it_is_none(user: User, user_client: Client):
    url = reverse("drills:plan-goal")
    good = {"goal": "10", "unit": "minutes", "rest_days": ["6"], "camera": "no"}
    assert user_client.post(url, good).status_code == 302
    assert "0 of 10 minutes" in user_client.get(PLAN).text
    for bad in ({"goal": "0"}, {"goal": "9999"}, {"unit": "miles"}, {"rest_days": ["9"]},
                {"rest_days": list("0123456")}, {"goal": ""}):  # fmt: skip
        answer = user_client.post(url, {**good, **bad})
        assert answer.status_code == 422 and "errorlist" in answer.text, bad
    assert plan.settings_of(user).goal == 10


# achievements


def achieved(user: User) -> dict[str, Achievement]:
    return {one.kind: one for one in plan.achievements(user)}


def test_a_personal_best_is_measured_and_goes_with_what_it_rests_on(user, user_client):
    for rate in (230.0, 228.0):
        spoke(user, rate)
    assert "best" not in achieved(user)
    attempt = spoke(user, 180.0)
    best = achieved(user)["best"]
    assert (best.value, best.previous, best.session_id) == (180.0, 228.0, attempt.pk)
    assert "Your best speaking rate" in user_client.get(PLAN).text
    assert "Your best speaking rate" in page(user_client, attempt)
    judged_anew(attempt, 180.0)
    assert Achievement.objects.filter(kind="best").count() == 1
    judged_anew(attempt, 229.0)
    assert "best" not in achieved(user)


def test_an_earlier_value_that_is_corrected_unmakes_a_later_best(user: User):
    attempts = [spoke(user, rate) for rate in (230.0, 228.0, 180.0)]
    assert "best" in achieved(user)
    judged_anew(attempts[0], 150.0)
    assert "best" not in achieved(user)


def test_the_first_demanding_drill_of_a_skill_counts_once(user: User):
    for _ in range(2):
        finished(begun(user, "pace-two-speeds"), fluency={"pace_variation": 0.2, "speaking_s": 70})
    (one,) = Achievement.objects.filter(kind="level_3")
    assert one.about == "pace" and one.value == 0.2


def test_a_skill_that_rises_surely_by_a_band_is_told_of(user: User):
    for n in range(14):
        spoke(user, 131.0, "pace-newsroom" if n % 2 else "pace-metronome")
        spoke(user, 110.0, "pace-explain-slow")
        spoke(user, 165.0, "pace-newsroom")
        finished(begun(user, "pace-two-speeds"), fluency={"pace_variation": 0.2, "speaking_s": 70})
        if "band" in achieved(user):
            break
    one = achieved(user)["band"]
    assert one.value > one.previous == rating.band(pace(user).start)
    assert rating.sure_band(pace(user).now) >= one.value


def test_seven_days_of_goal_are_counted_over_rest_days_from_when_the_goal_was_set(user: User):
    set_goal(owner=user, goal=1, rest_days=[5, 6])
    plan_row = plan.settings_of(user)
    plan_row.since = None
    plan_row.save()
    friday = datetime(2026, 3, 6, 18, tzinfo=UTC)
    back = [0, 1, 2, 3, 4, 7, 8]  # a week of days, a week-end between
    for days_back in reversed(back[1:]):
        on(spoke(user, 131.0), friday - timedelta(days=days_back))
    last = spoke(user, 131.0)
    assert "week" not in achieved(user)
    on(last, friday)
    judged_anew(last, 131.0)
    assert achieved(user)["week"].session_id == last.pk
    Achievement.objects.all().delete()
    set_goal(owner=user, goal=2)
    set_goal(owner=user, goal=1)
    judged_anew(last, 131.0)
    assert "week" not in achieved(user), "a smaller goal is not reached backwards"


def test_a_practice_far_above_the_first_of_its_kind_is_told_of(user: User):
    runs = []
    for place, score in enumerate((55.0, 56.0, 70.0)):
        run = scored(user, score, "overall")
        run.scores.exclude(skill="overall").delete()
        Session.objects.filter(pk=run.session_id).update(
            created=timezone.now() + timedelta(minutes=place)
        )
        run = AnalysisRun.objects.select_related("session__owner").get(pk=run.pk)
        result_shown.send(sender=AnalysisRun, run=run)
        runs.append(run)
    one = achieved(user)["practice"]
    assert (one.value, one.previous, one.session_id) == (70.0, 55.0, runs[2].session_id)
    runs[2].scores.update(value=57.0)
    result_shown.send(sender=AnalysisRun, run=runs[2])
    assert "practice" not in achieved(user)
