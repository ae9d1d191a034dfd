"""How long stages take on this installation, learned from those that are done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from django.core.cache import cache

from analysis.graph import STAGES, needs_within
from analysis.models import StageRun

RECENT, FITTED = 400, 30
SHARE_OF_DEADLINE = 0.02
"""Where nothing was learned yet: a stage's deadline is generous by about this factor."""
_KEEP_S = 60


@dataclass(frozen=True)
class Pace:
    """A stage takes about `base_s` + `per_s` for each second of media."""

    base_s: float
    per_s: float

    def seconds(self, duration_s: float) -> float:
        return self.base_s + self.per_s * duration_s


def paces() -> dict[str, Pace]:
    """By stage, from recent runs; a guess where nothing was learned yet.

    Results taken over from earlier runs say nothing of the time they take and are left out.
    """
    kept = cache.get("analysis:paces")
    if kept is None:
        kept = _learn()
        cache.set("analysis:paces", kept, _KEEP_S)
    return {name: Pace(*kept[name]) if name in kept else _guess(name) for name in STAGES}


def _learn() -> dict[str, tuple[float, float]]:
    recent = (
        StageRun.objects.filter(state=StageRun.State.DONE, message="", elapsed_s__isnull=False)
        .order_by("-finished_at")
        .values_list("name", "elapsed_s", "run__session__duration_s")[:RECENT]
    )
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, elapsed, duration in recent:
        seen[name].append((duration or 0.0, elapsed or 0.0))
    return {name: fit(points, _guess(name).per_s) for name, points in seen.items()}


def fit(points: Sequence[tuple[float, float]], usual: float) -> tuple[float, float]:
    """Base and slope through (duration, elapsed): the Theil-Sen estimator, neither below zero.

    Recordings of one length tell no slope; then it is `usual`, or less where that is too much.
    """
    slopes = [
        (b[1] - a[1]) / (b[0] - a[0])
        for a, b in combinations(points[:FITTED], 2)
        if abs(b[0] - a[0]) >= 1.0
    ]
    if slopes:
        slope = max(0.0, median(slopes))
    else:
        slope = min(usual, median(elapsed / max(duration, 1.0) for duration, elapsed in points))
    return max(0.0, median(elapsed - slope * duration for duration, elapsed in points)), slope


def _guess(name: str) -> Pace:
    stage = STAGES[name]
    share = SHARE_OF_DEADLINE
    return Pace(stage.deadline_base_s * share / 2, stage.deadline_factor * share)


def remaining(left: Mapping[str, float], names: frozenset[str], workers: int = 1) -> float:
    """Seconds until the result, by the seconds `left` of each stage that delays it.

    The longest way through the graph, or the lane with the most to do, whichever is more.
    """
    ends: dict[str, float] = {}

    def end(name: str) -> float:
        if name not in ends:
            before = max((end(need) for need in needs_within(name, names)), default=0.0)
            ends[name] = before + left.get(name, 0.0)
        return ends[name]

    lanes: dict[str, float] = defaultdict(float)
    for name in left:
        lanes[STAGES[name].lane] += left[name] / workers
    longest = max((end(name) for name in left), default=0.0)
    return max(longest, *lanes.values()) if lanes else longest
