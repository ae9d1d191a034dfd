"""Stretches of steady voice anywhere in the sound: what a filled pause may be, and its facts.

Words are no help in finding them: aligners lay a word over the "um" beside it, and voice activity
takes a long one for no speech at all. So every sounding stretch is looked at, outside speech too.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from workers.engines.envelope import Envelope, loud_db
from workers.engines.envelope import silences as silences_of
from workers.engines.fluency.tracks import VoiceTrack
from workers.engines.shipped import record
from workers.engines.timeline import Floats, merge, overlap, runs
from workers.engines.types import Span

LEAST_S, MOST_S = 0.14, 2.0
EDGE_S = 0.05
"""A silence this short parts a filler from a word."""
SETTLED_DB = (3.0, 4.5, 6.5)
"""Changes of the spectrum's shape over 50 ms above which it is no longer the same sound: a hum
after a vowel is one filler by the last, and a vowel before a word by the first."""
JUMP_SEMITONES = 1.5
REACH_S = 0.3
"""Beyond this it does not matter how far the next silence is."""
FLOOR_HZ, CEILING_HZ = 60.0, 500.0
MODEL = Path(__file__).resolve().parents[1] / "data" / "hesitation-2.json"
JOIN_S = 0.08
"""Stretches this close are one filler: "um" goes from vowel to hum once."""
LEAST_RANGE, MOST_RANGE = 1.5, 6.0
"""Semitones within which a pitch range counts: the made fillers learned from are flatter than
those of people, and being flatter still must not count."""
BANDS_HZ = np.array([100, 300, 500, 700, 900, 1150, 1450, 1800, 2250, 2800, 3500])
DEEP_DB = 30.0
KNOWN_SHARE = 0.8
"""An island with less voice than this is heard anew: voice activity may have cut a filler short."""
LEAST_SPREAD_DB, QUIET_S, MOST_ISLAND_S = 2.0, 0.5, 2.0
COLOURS = 5
FACTS = (
    "length", "longer", "pitch_range", "change", "change_ratio", "change_most",
    "before", "after", "quiet_before", "quiet_after", "level", "whole", "island", "tilt", "pitch",
    "change_of_level", "level_slope", "colour",
    *(f"colour_{n}" for n in range(1, COLOURS + 1)),
)  # fmt: skip
"""`longer`, `change_ratio`, `pitch`, `level` and `colour` (how far the spectrum's shape is from the
speaker's mean one, and in which way) are held against what is usual in this recording."""


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
    found = record(MODEL, "bias", "weights")
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


def stretches(on: Ground) -> list[Steady]:
    """All of them, in order; of several sizes, so that some overlap."""
    voices = list(_voices(on))
    if not voices:
        return []
    usual = _usual(voices)
    return [
        Steady(part.span, _facts(on, usual, voice, part))
        for voice in voices
        for part in _settled(voice)
    ]


@dataclass(frozen=True)
class Voice:
    """An unbroken voice in a sounding stretch (`island`), every 10 ms."""

    span: Span
    island: Span
    tones: Floats
    """Semitones."""
    shape: Floats
    """dB in bands about their mean: shape, not loudness."""
    change: Floats
    """dB a band by which the shape moves in 50 ms."""


@dataclass(frozen=True)
class Usual:
    """What is usual for this speaker, microphone and room: over all of their voice."""

    shape: Floats
    spread: Floats
    change: float
    length_s: float


@dataclass(frozen=True)
class Part:
    """Frames `first` to `stop` of a voice, and where they lie."""

    span: Span
    first: int
    stop: int


def _voices(on: Ground) -> Iterator[Voice]:
    """Every unbroken voice between two silences."""
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
            span = Span(start=start + first * on.voice.step, end=start + stop * on.voice.step)
            shape = _shapes(on.path, span)
            if len(shape) < 12:
                continue
            moved = np.abs(shape[5:] - shape[:-5]).mean(axis=1)
            change = np.pad(moved, (2, len(shape) - len(moved) - 2), mode="edge")
            hz = track[first:stop]
            places = np.linspace(0, len(hz) - 1, len(shape))
            tones = 12 * np.log2(np.interp(places, np.arange(len(hz)), hz))
            yield Voice(span, island, tones, shape, change)


def _shapes(path: str, span: Span) -> Floats:
    """dB in `BANDS_HZ` about their mean, every 10 ms over 32 ms, smoothed over three.

    Bands hold a harmonic or more, so that a pitch that moves is no change of the spectrum; what
    lies `DEEP_DB` under the strongest is noise as often as voice, and stands at that level.
    """
    import soundfile

    with soundfile.SoundFile(path) as sound:
        rate = sound.samplerate
        sound.seek(min(max(0, round(span["start"] * rate)), len(sound)))
        samples = sound.read(round((span["end"] - span["start"]) * rate), dtype="float64")
    size, hop = round(0.032 * rate), round(0.01 * rate)
    if len(samples) < size + 2 * hop:
        return np.zeros((0, len(BANDS_HZ) - 1))
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(windows, 1024, axis=1)) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(1024, 1 / rate), BANDS_HZ)
    bands = np.stack([power[:, a:b].mean(axis=1) for a, b in itertools.pairwise(edges)], axis=1)
    padded = np.pad(bands, ((1, 1), (0, 0)), mode="edge")
    bands = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    floor = max(1e-14, float(bands.max()) * 10 ** (-DEEP_DB / 10))
    levels = 10 * np.log10(np.maximum(bands, floor))
    return np.asarray(levels - levels.mean(axis=1, keepdims=True))


def _usual(voices: Sequence[Voice]) -> Usual:
    shape = np.concatenate([voice.shape for voice in voices])
    change = np.concatenate([voice.change for voice in voices])
    lengths = [voice.span["end"] - voice.span["start"] for voice in voices]
    return Usual(
        shape.mean(axis=0), np.maximum(LEAST_SPREAD_DB, shape.std(axis=0)),
        float(np.median(change)), float(np.median(lengths)),
    )  # fmt: skip


def _track(on: Ground, island: Span) -> Floats:
    """Pitch in the island every `voice.step`; measured anew where much of it is not known."""
    voice = on.voice
    known = voice.between(island)
    if np.mean(known > 0) > KNOWN_SHARE or island["end"] - island["start"] > MOST_S:
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
    if not len(times):
        return known
    places = np.searchsorted(times, np.arange(len(known)) * voice.step)
    anew = found[np.minimum(places, len(times) - 1)]
    return np.where(known > 0, known, anew)


def _settled(voice: Voice) -> Iterator[Part]:
    """The parts of an unbroken voice in which neither pitch nor spectrum moves on; and it whole."""
    step = (voice.span["end"] - voice.span["start"]) / len(voice.shape)
    level_pitch = np.concatenate(([True], np.abs(np.diff(voice.tones)) < JUMP_SEMITONES))
    found = {part for most in SETTLED_DB for part in runs((voice.change <= most) & level_pitch)}
    found.add((0, len(voice.shape)))
    for first, stop in sorted(found):
        if LEAST_S <= (stop - first) * step <= MOST_S:
            start = voice.span["start"]
            yield Part(Span(start=start + first * step, end=start + stop * step), first, stop)


def _facts(on: Ground, usual: Usual, voice: Voice, part: Part) -> tuple[float, ...]:
    span, island = part.span, voice.island
    inside = slice(part.first, part.stop)
    tones, shape, change = voice.tones[inside], voice.shape[inside], voice.change[inside]
    length = span["end"] - span["start"]
    cells = on.envelope.level_db[round(span["start"] * 100) : round(span["end"] * 100)]
    low, high = np.percentile(tones, (10, 90))
    quarter = max(1, len(tones) // 4)
    colour = (shape.mean(axis=0) - usual.shape) / usual.spread
    phases = np.outer(np.arange(1, COLOURS + 1), np.arange(len(colour)) + 0.5)
    waves = np.cos(np.pi * phases / len(colour)) @ colour / len(colour)
    before, after = _quiet_about(on, island)
    facts = {
        "length": np.log(length),
        "longer": np.log(length / usual.length_s),
        "pitch_range": np.clip(high - low, LEAST_RANGE, MOST_RANGE),
        "change": np.median(change),
        "change_ratio": np.log(np.median(change) / usual.change),
        "change_most": np.percentile(change, 90),
        "before": min(REACH_S, span["start"] - island["start"]) / REACH_S,
        "after": min(REACH_S, island["end"] - span["end"]) / REACH_S,
        "quiet_before": before,
        "quiet_after": after,
        "level": (np.mean(cells) - on.loud_db) / 10,
        "whole": length / (voice.span["end"] - voice.span["start"]),
        "island": np.log(min(MOST_ISLAND_S, island["end"] - island["start"])),
        "tilt": (shape[:, :5].mean() - shape[:, 6:].mean()) / 10,
        "pitch": np.clip(np.median(tones) - 12 * np.log2(on.usual_hz), -8, 8) / 4,
        "change_of_level": np.std(cells) / 5,
        "level_slope": np.clip(np.mean(cells[-quarter:]) - np.mean(cells[:quarter]), -12, 12) / 6,
        "colour": np.sqrt(np.mean(colour**2)),
        **{f"colour_{n}": wave for n, wave in enumerate(waves, 1)},
    }
    return tuple(float(facts[name]) for name in FACTS)


def _quiet_about(on: Ground, island: Span) -> tuple[float, float]:
    """How long the silences on both sides are, up to `QUIET_S`."""
    ends = [gap["end"] for gap in on.quiet]
    at = bisect_left(ends, island["start"] - 0.005)
    before = ends[at] - on.quiet[at]["start"] if at < len(ends) else QUIET_S
    nearer = at + 1 if at < len(ends) and on.quiet[at]["end"] <= island["start"] + 0.005 else at
    after = on.quiet[nearer]["end"] - on.quiet[nearer]["start"] if nearer < len(ends) else QUIET_S
    return min(QUIET_S, before) / QUIET_S, min(QUIET_S, after) / QUIET_S
