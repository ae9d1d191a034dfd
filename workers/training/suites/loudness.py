"""Loudness: the test signals of EBU Tech 3341 and 3342 in one channel, and drift of known size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from workers.engines.prosody import loudness
from workers.engines.types import SAMPLE_RATE, Span
from workers.training.evaluation import cases
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.say import Span as Times
from workers.training.speech.voices import Samples
from workers.training.suites.prosody import noisy, parameters, said, spaced

ONE_CHANNEL_LU = -3.01
"""A tone in one channel is this much below the same in two, as the standards have it."""
INTEGRATED: dict[str, tuple[list[tuple[float, float]], float]] = {
    "3341-1": ([(-23, 20)], -23.0),
    "3341-2": ([(-33, 20)], -33.0),
    "3341-3": ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
    "3341-4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
    "3341-5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
}
"""Tech 3341, table 1: tones of 1 kHz as (dBFS, s), and LUFS to be read within 0.1."""
RANGE: dict[str, tuple[list[tuple[float, float]], float]] = {
    "3342-1": ([(-20, 20), (-30, 20)], 10.0),
    "3342-2": ([(-20, 20), (-15, 20)], 5.0),
    "3342-3": ([(-40, 20), (-20, 20)], 20.0),
    "3342-4": ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15.0),
}
"""Tech 3342, table 1: loudness range in LU to be read within 1."""


def evaluate(part: Part) -> Report:
    integrated = [_tone(name, *one) for name, one in INTEGRATED.items()]
    ranges = [_tone(name, *one) for name, one in RANGE.items()]
    drifts = list(_drifts(part))
    steady = [one for one in drifts if one.expected == 0.0]
    return Report(
        "loudness", part, "pyloudnorm filters, EBU R128 gates",
        [
            Figure("integrated.error.worst", _worst(integrated), "LU", target=0.1,
                   better="lower", n=len(integrated), note="EBU Tech 3341"),
            Figure("range.error.worst", _worst(ranges), "LU", target=1.0, better="lower",
                   n=len(ranges), note="EBU Tech 3342"),
            Figure("drift.error.worst", _worst(drifts), "dB", target=1.5, better="lower",
                   n=len(drifts)),
            Figure("drift.error.mean", sum(map(_off, drifts)) / len(drifts), "dB", target=0.75,
                   better="lower", n=len(drifts)),
            Figure("drift.steady.worst", _worst(steady), "dB", target=1.0, better="lower",
                   n=len(steady), note="of voices that do not drift"),
        ],
        [*integrated, *ranges, *drifts],
    )  # fmt: skip


def _off(outcome: Outcome) -> float:
    return abs(outcome.got - outcome.expected)


def _worst(outcomes: list[Outcome]) -> float:
    return max(map(_off, outcomes), default=0.0)


def _tone(name: str, levels: list[tuple[float, float]], expected: float) -> Outcome:
    count = sum(round(seconds * SAMPLE_RATE) for _, seconds in levels)
    gain = np.concatenate(
        [np.full(round(seconds * SAMPLE_RATE), 10 ** (db / 20)) for db, seconds in levels]
    )
    with written(gain * np.sin(2 * np.pi * 1000 * np.arange(count) / SAMPLE_RATE)) as path:
        found = loudness.read_loudness(str(path))
    if name.startswith("3342"):
        got, most = loudness.loudness_range(found), 1.0
    else:
        got, most = loudness.integrated(found), 0.1
        expected += ONE_CHANNEL_LU
    got = 0.0 if got is None else round(got, 3)
    error = "" if abs(got - expected) <= most else f"off by {got - expected:.2f}"
    return Outcome(name, expected, got, error)


def _drifts(part: Part) -> Iterator[Outcome]:
    given = parameters(part)
    loud = given["loudness"]
    texts = given["texts"][: 4 if part == "small" else None]
    grid = list(itertools.product(loud["drifts_db"], loud["voices"]))
    for number, (db, voice) in enumerate(cases.some(grid, part, 2)):
        noise = loud["noises"][number % len(loud["noises"])]
        sound, phrases = _talk(voice, texts, loud, db, noise, number)
        spans = [Span(start=start, end=end) for start, end in phrases]
        with written(sound) as path:
            got = loudness.drift(loudness.read_loudness(str(path)), spans)
        got = round(got or 0.0, 2)
        name = f"{voice['flite']}-{voice.get('pitch_hz', 0)}-{db}-{noise['kind']}"
        yield Outcome(name, db, got, "" if abs(got - db) <= 1.5 else "another drift")


def _talk(
    voice: dict[str, Any], texts: list[list[str]], loud: dict[str, Any], db: float,
    noise: dict[str, Any], number: int,
) -> tuple[Samples, list[Times]]:  # fmt: skip
    """Some 80 s of one voice whose level moves by `db` from first to last, and its sentences."""
    order = np.random.default_rng(loud["seed"] + number).permutation(len(texts))
    text = [sentence for place in order for sentence in texts[place]]
    spoken = said(voice, spaced(text, loud["pause_s"]))
    ends = np.cumsum([len(sentence.split()) for sentence in text])
    starts = [0, *ends[:-1]]
    phrases = [
        (spoken.words[first].start, spoken.words[end - 1].end)
        for first, end in zip(starts, ends, strict=True)
    ]
    gain = 10 ** (np.linspace(-db / 2, db / 2, len(spoken.samples)) / 20)
    sound = noisy((spoken.samples * gain).astype(np.float32), noise, loud["seed"] + number)
    return sound * (0.5 / float(np.abs(sound).max())), phrases
