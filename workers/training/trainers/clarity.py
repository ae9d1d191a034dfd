"""Clarity of a recording: learned and judged on made speech whose one fault is known.

    bin/rostrum train clarity

600 recordings of eight seconds to learn from, 90 by other voices in worse conditions to set the
temperature on, 100 held out, of which voices, noises, rooms and faults all lie outside those
(`workers.training.speech.faults`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from workers.engines.body import net
from workers.engines.prosody.clarity import (
    BANDS,
    KINDS,
    SHIPPED,
    VALUES,
    Heard,
    by_rule,
    classifier,
    upper_db,
    windows,
)  # fmt: skip
from workers.engines.timeline import Floats
from workers.training.draws import STRANGERS
from workers.training.net import Doubt, Examples
from workers.training.speech.faults import Faulty, recording
from workers.training.trainers.study import Case, Study

FORMAT = net.FORMAT
COPIES = 3


def cases(first: int, count: int, *, far: float) -> Iterator[Case[Heard]]:
    for number in range(first, first + count):
        one = recording(number, far=far)
        found = windows(one.samples)
        heard = Heard(found, partial(_measured, one, found))
        values = np.tile([one.variation_db, one.audible], (len(found), 1))
        yield Case(heard, found, np.full(len(found), one.kind), values)


def _measured(one: Faulty, found: Floats) -> Floats:
    """What the rule reads: what the product measures of the whole recording."""
    got = one.measured
    whole = [got.clipping, got.reverberation_s, got.snr_db]
    row = [np.nan if value is None else value for value in (*whole, got.variation_db)]
    return np.column_stack([
        np.tile(row[:3], (len(found), 1)), upper_db(found), np.full(len(found), row[3])
    ])  # fmt: skip


def varied(examples: Examples, seed: int) -> Examples:
    """As they are, and COPIES of each by another microphone: its colour over the bands, and where
    the window begins."""
    chance = np.random.default_rng(seed)
    found = [examples.windows, *(_varied(examples.windows, chance) for _ in range(COPIES))]
    times = len(found)
    values = None if examples.values is None else np.tile(examples.values, (times, 1))
    return Examples(np.concatenate(found), np.tile(examples.labels, times), values)


def _varied(given: Floats, chance: np.random.Generator) -> Floats:
    count, frames, features = given.shape
    octaves = np.linspace(-1, 1, BANDS)
    colour = chance.normal(0, 0.25, (count, 1)) * octaves + 0.2 * np.cos(
        np.pi * octaves * chance.uniform(0.5, 3, (count, 1)) + chance.uniform(0, 6, (count, 1))
    )
    flat = np.zeros((count, BANDS))
    moved = np.hstack([colour, flat, *[colour] * ((features - 2) // BANDS - 2), flat[:, :2]])
    turned = np.stack([np.roll(one, int(chance.integers(frames)), axis=0) for one in given])
    return turned + moved[:, None]


def best_limits(found: Iterable[Case[Heard]]) -> tuple[float, float, float, float]:
    """Limits of the rule with the best macro-F1 on `found`: the last is the engine's, and shows
    what those of `cautions` could reach at best."""
    known = list(found)
    grid = itertools.product(
        (0.0005, 0.001, 0.003), (0.5, 0.6, 0.7), (8, 10, 12, 15), range(-34, -19, 2)
    )
    return max(grid, key=lambda limits: STUDY.judged_on(lambda x: by_rule(x, limits), known).figure)


STUDY = Study(
    name="clarity", kinds=KINDS, unit="windows", sizes=(600, 90, 100), quick=(20, 10, 10),
    seeds=(0, 0, 0), rounds=10, cases=cases, varied=varied, classifier=classifier, by_rule=by_rule,
    shipped_at=SHIPPED, values=VALUES, each="recording",
    checked=STRANGERS, doubt=Doubt(dropped=0.3, smoothed=0.1, moved=0.3),
)  # fmt: skip
train, judge, shipped = STUDY.train, STUDY.judge, STUDY.shipped
