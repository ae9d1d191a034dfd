"""The pitch and the loudness that prosody measured every 10 ms, asked for by time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.types import Span

_PEAK_STEPS = 5


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


@dataclass(frozen=True)
class LevelTrack:
    """The `loudness` artifact: K-weighted level in LUFS, lufs[i] at start + i * step."""

    lufs: Floats
    start: float
    step: float

    @staticmethod
    def load(path: str) -> LevelTrack:
        with np.load(path) as arrays:
            return LevelTrack(
                arrays["lufs"].astype(np.float64), float(arrays["start"]), float(arrays["step"])
            )

    def peak(self, span: Span) -> float | None:
        """LUFS of the loudest 50 ms; None of a shorter span."""
        lufs = self.lufs[self._index(span["start"]) : self._index(span["end"])]
        if len(lufs) < _PEAK_STEPS:
            return None
        shape = np.ones(_PEAK_STEPS) / _PEAK_STEPS
        return float(10 * np.log10(np.convolve(10 ** (lufs / 10), shape, mode="valid").max()))

    def _index(self, time: float) -> int:
        """Of the first value at or after `time`: none of the word before may count."""
        place = np.ceil((time - self.start) / self.step - 1e-6)
        return int(np.clip(place, 0, len(self.lufs)))
