"""How able a learner is in a skill and how hard a drill is, on one scale: pure functions.

The scale is the logit: where ability and difficulty are equal, an attempt passes half of the time;
one more is odds of e to one. The sources:

- Elo (1978), The Rating of Chessplayers: after a contest a rating moves by K times what came less
  what was expected. Pelánek (2016), Applications of the Elo rating system in adaptive educational
  systems (Computers & Education 98): the learner meets an item instead of another player, and K
  falls with what is known already.
- Glickman (1999), Parameter estimation in large dynamic paired comparison experiments: that K is
  the rating's variance, which falls with each contest and grows with time away.

Ours is how the graded points of an attempt enter: 0 points are not worth what 90 are, and 100 say
"passed". A performance x about the ability with logistic noise passes where it reaches the
difficulty d, and its points fall from 1 at d to 0 at d - WIDTH. The points are then the mean over
marks t in [d - WIDTH, d] of "x reached t", so what is expected of them is the mean of Elo's
expectation over those marks, in closed form; with WIDTH to 0 it is Elo's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log, log1p
from statistics import fmean

MIDDLE = 0.0
LIMIT = 4.0
"""Ratings and difficulties stay within this of the middle: the odds are 55 to 1 there."""
WIDTH = 2.0
"""Logits from a pass down to no points at all; our assumption for every drill."""
VARIANCE = 1.0
"""Of somebody of whom nothing is known: two of three lie within a level of the middle."""
SCORED_VARIANCE = 0.6
"""Where results of whole practices told where to begin."""
LEAST_VARIANCE = 0.1
"""People learn, so the last attempts always weigh: about as much as the ten before them."""
AWAY_PER_DAY = 0.015
"""Variance that comes back for each day away: from the least to nothing known in two months."""
LEVELS = {1: -1.0, 2: 0.0, 3: 1.0}
"""Where a drill of a level begins."""
SHRINK = 8.0
"""First attempts that weigh as much as the level that the author gave."""
DRIFT = 1.0
"""How far attempts may take a drill from its level: never past the next level's beginning."""
FIRST_TRIES = 1
"""Attempts of one learner that say how hard a drill is: who repeats it a hundred times, to pass or
to fail, moves it no more."""


@dataclass(frozen=True)
class Rating:
    """`value` in logits within LIMIT, `variance` of it, after `count` judged attempts; `at`: the
    last of them."""

    value: float = MIDDLE
    variance: float = VARIANCE
    count: int = 0
    at: datetime | None = None

    @property
    def deviation(self) -> float:
        return float(self.variance**0.5)


@dataclass(frozen=True)
class Tried:
    """A judged attempt: `points` 0 to 1, against a drill of `difficulty`."""

    at: datetime
    points: float
    difficulty: float


@dataclass(frozen=True)
class Change:
    """What an attempt changed: `expected` points and the rating before and after."""

    before: Rating
    after: Rating
    expected: float


def chance(ability: float, difficulty: float) -> float:
    """Of passing, 0 to 1."""
    return 1 / (1 + exp(difficulty - ability))


def expected_points(ability: float, difficulty: float) -> float:
    """0 to 1, never less than the chance of passing: who misses narrowly has points too."""
    over = ability - difficulty
    return (_softplus(over + WIDTH) - _softplus(over)) / WIDTH


def _softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp(-abs(x)))


def started(scores: Sequence[float]) -> Rating:
    """Where a skill begins: at what whole practices scored in it (0 to 100, the mean of those
    given), else in the middle. 65 is the middle, and 15 points are a level: the target of a curve
    begins at 80 (docs/scores.md). No further than a level and a half, since a score is not a drill.
    """
    if not scores:
        return Rating()
    value = max(-1.5, min(1.5, (fmean(scores) - 65) / 15))
    return Rating(value, SCORED_VARIANCE)


def rested(rating: Rating, at: datetime) -> Rating:
    """The same ability at `at`, less surely for each day without an attempt; nothing is taken off:
    that somebody got worse has to be heard."""
    if rating.at is None or at <= rating.at:
        return rating
    days = (at - rating.at).total_seconds() / 86_400
    grown = min(VARIANCE, rating.variance + AWAY_PER_DAY * days)
    return replace(rating, variance=max(rating.variance, grown))


def after(rating: Rating, tried: Tried) -> Change:
    """One attempt. More points never end in a lower rating."""
    before = rested(rating, tried.at)
    expected = expected_points(before.value, tried.difficulty)
    points = max(0.0, min(1.0, tried.points))
    # what one attempt can tell is the variance of an outcome that was expected so (Glickman 1999)
    left = 1 / (1 / before.variance + expected * (1 - expected))
    value = within(before.value + left * (points - expected))
    now = Rating(value, max(LEAST_VARIANCE, left), before.count + 1, tried.at)
    return Change(before, now, expected)


def replayed(start: Rating, attempts: Iterable[Tried]) -> list[Change]:
    """Every attempt from the first, oldest first whatever order they come in."""
    changes: list[Change] = []
    for tried in sorted(attempts, key=lambda one: one.at):
        changes.append(after(changes[-1].after if changes else start, tried))
    return changes


def within(value: float) -> float:
    return max(-LIMIT, min(LIMIT, value))


def difficulty_of(level: int, attempts: Iterable[tuple[float, float]]) -> float:
    """How hard a drill is, from (ability before it, points) of many learners' first attempts.

    Where the expected points add up to those that were reached (the maximum of the likelihood for
    outcomes 0 and 1), found by halving. SHRINK attempts are counted in that went as the level says,
    by learners whose ability is the level's, so that few attempts hardly move it; DRIFT is the end.
    """
    start = LEVELS[level]
    seen = list(attempts)
    said = SHRINK * expected_points(start, start)
    reached = said + sum(points for _ability, points in seen)
    low, high = start - DRIFT, start + DRIFT
    for _step in range(30):
        middle = (low + high) / 2
        expected = SHRINK * expected_points(start, middle)
        expected += sum(expected_points(ability, middle) for ability, _points in seen)
        if expected > reached:
            low = middle
        else:
            high = middle
    return (low + high) / 2


BANDS = (-1.0, 0.0, 1.0)
"""Where bands begin: the beginnings of the three levels. From a band's beginning on, more than half
of the attempts at the level pass."""


def band(value: float) -> int:
    """0 (below the first level) to 3."""
    return sum(value >= edge for edge in BANDS)


def sure_band(rating: Rating) -> int:
    """The band that the rating reaches even where it is one deviation too high."""
    return band(rating.value - rating.deviation)


def logit(share: float) -> float:
    return log(share / (1 - share))
