"""What counts as a measured best: better than before by more than the measure's own noise. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from drills.marks import beyond

EARLIER = 2
"""Values before one can be a best: the first is none, and the second may have been luck."""
LEAST_SHARE = 0.1
"""Of a drill's falloff, by which a best has to lead at least; the points then differ by ten."""
LEAST_SCORE = 5.0
"""Points by which a whole practice has to lead at least: a difference of one is none."""


def goodness(value: float, low: float | None, high: float | None) -> float:
    """The more the better, in the measure's unit. A mark with one end goes on to reward; within one
    with two ends all values are as good."""
    if low is not None and high is not None:
        return -abs(beyond(value, low, high))
    return value if high is None else -value


def noise(values: Sequence[float]) -> float:
    """The standard deviation from one attempt to the next that is not progress, by the median of
    the steps between neighbours (von Neumann et al. 1941, with the median for the mean square, so
    that one leap does not count): 1.4826 median |step| / √2. 0 below three values."""
    if len(values) < 3:
        return 0.0
    steps = [abs(now - before) for before, now in pairwise(values)]
    return 1.4826 * median(steps) / 2**0.5


def bests(
    values: Sequence[float], low: float | None, high: float | None, falloff: float
) -> dict[int, float]:
    """Which of `values`, oldest first, were personal bests: their places, and the value that was
    the best before each."""
    found: dict[int, float] = {}
    for place in range(EARLIER, len(values)):
        earlier = values[:place]
        before = max(earlier, key=lambda value: goodness(value, low, high))
        lead = goodness(values[place], low, high) - goodness(before, low, high)
        if lead > max(LEAST_SHARE * falloff, noise(earlier)):
            found[place] = before
    return found


def outgrown(scores: Sequence[float], now: float) -> bool:
    """Whether a practice's score is beyond the first of its kind, and above all since."""
    return (
        bool(scores)
        and now > max(scores)
        and now - scores[0] >= max(LEAST_SCORE, noise(scores))
    )  # fmt: skip
