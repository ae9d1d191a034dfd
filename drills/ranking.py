"""Which drill comes next: pure functions over what is known of a learner.

A drill's worth is the product of six factors, each documented at its constant: how weak its skill
is, how long that was not trained, whether the drill is due, how near its chance of passing is to
TARGET beside the skill's other drills, what the learner asked for, and what the caller puts aside.
No two neighbours of the list train the same skill where there
is another one: mixed practice keeps better than blocks (Rohrer & Taylor 2007, The shuffling of
mathematics problems improves learning).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp

from drills.rating import Rating, chance, logit, rested

TARGET = 0.7
"""Chance of passing that is looked for: mostly success, and something to learn in it. Advice lies
between 0.5 (most informative) and 0.85 (Wilson et al. 2019, The eighty five percent rule for
optimal learning)."""
SPREAD = 1.0
"""Logits off the target at which a drill's worth is down to 0.61 (a bell curve)."""
LEAST_NEED = 0.2
"""What a skill that holds is still worth, so that it is heard again."""
INTERVALS = tuple(timedelta(days=days) for days in (1, 3, 7, 16, 35))
"""After the first, second ... pass in a row a drill rests so long. Expanding: Landauer & Bjork
1978; the lengths are our choice, about doubling (Cepeda et al. 2006)."""
AFTER_A_MISS = timedelta(hours=2)
"""What was missed is soon tried again, and not at once: "Try again" stands on its own page."""
NOT_DUE = 0.05
"""What a drill is worth right after it was done; it grows to 1 in proportion until it is due."""
FOCUS = 3.0
"""How much more a skill is worth that the learner wants to work on."""
SKILL_RESTS = timedelta(days=3)
"""A skill's worth grows back from SKILL_AT_ONCE over so long after an attempt: the same effort
spread over days keeps better than in one sitting (Cepeda et al. 2006)."""
SKILL_AT_ONCE = 0.2
SAME_SITTING = timedelta(hours=12)
"""How long the last attempt's skill counts as the neighbour of what comes next."""


@dataclass(frozen=True)
class Exercise:
    """A drill as far as choosing goes."""

    slug: str
    skill: str
    level: int
    difficulty: float
    needs_picture: bool = False


@dataclass(frozen=True)
class Wish:
    """What the learner set for a skill: `level` 1 to 3 or None, for the model to say."""

    is_focus: bool = False
    is_left_out: bool = False
    level: int | None = None


@dataclass(frozen=True)
class Done:
    """Judged attempts at one drill: the last, whether it passed, how many in a row did."""

    at: datetime
    passed: bool
    in_a_row: int = 0


@dataclass(frozen=True)
class Learner:
    """What is known: ratings by skill, attempts by drill, wishes by skill. `scored`: the score that
    a skill's rating began from. `taken_on`: drills that were said to be done and were not yet."""

    ratings: Mapping[str, Rating] = field(default_factory=dict)
    taken_on: frozenset[str] = frozenset()
    done: Mapping[str, Done] = field(default_factory=dict)
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    scored: Mapping[str, float] = field(default_factory=dict)
    last_skill: str = ""
    last_at: datetime | None = None
    has_camera: bool = True


@dataclass(frozen=True)
class Reason:
    """Why, as a code; the page says it in a sentence with `params`."""

    code: str
    params: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """An exercise, its chance of passing 0 to 1, why, and its worth beside the others'."""

    exercise: Exercise
    chance: float
    reasons: tuple[Reason, ...]
    worth: float


def ranked(
    exercises: Iterable[Exercise], learner: Learner, *, at: datetime,
    aside: Mapping[str, float] | None = None,
) -> list[Ranked]:  # fmt: skip
    """What was taken on first, then the best; of equals the one that came first. `aside` multiplies
    a drill's worth by name; 0 leaves it out for now. What the learner left out, or cannot do
    without a camera, is not in the list."""
    open_ones = [
        (exercise, factor)
        for exercise in exercises
        if (factor := (aside or {}).get(exercise.slug, 1.0)) > 0 and _offered(exercise, learner)
    ]
    nearest = _nearest((exercise for exercise, _factor in open_ones), learner)
    found = [
        _weighed(exercise, learner, at, factor, nearest[exercise.skill])
        for exercise, factor in open_ones
    ]
    recent = learner.last_at is not None and at - learner.last_at < SAME_SITTING
    return mixed(
        sorted(
            found,
            key=lambda one: (one.exercise.slug not in learner.taken_on, -round(one.worth, 9)),
        ),
        learner.last_skill if recent else "",
    )


def _offered(exercise: Exercise, learner: Learner) -> bool:
    wish = learner.wishes.get(exercise.skill, Wish())
    seen = learner.has_camera or not exercise.needs_picture
    return seen and not wish.is_left_out and wish.level in {None, exercise.level}


def _nearest(
    exercises: Iterable[Exercise], learner: Learner
) -> dict[str, float]:  # fmt: skip
    """The best fit that each skill has to offer. Fits count beside it: or a skill that is too weak
    for its easiest drill would be put last for being weak."""
    best: dict[str, float] = {}
    for one in exercises:
        fitting = fit(passing(one, learner))
        best[one.skill] = max(best.get(one.skill, 0.0), fitting)
    return best


def passing(exercise: Exercise, learner: Learner) -> float:
    """The chance of it, 0 to 1."""
    return chance(learner.ratings.get(exercise.skill, Rating()).value, exercise.difficulty)


def _weighed(
    exercise: Exercise, learner: Learner, at: datetime, factor: float, nearest: float
) -> Ranked:  # fmt: skip
    wish = learner.wishes.get(exercise.skill, Wish())
    rating = rested(learner.ratings.get(exercise.skill, Rating()), at)
    likely = passing(exercise, learner)
    worth = factor * need(rating) * fresh(rating, at) * due(learner.done.get(exercise.slug), at)
    worth *= fit(likely) / nearest * (FOCUS if wish.is_focus else 1.0)
    return Ranked(exercise, likely, _reasons(exercise, learner, at), worth)


def fresh(rating: Rating, at: datetime) -> float:
    """SKILL_AT_ONCE right after an attempt at the skill, 1 from SKILL_RESTS on."""
    if rating.at is None:
        return 1.0
    return max(SKILL_AT_ONCE, min(1.0, (at - rating.at) / SKILL_RESTS))


def need(rating: Rating) -> float:
    """LEAST_NEED to 1: the chance of failing what is of middle difficulty, and more where little is
    known: half a deviation is taken off the rating."""
    failing = 1 - chance(rating.value - rating.deviation / 2, 0.0)
    return LEAST_NEED + (1 - LEAST_NEED) * failing


def due(done: Done | None, at: datetime) -> float:
    """NOT_DUE right after an attempt to 1 at the end of its interval; 1 for what is new."""
    if done is None:
        return 1.0
    return max(NOT_DUE, min(1.0, (at - done.at) / interval(done)))


def interval(done: Done) -> timedelta:
    if not done.passed:
        return AFTER_A_MISS
    return INTERVALS[min(max(done.in_a_row, 1), len(INTERVALS)) - 1]


def fit(passing: float) -> float:
    """1 at TARGET, falling as a bell curve of the odds on either side."""
    off = (logit(min(max(passing, 1e-6), 1 - 1e-6)) - logit(TARGET)) / SPREAD
    return exp(-off * off / 2)


def mixed(found: Sequence[Ranked], last: str = "") -> list[Ranked]:
    """The best each time that is not of the skill before it; of that skill where nothing else is
    left."""
    left, order = list(found), []
    while left:
        best = next((one for one in left if one.exercise.skill != last), left[0])
        left.remove(best)
        order.append(best)
        last = best.exercise.skill
    return order


def _reasons(exercise: Exercise, learner: Learner, at: datetime) -> tuple[Reason, ...]:
    """The skill first, then the drill; how hard it is stands beside them anyway."""
    skill, done = exercise.skill, learner.done.get(exercise.slug)
    rating, wish = learner.ratings.get(skill, Rating()), learner.wishes.get(skill, Wish())
    found = []
    if exercise.slug in learner.taken_on:
        found.append(Reason("taken_on"))
    elif wish.is_focus:
        found.append(Reason("focus"))
    elif skill in learner.scored and not rating.count:
        found.append(Reason("scored", {"score": round(learner.scored[skill])}))
    elif not rating.count:
        found.append(Reason("unknown"))
    elif weakest(learner) == skill:
        found.append(Reason("weakest"))
    elif rating.value < 0:
        found.append(Reason("weak"))
    else:
        found.append(Reason("keep"))
    if wish.level is not None:
        found.append(Reason("level", {"level": wish.level}))
    if done is None:
        found.append(Reason("new"))
    elif not done.passed:
        found.append(Reason("missed"))
    elif due(done, at) >= 1:
        found.append(Reason("due", {"days": max(1, (at - done.at).days)}))
    else:
        found.append(Reason("early"))
    return tuple(found)


def weakest(learner: Learner) -> str:
    """The lowest rated of the skills that were tried and are not left out."""
    tried = {
        skill: rating.value
        for skill, rating in learner.ratings.items()
        if rating.count and not learner.wishes.get(skill, Wish()).is_left_out
    }
    return min(tried, key=lambda skill: (tried[skill], skill), default="")
