"""Pauses: known silences between known words, at 20 dB signal-to-noise, as the product finds them.

Sentences with marked clause boundaries are spoken; pauses of known length stand at boundaries and
inside clauses. The text comes attached (its words aligned), so that what is judged is the pauses.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from workers.engines.types import SAMPLE_RATE
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.places import made_dir
from workers.training.evaluation.scores import Counts, confusion, events, matched, percentile
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech import say as speech
from workers.training.speech.noise import with_noise
from workers.training.speech.voices import Samples

VOICES = {"dev": ("slt", "rms"), "heldout": ("awb", "kal16"), "small": ("slt",)}
SNR_DB = 20.0
SENTENCES = 4
"""To a recording."""
AT_CLAUSE, INSIDE = 0.6, 0.12
"""How often a pause stands at a clause boundary, and between two words that are none."""
SHORTEST_S, LONGEST_S = 0.35, 1.6


@dataclass(frozen=True)
class Spoken:
    """A recording: its sound and its true pauses, with where each stands."""

    case: str
    sound: speech.Spoken
    text: str
    places: list[str]


def evaluate(part: Part) -> Report:
    found = cases.records(cases.path(part, "pauses", "clauses.jsonl", kind="language"))
    groups = [found[n : n + SENTENCES] for n in range(0, len(found), SENTENCES)]
    recordings = [
        _speak(f"{voice}-{number}", group, voice)
        for voice in VOICES[part]
        for number, group in enumerate(cases.some(groups, part, 2))
    ]
    outcomes = [_judge(recording) for recording in recordings]
    counts = sum((outcome.counts for outcome in outcomes), Counts())
    edges = [edge for outcome in outcomes for edge in outcome.edges_s]
    sounding = [edge for outcome in outcomes for edge in outcome.sounding_s]
    table = confusion(pair for outcome in outcomes for pair in outcome.places)
    right = sum(table[label][label] for label in table)
    placed = sum(sum(row.values()) for row in table.values())
    exact = sum(outcome.counts.expected == outcome.counts.got for outcome in outcomes)
    figure = partial(Figure, n=counts.expected)
    return Report(
        "pauses", part, "rostrum fluency rules",
        [
            Figure("count.exact", exact / len(outcomes), target=1.0, n=len(outcomes),
                   note="recordings whose number of pauses is right"),
            *counts.figures("pauses", target=0.98),
            figure("edges.median", percentile(edges, 0.5), "s", better="lower"),
            figure("edges.p95", percentile(edges, 0.95), "s", target=0.05, better="lower"),
            figure("edges.sounding.p95", percentile(sounding, 0.95), "s", target=0.05,
                   better="lower", note="against the silence in the sound without the noise"),
            figure("place.accuracy", right / max(1, placed), target=0.9),
        ],
        [outcome.told for outcome in outcomes],
        table,
    )  # fmt: skip


@dataclass(frozen=True)
class _Judged:
    counts: Counts
    edges_s: list[float]
    """From the ends of the phones beside the pause, the silent closure of a stop among them."""
    sounding_s: list[float]
    """From where the sound itself is silent."""
    places: list[tuple[str, str]]
    told: Outcome


def _judge(recording: Spoken) -> _Judged:
    path = made_dir("pauses") / f"{recording.case}.wav"
    noisy = with_noise(recording.sound.samples, SNR_DB)
    recording.sound.heard_as(noisy).write(path)
    found = sections(path, text=recording.text)["fluency"]["pauses"]["items"]
    expected, got = list(recording.sound.pauses), [(item["start"], item["end"]) for item in found]
    pairs = matched(expected, got)
    edges = [abs(a - b) for i, j in pairs for a, b in zip(expected[i], got[j], strict=True)]
    silent = [_silent(recording.sound.samples, *expected[i]) for i, _ in pairs]
    sounding = [
        abs(a - b) for span, (_, j) in zip(silent, pairs, strict=True)
        for a, b in zip(span, got[j], strict=True)
    ]  # fmt: skip
    places = [(recording.places[i], str(found[j]["position"])) for i, j in pairs]
    return _Judged(
        events(expected, got), edges, sounding, places,
        Outcome(recording.case, _told(expected, recording.places),
                _told(got, [item["position"] for item in found]),
                "" if len(expected) == len(got) == len(pairs) else "other pauses"),
    )  # fmt: skip


def _silent(samples: Samples, start: float, end: float) -> tuple[float, float]:
    """A pause with the silent stretches of the words beside it: 5 ms cells 40 dB below loud."""
    cell = SAMPLE_RATE // 200
    power = np.mean(samples[: len(samples) // cell * cell].reshape(-1, cell) ** 2, axis=1)
    quiet = power < 1e-4 * np.percentile(power[power > 0], 95)
    first, last = round(start * 200), round(end * 200)
    while first > 0 and quiet[first - 1]:
        first -= 1
    while last < len(quiet) and quiet[last]:
        last += 1
    return first / 200, last / 200


def _told(spans: list[tuple[float, float]], places: list[Any]) -> list[str]:
    return [f"{a:.2f}-{b:.2f} {place}" for (a, b), place in zip(spans, places, strict=True)]


def _speak(case: str, sentences: list[dict[str, Any]], voice: str) -> Spoken:
    """The sentences with pauses put in by the case's name."""
    chance = random.Random(case)  # noqa: S311 - repeatable, not secret
    pieces: list[str | float] = []
    places: list[str] = []
    for sentence in sentences:
        if pieces:
            pieces.append(chance.uniform(0.5, LONGEST_S))
            places.append("boundary")
        words = re.sub(r"[^\w' ]", "", sentence["text"]).split()  # marks would make pauses too
        cuts = [k for k in range(1, len(words)) if _cut_here(chance, k in sentence["boundaries"])]
        for start, end in itertools.pairwise([0, *cuts, len(words)]):
            if start:
                pieces.append(chance.uniform(SHORTEST_S, LONGEST_S))
                places.append("boundary" if start in sentence["boundaries"] else "inside")
            pieces.append(" ".join(words[start:end]))
    sound = speech.say(*pieces, voice=voice)
    return Spoken(case, sound, " ".join(sentence["text"] for sentence in sentences), places)


def _cut_here(chance: random.Random, boundary: bool) -> bool:
    return chance.random() < (AT_CLAUSE if boundary else INSIDE)
