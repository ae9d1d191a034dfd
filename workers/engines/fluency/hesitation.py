"""Filled pauses in the sound itself: voiced, flat in pitch, steady in spectrum, between words.

Recognisers are trained to drop "um" and "uh"; what they leave is a gap that is not silent.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.timeline import Floats, runs
from workers.engines.types import Span

LEAST_S, MOST_S = 0.2, 2.0
ALONE_S = 0.3
"""Least length where there are no sure words to say that it lies between them."""


@dataclass(frozen=True)
class Shape:
    """What a filled pause may look like at most."""

    semitones: float
    """10-90 % range of the pitch."""
    change_db: float
    """Median change of the spectrum over 50 ms, in dB a band ..."""
    most_change_db: float
    """... and its 90 % point: "um" goes from vowel to hum once, words change all along."""


IN_GAP = Shape(semitones=3.2, change_db=5.4, most_change_db=7.2)
"""Between two words that left room for one: little else can be there."""
ALONE = Shape(semitones=1.6, change_db=3.2, most_change_db=6.4)
"""Anywhere between two silences: it could be a word."""
_EDGE_S = 0.04
_BANDS_HZ = np.geomspace(150, 3800, 17)


@dataclass(frozen=True)
class VoiceTrack:
    """The `pitch` artifact: hz[i] at start + i * step, 0 where unvoiced."""

    hz: Floats
    start: float
    step: float

    @staticmethod
    def load(path: str) -> VoiceTrack:
        with np.load(path) as arrays:
            return VoiceTrack(
                arrays["hz"].astype(np.float64), float(arrays["start"]), float(arrays["step"])
            )

    def index(self, time: float) -> int:
        return int(np.clip(round((time - self.start) / self.step), 0, len(self.hz)))

    def between(self, span: Span) -> Floats:
        return self.hz[self.index(span["start"]) : self.index(span["end"])]


def find(path: str, voice: VoiceTrack, gaps: Sequence[Span]) -> list[Span]:
    """Filled pauses inside `gaps` between words of the mono file at `path`."""
    return [
        span
        for gap in gaps
        for span in _voiced(voice, gap, LEAST_S)
        if _fits(path, voice, span, IN_GAP)
    ]


def find_alone(path: str, voice: VoiceTrack, silences: Sequence[Span]) -> list[Span]:
    """Without sure words: steady voice of 0.3 s or more with silence on both sides.

    A long vowel at the end of a phrase has silence on one side only.
    """
    islands = [
        Span(start=before["end"], end=after["start"])
        for before, after in itertools.pairwise(silences)
    ]
    return [
        span
        for island in islands
        if ALONE_S <= island["end"] - island["start"] <= MOST_S
        and np.mean(voice.between(island) > 0) >= 0.7
        for span in _voiced(voice, island, ALONE_S)
        if _fits(path, voice, span, ALONE)
    ]


def _voiced(voice: VoiceTrack, gap: Span, least_s: float) -> list[Span]:
    """Unbroken voice in the gap, without the 40 ms that may belong to the words beside it."""
    first = voice.index(gap["start"])
    spans = []
    for a, b in runs(voice.between(gap) > 0):
        start, end = voice.start + (first + a) * voice.step, voice.start + (first + b) * voice.step
        if a == 0:
            start += _EDGE_S
        if first + b == voice.index(gap["end"]):
            end -= _EDGE_S
        if least_s <= end - start <= MOST_S:
            spans.append(Span(start=start, end=end))
    return spans


def _fits(path: str, voice: VoiceTrack, span: Span, shape: Shape) -> bool:
    return _is_flat(voice.between(span), shape) and _is_steady(path, span, shape)


def _is_flat(hz: Floats, shape: Shape) -> bool:
    """Pitch may sink slowly over a filled pause, but neither jump nor turn."""
    voiced = 12 * np.log2(hz[hz > 0])
    if len(voiced) < 10:
        return False
    low, high = np.percentile(voiced, (10, 90))
    return bool(high - low <= shape.semitones)


def _is_steady(path: str, span: Span, shape: Shape) -> bool:
    """Whether the shape of the spectrum stays: a vowel or a hum, no speech sounds changing."""
    bands = band_levels(path, span)
    if len(bands) < 8:
        return False
    bands = bands - bands.mean(axis=1, keepdims=True)  # shape, not loudness
    change = np.abs(bands[5:] - bands[:-5]).mean(axis=1)
    return bool(
        np.median(change) <= shape.change_db and np.percentile(change, 90) <= shape.most_change_db
    )


def band_levels(path: str, span: Span) -> Floats:
    """dB in 16 bands from 150 to 3,800 Hz, every 10 ms over 32 ms: shape (frames, 16)."""
    import soundfile

    with soundfile.SoundFile(path) as sound:
        rate = sound.samplerate
        first = max(0, round(span["start"] * rate))
        sound.seek(min(first, len(sound)))
        samples = sound.read(round((span["end"] - span["start"]) * rate), dtype="float64")
    size, hop = round(0.032 * rate), round(0.01 * rate)
    if len(samples) < size:
        return np.zeros((0, len(_BANDS_HZ) - 1))
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(windows, 1024, axis=1)) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(1024, 1 / rate), _BANDS_HZ)
    levels = np.stack(
        [power[:, a : max(b, a + 1)].mean(axis=1) for a, b in itertools.pairwise(edges)],
        axis=1,
    )
    floor = levels.max() * 1e-5  # 50 dB down is the room
    return 10 * np.log10(np.maximum(levels, max(floor, 1e-14)))
