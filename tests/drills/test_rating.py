"""The pure models of the plan: ratings, what comes next, days, bests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills import days, ranking, rating
from drills.milestones import bests, goodness, noise, outgrown
from drills.ranking import Done, Exercise, Learner, Wish
from drills.rating import LEVELS, Rating, Tried

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
points = st.floats(0, 1)
logits = st.floats(-4, 4)
tries = st.lists(
    st.builds(
        Tried, at=st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
        points=points, difficulty=logits,
    ),
    max_size=30,
    unique_by=lambda one: one.at,
)  # fmt: skip


@given(tries)
def test_ratings_stay_within_their_bounds_however_attempts_go(attempts):
    for change in rating.replayed(Rating(), attempts):
        assert -rating.LIMIT <= change.after.value <= rating.LIMIT
        assert rating.LEAST_VARIANCE <= change.after.variance <= rating.VARIANCE
        assert 0 <= change.expected <= 1


@given(tries, st.randoms())
def test_a_replay_does_not_depend_on_the_order_in_which_attempts_are_read(attempts, luck):
    shuffled = list(attempts)
    luck.shuffle(shuffled)
    assert rating.replayed(Rating(), attempts) == rating.replayed(Rating(), shuffled)


@given(logits, logits, points, points)
def test_more_points_never_end_in_a_lower_rating(value, difficulty, one, other):
    start = Rating(value)
    low, high = (
        rating.after(start, Tried(NOW, reached, difficulty)).after.value
        for reached in sorted((one, other))
    )
    assert low <= high


@given(logits, logits)
def test_expected_points_lie_between_the_chance_of_passing_and_one(ability, difficulty):
    chance = rating.chance(ability, difficulty)
    assert chance - 1e-9 <= rating.expected_points(ability, difficulty) <= 1


def test_expected_points_are_the_mean_of_elos_expectation_over_the_marks():
    marks = [1.3 - rating.WIDTH * (place + 0.5) / 10_000 for place in range(10_000)]
    mean = sum(rating.chance(0.4, mark) for mark in marks) / len(marks)
    assert rating.expected_points(0.4, 1.3) == pytest.approx(mean, abs=1e-6)


def test_what_was_expected_changes_nothing_and_less_lowers():
    expected = rating.expected_points(0.3, 0.0)
    start = Rating(0.3)
    assert rating.after(start, Tried(NOW, expected, 0.0)).after.value == pytest.approx(0.3)
    assert rating.after(start, Tried(NOW, expected - 0.1, 0.0)).after.value < 0.3


def test_each_attempt_weighs_less_and_after_time_away_more_again():
    changes = rating.replayed(
        Rating(), [Tried(NOW + timedelta(hours=n), 1.0, 3.0) for n in range(12)]
    )
    moves = [one.after.value - one.before.value for one in changes]
    assert all(later < earlier for earlier, later in pairwise(moves))
    back = rating.rested(changes[-1].after, NOW + timedelta(days=90))
    assert back.variance == rating.VARIANCE and back.value == changes[-1].after.value


@given(st.lists(st.tuples(logits, points), max_size=40), st.sampled_from([1, 2, 3]))
def test_a_drill_stays_near_its_level_whatever_was_reached(seen, level):
    found = rating.difficulty_of(level, seen)
    assert abs(found - LEVELS[level]) <= rating.DRIFT


def test_a_drill_that_more_pass_than_expected_is_easier_and_few_attempts_hardly_say_so():
    few, many = ([(0.0, 1.0)] * n for n in (1, 60))
    assert -0.4 < rating.difficulty_of(2, few) < 0
    assert rating.difficulty_of(2, many) < rating.difficulty_of(2, few)
    assert 0 < rating.difficulty_of(2, [(0.0, 0.0)]) < 0.4
    assert rating.difficulty_of(2, [(0.0, 0.0)] * 20) > 0
    assert rating.difficulty_of(3, []) == pytest.approx(LEVELS[3])


def test_a_skill_begins_at_what_practices_scored():
    assert rating.started([]) == Rating()
    assert rating.started([80.0]).value == 1 and rating.started([50.0]).value == -1
    assert rating.started([0.0, 0.0]).value == -1.5
    assert rating.started([65.0]).variance < rating.VARIANCE


# what comes next

LIBRARY = [
    Exercise(f"{skill}-{level}", skill, level, LEVELS[level], needs_picture=skill == "posture")
    for skill in ("pace", "pauses", "posture", "fillers")
    for level in LEVELS
]


def best(learner: Learner, **how) -> Exercise:
    return ranking.ranked(LIBRARY, learner, at=NOW, **how)[0].exercise


learners = st.builds(
    Learner,
    ratings=st.dictionaries(
        st.sampled_from(["pace", "pauses", "posture", "fillers"]),
        st.builds(Rating, value=logits, variance=st.floats(0.1, 1), count=st.integers(0, 9)),
    ),
    done=st.dictionaries(
        st.sampled_from([one.slug for one in LIBRARY]),
        st.builds(
            Done, at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1),
                                  timezones=st.just(UTC)),
            passed=st.booleans(), in_a_row=st.integers(0, 9),
        ),
    ),
    wishes=st.dictionaries(
        st.sampled_from(["pace", "pauses", "posture", "fillers"]),
        st.builds(Wish, is_focus=st.booleans(), is_left_out=st.booleans(),
                  level=st.sampled_from([None, 1, 2, 3])),
    ),
    has_camera=st.booleans(),
)  # fmt: skip


@given(learners)
def test_what_is_offered_obeys_the_learner(learner):
    for one in ranking.ranked(LIBRARY, learner, at=NOW):
        wish = learner.wishes.get(one.exercise.skill, Wish())
        assert not wish.is_left_out
        assert wish.level in {None, one.exercise.level}
        assert learner.has_camera or not one.exercise.needs_picture
        assert 0 < one.chance < 1 and one.worth > 0 and one.reasons


@given(learners)
def test_no_two_neighbours_train_one_skill_where_there_is_another(learner):
    skills = [one.exercise.skill for one in ranking.ranked(LIBRARY, learner, at=NOW)]
    for place, (one, other) in enumerate(pairwise(skills)):
        assert one != other or set(skills[place + 1 :]) == {one}


def test_the_weaker_skill_comes_first():
    weak = Rating(-1.5, 0.1, 9, NOW - timedelta(days=9))
    strong = Rating(1.5, 0.1, 9, NOW - timedelta(days=9))
    ratings = dict.fromkeys(("pauses", "posture", "fillers"), strong) | {"pace": weak}
    assert best(Learner(ratings=ratings)).slug == "pace-1"


def test_the_level_follows_the_rating_and_the_learner_may_say_otherwise():
    for value, level in ((-1.0, 1), (0.9, 2), (2.5, 3)):
        ratings = {"pace": Rating(value, 0.1, 9)}
        only = {skill: Wish(is_left_out=True) for skill in ("pauses", "posture", "fillers")}
        assert best(Learner(ratings=ratings, wishes=only)).level == level
        wished = Learner(ratings=ratings, wishes={**only, "pace": Wish(level=3)})
        assert best(wished).level == 3


def test_what_was_passed_rests_longer_each_time():
    rests = [ranking.interval(Done(NOW, True, n)) for n in range(1, 8)]
    assert rests == sorted(rests) and rests[0] == timedelta(days=1)
    assert ranking.due(Done(NOW, True, 2), NOW) == ranking.NOT_DUE
    assert ranking.due(Done(NOW - timedelta(days=3), True, 2), NOW) == 1
    assert ranking.due(Done(NOW - timedelta(hours=2), False), NOW) == 1


def test_the_skill_of_the_last_attempt_does_not_come_at_once_again():
    first = best(Learner())
    again = Learner(last_skill=first.skill, last_at=NOW - timedelta(minutes=1))
    assert best(again).skill != first.skill


def test_what_is_put_aside_is_not_offered_and_half_a_word_counts_half():
    first = best(Learner())
    assert best(Learner(), aside={first.slug: 0.0}) != first
    assert best(Learner(), aside={first.slug: 0.5}) != first


# days


def at(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))


def counted(practices, zone: str, today: date, rest=()) -> days.Streak:
    found = days.by_day([days.Practice(one, 60, True) for one in practices], ZoneInfo(zone))
    return days.streak(found, rest, today)


@given(
    st.sets(st.dates(date(2026, 1, 1), date(2026, 2, 28)), max_size=50),
    st.sets(st.integers(0, 6), max_size=6),
    st.dates(date(2026, 1, 15), date(2026, 3, 10)),
)
def test_a_streak_is_what_a_walk_back_from_today_counts(done, rest, today):
    length, day = 0, today
    while day >= date(2026, 1, 1):
        if day in done:
            length += 1
        elif day.weekday() not in rest and day != today:
            break
        day -= timedelta(days=1)
    found = days.streak(done, rest, today)
    assert found.days == length <= found.longest
    assert found.today == (today in done)
    assert found.at_risk == (
        length > 0 and today not in done and today.weekday() not in rest
    )  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("first", [date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 23)])
def test_a_change_of_the_clock_neither_breaks_nor_doubles_a_day(zone, first):
    evenings = [
        at(zone, day.year, day.month, day.day, 23, 50).astimezone(UTC)
        for day in (first + timedelta(days=n) for n in range(12))
    ]
    assert counted(evenings, zone, first + timedelta(days=11)).days == 12


def test_a_day_is_the_learners_own():
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # already Tuesday in Auckland
    assert counted([late], "Pacific/Auckland", date(2026, 3, 3)).today
    assert not counted([late], "America/Lima", date(2026, 3, 3)).today


def test_rest_days_are_kept_and_a_missed_day_ends_it():
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert days.streak({friday, monday}, {5, 6}, monday).days == 2
    assert days.streak({friday, monday}, {6}, monday).days == 1
    assert days.streak({friday}, {5, 6}, date(2026, 3, 10)).days == 0


# bests


@given(st.lists(st.floats(0, 200), max_size=20))
def test_every_best_leads_all_before_it_by_more_than_the_noise(values):
    for place, before in bests(values, 120, 150, 45).items():
        earlier = values[:place]
        assert place >= 2 and before in earlier
        lead = min(goodness(values[place], 120, 150) - goodness(v, 120, 150) for v in earlier)
        assert lead > max(4.5, noise(earlier))


def test_a_jumpy_measure_has_to_be_beaten_by_more():
    calm, jumpy = [10.0, 9.8, 9.9, 9.7, 8.5], [10.0, 8.0, 10.5, 8.2, 7.2]
    assert 4 in bests(calm, None, 1, 6) and 4 not in bests(jumpy, None, 1, 6)


def test_within_a_mark_of_two_ends_nothing_is_better():
    assert bests([130, 140, 135, 125], 120, 150, 45) == {}


def test_a_practice_has_to_lead_the_first_by_points():
    assert outgrown([60.0, 62.0], 70.0)
    assert not outgrown([60.0, 62.0], 64.0) and not outgrown([60.0, 75.0], 74.0)
    assert not outgrown([], 90.0)
