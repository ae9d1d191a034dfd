"""Reading the decoded sound piece by piece, and where it may be cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from workers.engines.asr.denoise import Denoise, denoised
from workers.engines.types import SAMPLE_RATE, EngineError, Span

JOIN_S = 0.5
"""Speech this close together is one stretch: a recogniser wants context."""
LONGEST_S = 20.0
MARGIN_S = 0.2
"""Silence kept around a stretch."""


class Sound:
    """The `audio` artifact: mono FLAC at 16 kHz."""

    def __init__(self, path: str | Path, denoise: Denoise = "auto") -> None:
        self.path = str(path)
        try:
            self._file = soundfile.SoundFile(str(path))
        except (OSError, soundfile.LibsndfileError) as error:
            raise EngineError(
                "sound_missing", "The decoded sound is gone.", detail=str(error), retry=True
            ) from error
        self.duration = len(self._file) / SAMPLE_RATE
        self._denoise = denoise

    def __enter__(self) -> Sound:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def between(self, start: float, end: float) -> NDArray[np.float32]:
        """Samples of that stretch, as far as the sound goes."""
        first = max(0, round(start * SAMPLE_RATE))
        count = max(0, min(round(end * SAMPLE_RATE), len(self._file)) - first)
        if not count:
            return np.zeros(0, dtype=np.float32)
        self._file.seek(first)
        return self._file.read(count, dtype="float32")

    def clear(self, start: float, end: float, *, by_default: bool) -> NDArray[np.float32]:
        """The stretch as a recogniser should hear it: without steady noise where the operator
        wants that always, or leaves it to what this recogniser does `by_default`."""
        samples = self.between(start, end)
        if self._denoise == "always" or (self._denoise == "auto" and by_default):
            return denoised(samples)
        return samples

    def stretches(self, speech: list[Span]) -> list[Span]:
        """Speech as stretches of at most `LONGEST_S`: close spans joined, long ones cut where
        they are quietest, a margin of silence kept."""
        joined: list[Span] = []
        for span in speech:
            last = joined[-1] if joined else None
            near = last is not None and span["start"] - last["end"] <= JOIN_S
            if last is not None and near and span["end"] - last["start"] <= LONGEST_S:
                last["end"] = span["end"]
            else:
                joined.append(Span(start=span["start"], end=span["end"]))
        pieces = [piece for span in joined for piece in self._cut(span)]
        return self._with_margins(pieces)

    def _cut(self, span: Span) -> list[Span]:
        start, pieces = span["start"], []
        while span["end"] - start > LONGEST_S:
            low = start + LONGEST_S * 0.6
            at = low + self._quietest(low, start + LONGEST_S)
            pieces.append(Span(start=start, end=at))
            start = at
        return [*pieces, Span(start=start, end=span["end"])]

    def _quietest(self, start: float, end: float) -> float:
        """Seconds after `start` at which 0.1 s of the sound is quietest."""
        samples = self.between(start, end)
        width = SAMPLE_RATE // 10
        power = np.convolve(samples**2, np.ones(width, dtype=np.float32), mode="valid")
        return (int(np.argmin(power)) + width / 2) / SAMPLE_RATE

    def _with_margins(self, pieces: list[Span]) -> list[Span]:
        starts = [piece["start"] for piece in pieces[1:]] + [self.duration]
        ends = [0.0] + [piece["end"] for piece in pieces[:-1]]
        return [
            Span(
                start=max(piece["start"] - MARGIN_S, (before + piece["start"]) / 2, 0.0),
                end=min(piece["end"] + MARGIN_S, (piece["end"] + after) / 2, self.duration),
            )
            for piece, before, after in zip(pieces, ends, starts, strict=True)
        ]
