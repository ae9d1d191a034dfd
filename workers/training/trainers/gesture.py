"""Gestures: learned and judged on speakers who never lived (`workers.training.motion.moves`).

    bin/rostrum train gesture

Each stretch that the engine's own rules find, and some where they find nothing, is one example; its
truth is what the speaker did there. 120 speakers of two minutes to learn from, 30 to set the
temperature on, 60 held out, of whom everything lies outside the ranges of those.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from workers.engines.body import net
from workers.engines.body.geometry import signals
from workers.engines.body.gestures import gestures
from workers.engines.body.kinds import (
    FRAMES,
    KINDS,
    SHIPPED,
    by_rule,
    classifier,
    stretches,
)  # fmt: skip
from workers.engines.body.measures import hand_to_face
from workers.engines.timeline import Floats
from workers.training.draws import STRANGERS
from workers.training.motion.moves import Gesture
from workers.training.net import Doubt, Examples
from workers.training.suites.body import film
from workers.training.trainers.study import Case, Study, gathered

FORMAT = net.FORMAT
COPIES = 3
MOST = 0.5
"""Share of the shorter of a stretch and a gesture that both must have in common."""
Span = tuple[float, float]


def cases(first: int, count: int, *, far: float) -> Iterator[Case[Floats]]:
    for seed in range(first, first + count):
        one = film(seed, far=far)
        seen = signals(one.track)
        items = gestures(seen)["items"] + hand_to_face(seen)["items"]
        busy = [(item["start"], item["end"]) for item in items]
        spans = busy + _calm(busy, one.made, float(one.times[-1]), seed)
        found = stretches(seen, spans)
        yield Case(found, found, np.array([_truth(span, one.made) for span in spans]))


def _calm(busy: list[Span], made: list[Gesture], end: float, seed: int) -> list[Span]:
    """Up to ten stretches of 1-4 s in which nothing was found, and nothing was done."""
    chance = np.random.default_rng(seed)
    taken = busy + [(one.start, one.end) for one in made]
    drawn = [(start, start + chance.uniform(1, 4)) for start in chance.uniform(1, end - 5, 30)]
    free = [span for span in drawn if not any(a < span[1] and b > span[0] for a, b in taken)]
    return free[:10]


def _truth(span: Span, made: list[Gesture]) -> int:
    def common(one: Gesture) -> float:
        shared = min(span[1], one.end) - max(span[0], one.start)
        return shared / max(1e-6, min(span[1] - span[0], one.end - one.start))

    best = max(made, key=common, default=None)
    if best is None or common(best) < MOST:
        return KINDS.index("idle")
    return KINDS.index(best.kind)


def varied(examples: Examples, seed: int) -> Examples:
    """As they are, and COPIES of each: mirrored or not, larger or smaller, turned a little, shaken,
    a hand hidden for a while."""
    chance = np.random.default_rng(seed)
    found = [examples.windows, *(_varied(examples.windows, chance) for _ in range(COPIES))]
    return Examples(np.concatenate(found), np.concatenate([examples.labels] * (1 + COPIES)))


def _varied(windows: Floats, chance: np.random.Generator) -> Floats:
    x, y, seen, speed, away, length = np.split(windows, (4, 8, 12, 14, 16), axis=2)
    count = len(windows)
    flip = chance.random((count, 1, 1)) < 0.5

    def sides(values: Floats) -> Floats:
        order = [1, 0, 3, 2][: values.shape[2]]
        return np.where(flip, values[..., order], values)

    x, y, seen = sides(x) * np.where(flip, -1, 1), sides(y), sides(seen)
    speed, away = sides(speed), sides(away)
    large = np.exp(chance.normal(0, 0.15, (count, 1, 1)))
    turn = chance.normal(0, 0.1, (count, 1, 1))
    low = chance.normal(0, 0.1, (count, 1, 1))
    x, y = large * (x - turn * y), large * (y + turn * x) + low
    start = chance.integers(0, FRAMES, (count, 1, 2))
    frames = np.arange(FRAMES)[:, None]
    lost = (frames >= start) & (frames < start + 4) & (chance.random((count, 1, 2)) < 0.2)
    hidden = np.concatenate([lost, np.zeros_like(lost)], axis=2)
    seen = np.where(hidden, 0.0, seen)
    there = seen > 0
    shake = chance.normal(0, 0.02, (2, *x.shape))
    x, y = np.where(there, x + shake[0], 0.0), np.where(there, y + shake[1], 0.0)
    speed = np.where(lost, 0.0, speed * large + np.abs(chance.normal(0, 0.08, speed.shape)))
    away = np.where(lost, 0.0, away * large)
    pace = np.exp(chance.normal(0, 0.15, (count, 1, 1)))
    return np.concatenate([x, y, seen, speed / pace, away, length * pace], axis=2)


def best_limits(found: Iterable[Case[Floats]]) -> tuple[float, int, float, float]:
    """Limits of the rule with the best macro-F1 on `found`: the constants of the engine."""
    whole = gathered(found)
    one = [Case(whole.windows, whole.windows, whole.labels)]
    grid = itertools.product((0.2, 0.3, 0.4), (3, 4, 5, 6), (0.1, 0.2, 0.3, 0.5), (0.1, 0.2, 0.3))
    return max(grid, key=lambda limits: STUDY.judged_on(lambda x: by_rule(x, limits), one).figure)


STUDY = Study(
    name="gesture", kinds=KINDS, unit="stretches", sizes=(120, 30, 60), quick=(6, 3, 3),
    seeds=(200_000, 250_000, 290_000), rounds=25, cases=cases, varied=varied,
    classifier=classifier, by_rule=by_rule, shipped_at=SHIPPED, checked=STRANGERS,
    doubt=Doubt(dropped=0.3, smoothed=0.05, moved=0.15),
)  # fmt: skip
train, judge, shipped = STUDY.train, STUDY.judge, STUDY.shipped
