"""Posture: learned and judged on speakers who never lived (`workers.training.motion.postures`).

    bin/rostrum train posture

240 speakers of a minute to learn from, 60 to set the temperature on, 120 held out whose bodies,
cameras, noise and manners lie outside the ranges of those.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from workers.engines.body import net
from workers.engines.body.geometry import signals
from workers.engines.body.posture import (
    CLOSED,
    FRAMES,
    KINDS,
    POINTS,
    SHIPPED,
    Windows,
    by_rule,
    classifier,
    windows,
)  # fmt: skip
from workers.engines.timeline import Floats
from workers.training.draws import STRANGERS
from workers.training.motion.postures import posed
from workers.training.net import Doubt, Examples, Labels
from workers.training.trainers.study import Case, Study

FORMAT = net.FORMAT
PURE = 0.8
"""Share of a window that one kind must fill to be its truth; others are on the way."""
COPIES = 3
MIRRORED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9]
"""Each point of POINTS on the other side."""
PARTS = ("head", "arms", "hips")
PART_OF = [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2]
HIPS, HANDS = [9, 10], ([7], [8], [5, 7], [6, 8])


def cases(first: int, count: int, *, far: float) -> Iterator[Case[Windows]]:
    for seed in range(first, first + count):
        one = posed(seed, far=far)
        found = windows(signals(one.track))
        yield Case(found, found.features, _truth(one.kinds, found))


def _truth(kinds: Labels, found: Windows) -> Labels:
    truth = np.full(len(found.first), -1)
    for n, first in enumerate(found.first):
        inside = kinds[first : first + FRAMES]
        counts = np.bincount(inside[inside >= 0], minlength=len(KINDS))
        if counts.max() >= PURE * FRAMES:
            truth[n] = counts.argmax()
    return np.where((truth == CLOSED) & ~found.hands, -1, truth)


def varied(examples: Examples, seed: int) -> Examples:
    """As they are, and COPIES of each seen by another: mirrored or not, turned and stretched a
    little, each point of the model's own opinion, hips or a hand hidden."""
    chance = np.random.default_rng(seed)
    found = [examples, *(_varied(examples, chance) for _ in range(COPIES))]
    return Examples(
        np.concatenate([one.windows for one in found]),
        np.concatenate([one.labels for one in found]),
    )


def _varied(examples: Examples, chance: np.random.Generator) -> Examples:
    count, frames, _ = examples.windows.shape
    n = len(POINTS)
    x, y, seen, wide, dx, dy, more = np.split(
        examples.windows, np.cumsum([n, n, n, 1, n, n]), axis=2
    )

    def drawn(spread: float, *shape: int) -> Floats:
        return np.asarray(chance.normal(0, spread, (count, *shape)))

    flip = np.where(chance.random((count, 1, 1)) < 0.5, -1.0, 1.0)

    def sides(values: Floats) -> Floats:
        return np.where(flip < 0, values[..., MIRRORED], values)

    turn, shear = drawn(0.08, 1, 1), drawn(0.08, 1, 1)
    tall, large = np.exp(drawn(0.14, 1, 1)), np.exp(drawn(0.1, 1, 1))
    parts = np.exp(drawn(0.17, 1, len(PARTS)))[..., PART_OF]

    def moved(across: Floats, down: Floats) -> tuple[Floats, Floats]:
        across, down = flip * sides(across), sides(down) * tall * parts
        across = across + shear * down
        return large * (across - turn * down), large * (down + turn * across)

    shake, mean = drawn(0.025, frames, 2 * n), drawn(0.05, 1, 2 * n)
    (x, y), (dx, dy) = moved(x, y), moved(dx, dy)
    hidden = np.zeros((count, 1, n), dtype=np.bool_)
    for points, often in ((HIPS, 0.3), *((hand, 0.1) for hand in HANDS)):
        hidden[..., points] |= (chance.random((count, 1)) < often)[..., None]
    seen = np.where(hidden, 0.0, sides(seen))
    x, y = x + shake[..., :n] + mean[..., :n], y + shake[..., n:] + mean[..., n:]
    dx, dy = dx + shake[..., :n], dy + shake[..., n:]
    there = seen > 0
    made = [np.where(there, part, 0.0) for part in (x, y)]
    against = [np.where(there, part, 0.0) for part in (dx, dy)]
    windows = np.concatenate([*made, seen, wide, *against, more], axis=2)
    return Examples(windows, examples.labels)


def best_limits(found: list[Case[Windows]]) -> tuple[float, float, float]:
    """Limits of the rule with the best macro-F1 on `found`: the constants of the engine."""
    likely = [one.shown for one in found]
    whole = replace(
        likely[0],
        measures=np.concatenate([one.measures for one in likely]),
        hands=np.concatenate([one.hands for one in likely]),
    )
    truth = np.concatenate([one.truth for one in found])
    grid = itertools.product(np.arange(0.2, 0.46, 0.02), np.arange(0, 0.4, 0.05), range(6, 13))

    def score(limits: tuple[float, float, float]) -> float:
        given = by_rule(whole, limits).argmax(axis=1)
        counts = [(np.sum((truth == k) & (given == k)),
                   np.sum(truth == k) + np.sum((given == k) & (truth >= 0)))
                  for k in range(len(KINDS))]  # fmt: skip
        return float(np.mean([2 * right / both for right, both in counts]))

    return max(grid, key=score)


STUDY = Study(
    name="posture", kinds=KINDS, unit="windows", sizes=(240, 60, 120), quick=(12, 4, 6),
    seeds=(10_000, 50_000, 90_000), rounds=10, cases=cases, varied=varied, classifier=classifier,
    by_rule=by_rule, shipped_at=SHIPPED, checked=STRANGERS,
    doubt=Doubt(dropped=0.3, smoothed=0.1, moved=0.3),
)  # fmt: skip
train, judge, shipped = STUDY.train, STUDY.judge, STUDY.shipped
