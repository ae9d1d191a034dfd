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


MOST_SEMITONES = 3.2
"""10-90 % range of the pitch: between two words that left room for it, little else can be there."""
CHANGE_DB, MOST_CHANGE_DB = 5.4, 7.2
"""Change of the spectrum over 50 ms, in dB a band: median and 90 % point. "Um" goes from vowel to
hum once, words change all along."""
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
    return [span for gap in gaps for span in _voiced(voice, gap) if _fits(path, voice, span)]


def _voiced(voice: VoiceTrack, gap: Span) -> list[Span]:
    """Unbroken voice in the gap, without the 40 ms that may belong to the words beside it."""
    first = voice.index(gap["start"])
    spans = []
    for a, b in runs(voice.between(gap) > 0):
        start, end = voice.start + (first + a) * voice.step, voice.start + (first + b) * voice.step
        if a == 0:
            start += _EDGE_S
        if first + b == voice.index(gap["end"]):
            end -= _EDGE_S
        if LEAST_S <= end - start <= MOST_S:
            spans.append(Span(start=start, end=end))
    return spans


def _fits(path: str, voice: VoiceTrack, span: Span) -> bool:
    return _is_flat(voice.between(span)) and _is_steady(path, span)


def _is_flat(hz: Floats) -> bool:
    """Pitch may sink slowly over a filled pause, but neither jump nor turn."""
    voiced = 12 * np.log2(hz[hz > 0])
    if len(voiced) < 10:
        return False
    low, high = np.percentile(voiced, (10, 90))
    return bool(high - low <= MOST_SEMITONES)


def _is_steady(path: str, span: Span) -> bool:
    """Whether the shape of the spectrum stays: a vowel or a hum, no speech sounds changing."""
    bands = band_levels(path, span)
    if len(bands) < 8:
        return False
    bands = bands - bands.mean(axis=1, keepdims=True)  # shape, not loudness
    change = np.abs(bands[5:] - bands[:-5]).mean(axis=1)
    return bool(np.median(change) <= CHANGE_DB and np.percentile(change, 90) <= MOST_CHANGE_DB)


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
