"""Posture: learned and judged on speakers who never lived (`workers.training.motion.postures`).

    bin/rostrum train posture

240 speakers of a minute to learn from, 60 to set the temperature on, 120 held out whose bodies,
cameras, noise and manners lie outside the ranges of those.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from workers.engines.body import net
from workers.engines.body.geometry import signals
from workers.engines.body.posture import (
    CLOSED,
    FRAMES,
    KINDS,
    POINTS,
    SHIPPED,
    Classifier,
    Windows,
    by_rule,
    classifier,
    windows,
)  # fmt: skip
from workers.engines.timeline import Floats
from workers.engines.trained import read
from workers.training.evaluation.scores import calibration_error, confusion, macro_f1
from workers.training.motion.postures import posed
from workers.training.net import Examples, Labels, device_of, fitted
from workers.training.trainers import Judged, Made

FORMAT = net.FORMAT
LEARN, CHECK, HELD_OUT = 240, 60, 120
QUICK = (12, 4, 6)
LEARN_SEED, CHECK_SEED, HELD_OUT_SEED = 10_000, 50_000, 90_000
ROUNDS = 10
PURE = 0.8
"""Share of a window that one kind must fill to be its truth; others are on the way."""
COPIES = 3
MIRRORED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9]
"""Each point of POINTS on the other side."""
PARTS = ("head", "arms", "hips")
PART_OF = [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2]
HIPS, HANDS = [9, 10], ([7], [8], [5, 7], [6, 8])


@dataclass(frozen=True)
class Case:
    """A speaker's windows with what they truly are (-1: on the way, or not to be known)."""

    windows: Windows
    truth: Labels


def train(*, seed: int, device: str, quick: bool, tell: Callable[[str], None]) -> Made:
    on = device_of(device)
    learn, check, _ = QUICK if quick else (LEARN, CHECK, HELD_OUT)
    tell(f"making {learn + check} speakers")
    first = LEARN_SEED + 100_000 * seed
    examples = gathered(cases(first, learn, outside=False))
    inside = list(cases(CHECK_SEED + 100_000 * seed, check, outside=False))
    tell(f"learning from {len(examples.labels)} windows on {on}")
    data, losses = fitted(
        "posture", varied(examples, seed), varied(gathered(inside), seed),
        seed=seed, rounds=3 if quick else ROUNDS, device=on,
    )  # fmt: skip
    judged = judged_on(classifier(data), inside)
    return Made(
        data,
        {"seed": seed, "device": on, "quick": quick, "speakers": learn, "rounds": len(losses),
         "windows": len(examples.labels), "first_speaker": first},
        {"loss": losses[-1], "inside.macro_f1": judged.figure, "inside.ece": judged.ece or 0.0},
        losses,
    )  # fmt: skip


def judge(versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
    held_out = held_out_cases(QUICK[2] if quick else HELD_OUT)
    return {
        name: judged_on(by_rule if data is None else classifier(data), held_out)
        for name, data in versions.items()
    }


def shipped() -> bytes:
    return read(SHIPPED)


@lru_cache(maxsize=1)
def held_out_cases(count: int) -> list[Case]:
    return list(cases(HELD_OUT_SEED, count, outside=True))


def cases(first: int, count: int, *, outside: bool) -> Iterator[Case]:
    for seed in range(first, first + count):
        one = posed(seed, outside=outside)
        found = windows(signals(one.track))
        yield Case(found, _truth(one.kinds, found))


def _truth(kinds: Labels, found: Windows) -> Labels:
    truth = np.full(len(found.first), -1)
    for n, first in enumerate(found.first):
        inside = kinds[first : first + FRAMES]
        counts = np.bincount(inside[inside >= 0], minlength=len(KINDS))
        if counts.max() >= PURE * FRAMES:
            truth[n] = counts.argmax()
    return np.where((truth == CLOSED) & ~found.hands, -1, truth)


def gathered(found: Iterable[Case]) -> Examples:
    kept = [(case.windows.features[case.truth >= 0], case.truth[case.truth >= 0]) for case in found]
    features, truth = zip(*kept, strict=True)
    return Examples(np.concatenate(features), np.concatenate(truth))


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


def judged_on(classify: Classifier, found: Iterable[Case]) -> Judged:
    likely, truth = _answers(classify, found)
    given = likely.argmax(axis=1)
    table = confusion((KINDS[a], KINDS[b]) for a, b in zip(truth, given, strict=True))
    sure = likely.max(axis=1)
    ece = calibration_error(list(zip(sure.tolist(), (given == truth).tolist(), strict=True)))
    return Judged(macro_f1(table), "macro_f1", len(truth), ece, table,
                  {"accuracy": float((given == truth).mean())})  # fmt: skip


def _answers(classify: Classifier, found: Iterable[Case]) -> tuple[Floats, Labels]:
    pairs = [(classify(case.windows)[case.truth >= 0], case.truth[case.truth >= 0])
             for case in found]  # fmt: skip
    likely, truth = zip(*pairs, strict=True)
    return np.concatenate(likely), np.concatenate(truth)


def best_limits(found: list[Case]) -> tuple[float, float, float]:
    """Limits of the rule with the best macro-F1 on `found`: the constants of the engine."""
    likely = [one.windows for one in found]
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
