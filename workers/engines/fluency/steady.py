"""Stretches of steady voice anywhere in the sound: what a filled pause may be, and its facts.

Words are no help in finding them: aligners lay a word over the "um" beside it, and voice activity
takes a long one for no speech at all. So every sounding stretch is looked at, outside speech too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from workers.engines.envelope import Envelope, loud_db
from workers.engines.envelope import silences as silences_of
from workers.engines.fluency.hesitation import VoiceTrack, band_levels
from workers.engines.timeline import Floats, merge, overlap, runs
from workers.engines.types import Span

LEAST_S, MOST_S = 0.14, 2.0
EDGE_S = 0.05
"""A silence this short parts a filler from a word."""
SETTLED_DB = (6.0, 8.0, 11.0)
"""Changes of the spectrum's shape over 50 ms above which it is no longer the same sound: a hum
after a vowel is one filler by the last, and a vowel before a word by the first."""
JUMP_SEMITONES = 1.5
REACH_S = 0.3
"""Beyond this it does not matter how far the next silence is."""
FLOOR_HZ, CEILING_HZ = 60.0, 500.0
MODEL = Path(__file__).resolve().parents[1] / "data" / "hesitation-1.json"
JOIN_S = 0.08
"""Stretches this close are one filler: "um" goes from vowel to hum once."""
LEAST_RANGE, MOST_RANGE = 1.5, 6.0
"""Semitones within which a pitch range counts: the made fillers learned from are flatter than
those of people, and being flatter still must not count."""
FACTS = ("length", "pitch_range", "change", "before", "after", "level", "whole", "tilt", "pitch",
         "change_of_level")  # fmt: skip


@dataclass(frozen=True)
class Steady:
    """A stretch of steady voice, and `FACTS` about it in their order."""

    span: Span
    facts: tuple[float, ...]


@dataclass(frozen=True)
class Model:
    bias: float
    weights: tuple[float, ...]

    def chance(self, stretch: Steady) -> float:
        score = self.bias + sum(
            weight * fact for weight, fact in zip(self.weights, stretch.facts, strict=True)
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def model() -> Model:
    found = json.loads(MODEL.read_text(encoding="utf-8"))
    return Model(float(found["bias"]), tuple(float(found["weights"][name]) for name in FACTS))


@dataclass(frozen=True)
class Ground:
    """What the stretches of a recording are told from."""

    path: str
    voice: VoiceTrack
    envelope: Envelope
    loud_db: float
    usual_hz: float
    quiet: list[Span]


def ground(
    path: str, voice: VoiceTrack, envelope: Envelope, threshold_db: float, speech: Sequence[Span]
) -> Ground:
    voiced = voice.hz[voice.hz > 0]
    usual = float(np.median(voiced)) if len(voiced) else 120.0
    quiet = silences_of(envelope, threshold_db, least_s=EDGE_S)
    return Ground(path, voice, envelope, loud_db(envelope, speech), usual, quiet)


def find(on: Ground, asked: Callable[[Span], float]) -> list[Span]:
    """Stretches that are filled pauses by the model; `asked`: the chance one must have for it."""
    return chosen(model(), stretches(on), asked)


def chosen(by: Model, found: Iterable[Steady], asked: Callable[[Span], float]) -> list[Span]:
    """The surest of `found` where they overlap, those beside each other joined."""
    taken: list[Span] = []
    for chance, span in sorted(
        ((by.chance(one), one.span) for one in found), key=lambda pair: -pair[0]
    ):
        if chance >= asked(span) and not any(overlap(span, other) for other in taken):
            taken.append(span)
    return merge(taken, JOIN_S)


def stretches(on: Ground) -> Iterator[Steady]:
    """All of them, in order; of several sizes, so that some overlap."""
    edges = [0.0, *(t for gap in on.quiet for t in (gap["start"], gap["end"])),
             on.envelope.duration_s]  # fmt: skip
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < LEAST_S:
            continue
        island = Span(start=start, end=end)
        track = _track(on, island)
        for first, stop in runs(track > 0):
            if (stop - first) * on.voice.step < LEAST_S:
                continue
            run = Span(start=start + first * on.voice.step, end=start + stop * on.voice.step)
            yield from _settled(on, run, track[first:stop], island)


def _track(on: Ground, island: Span) -> Floats:
    """Pitch in the island every `voice.step`; measured anew where it lies outside speech."""
    voice = on.voice
    known = voice.between(island)
    if (known > 0).any() or island["end"] - island["start"] > MOST_S:
        return known
    import parselmouth
    import soundfile

    with soundfile.SoundFile(on.path) as sound:
        rate = sound.samplerate
        sound.seek(max(0, round((island["start"] - 0.05) * rate)))
        samples = sound.read(round((island["end"] - island["start"] + 0.1) * rate))
    if len(samples) < round(3.5 / FLOOR_HZ * rate):
        return known
    pitch = parselmouth.Sound(samples, rate).to_pitch_ac(
        time_step=voice.step, pitch_floor=FLOOR_HZ, pitch_ceiling=CEILING_HZ
    )
    times = pitch.xs() - min(0.05, island["start"])
    found = np.asarray(pitch.selected_array["frequency"])
    return np.interp(np.arange(len(known)) * voice.step, times, found) if len(times) else known


def _settled(on: Ground, run: Span, hz: Floats, island: Span) -> Iterator[Steady]:
    """The parts of an unbroken voice in which neither pitch nor spectrum moves on."""
    bands = band_levels(on.path, run)
    if len(bands) < 12:
        return
    shape = bands - bands.mean(axis=1, keepdims=True)
    moved = np.abs(shape[5:] - shape[:-5]).mean(axis=1)
    change = np.pad(moved, (2, len(shape) - len(moved) - 2), mode="edge")
    step = (run["end"] - run["start"]) / len(shape)
    tones = 12 * np.log2(np.interp(np.linspace(0, len(hz) - 1, len(shape)), np.arange(len(hz)), hz))
    level_pitch = np.concatenate(([True], np.abs(np.diff(tones)) < JUMP_SEMITONES))
    parts = {part for most in SETTLED_DB for part in runs((change <= most) & level_pitch)}
    for first, stop in sorted(parts):
        if LEAST_S <= (stop - first) * step <= MOST_S:
            span = Span(start=run["start"] + first * step, end=run["start"] + stop * step)
            yield Steady(span, _facts(
                on, span, run, island, tones[first:stop], shape[first:stop], change[first:stop]
            ))  # fmt: skip


def _facts(
    on: Ground, span: Span, run: Span, island: Span, tones: Floats, shape: Floats, change: Floats
) -> tuple[float, ...]:
    length = span["end"] - span["start"]
    cells = on.envelope.level_db[round(span["start"] * 100) : round(span["end"] * 100)]
    low, high = np.percentile(tones, (10, 90))
    middle = shape.mean(axis=0)
    facts = {
        "length": np.log(length),
        "pitch_range": np.clip(high - low, LEAST_RANGE, MOST_RANGE),
        "change": np.median(change),
        "before": min(REACH_S, span["start"] - island["start"]) / REACH_S,
        "after": min(REACH_S, island["end"] - span["end"]) / REACH_S,
        "level": (np.mean(cells) - on.loud_db) / 10,
        "whole": length / (run["end"] - run["start"]),
        "tilt": (middle[:5].mean() - middle[9:].mean()) / 10,
        "pitch": np.clip(np.median(tones) - 12 * np.log2(on.usual_hz), -8, 8) / 4,
        "change_of_level": np.std(cells) / 5,
    }
    return tuple(float(facts[name]) for name in FACTS)
