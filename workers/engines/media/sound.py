"""Sound as one unbroken stream of samples on the one clock."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from workers.engines.media.clock import Clock, Source, decoded, open_media
from workers.engines.types import EngineError, Span

TOLERANCE_S = 0.03
"""Time stamps may stray this far from the samples' own count before we follow them: containers
round to milliseconds, and 40 ms is what a viewer may notice."""
RESTART_S = 1.0
"""A jump back further than this is a clock that began anew (chained files), not an overlap."""
SILENCE_BLOCK = 1 << 16


class SoundReader:
    """Iterate over float32 blocks of shape (channels, n), contiguous from t = 0.

    Gaps and a late start become silence (`gaps`), overlaps are dropped, priming is skipped by the
    decoder. `faults` counts what could not be decoded. Memory does not grow with the length.
    Raises EngineError `too_long` past `max_duration_s`.
    """

    def __init__(
        self,
        path: Source,
        clock: Clock,
        *,
        rate: int,
        layout: str = "mono",
        max_duration_s: float | None = None,
    ) -> None:
        self.path, self.clock, self.rate, self.layout = path, clock, rate, layout
        self.channels = av.AudioLayout(layout).nb_channels
        self.limit = None if max_duration_s is None else round(max_duration_s * rate)
        self.gaps: list[Span] = []
        self.faults: list[str] = []
        self.restarts = 0
        self.emitted = 0
        """Samples a channel given out so far."""
        self._resampler: Any = None
        self._kind: tuple[int, str, str] | None = None
        self._base_s = 0.0
        self._taken = 0
        self._shift_s = 0.0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        if self.clock.audio is None:
            return
        with open_media(self.path) as container:
            stream = container.streams[self.clock.audio]
            stream.thread_type = "AUTO"
            for frame in decoded(container, stream, faults=self.faults):
                yield from self._place(frame)
            yield from self._flush()

    @property
    def seconds(self) -> float:
        return self.emitted / self.rate

    def _place(self, frame: Any) -> Iterator[NDArray[np.float32]]:
        """Put one decoded frame where its time stamp says."""
        if frame.samples == 0 or not frame.sample_rate:
            return
        kind = (frame.sample_rate, frame.layout.name, frame.format.name)
        if kind != self._kind:
            yield from self._flush()
            self._start(kind)
        cursor = self._base_s + self._taken / frame.sample_rate
        at = self._time_of(frame, cursor)
        if at > cursor + TOLERANCE_S:
            yield from self._flush()
            yield from self._silence(at)
            self._start(kind)
        elif at < cursor - TOLERANCE_S:
            kept = _without_head(frame, round((cursor - at) * frame.sample_rate))
            if kept is None:
                return
            frame = kept
        self._taken += frame.samples
        frame.pts = None
        yield from self._given(self._resampler.resample(frame))

    def _time_of(self, frame: Any, cursor: float) -> float:
        if frame.pts is None:
            return cursor
        at = float(frame.pts * frame.time_base) - self.clock.origin + self._shift_s
        if at < cursor - RESTART_S:
            self.restarts += 1
            self._shift_s += cursor - at
            return cursor
        return at

    def _start(self, kind: tuple[int, str, str]) -> None:
        self._kind = kind
        self._base_s, self._taken = self.seconds, 0
        self._resampler = av.AudioResampler(format="fltp", layout=self.layout, rate=self.rate)

    def _flush(self) -> Iterator[NDArray[np.float32]]:
        if self._resampler is not None:
            yield from self._given(self._resampler.resample(None))
        self._resampler = self._kind = None

    def _silence(self, until: float) -> Iterator[NDArray[np.float32]]:
        missing = round(until * self.rate) - self.emitted
        if missing <= 0:
            return
        self.gaps.append(Span(start=round(self.seconds, 3), end=round(until, 3)))
        while missing:
            size = min(missing, SILENCE_BLOCK)
            missing -= size
            yield self._count(np.zeros((self.channels, size), dtype=np.float32))

    def _given(self, frames: list[Any]) -> Iterator[NDArray[np.float32]]:
        for frame in frames:
            if frame.samples:
                yield self._count(frame.to_ndarray())

    def _count(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        self.emitted += block.shape[1]
        if self.limit is not None and self.emitted > self.limit:
            raise EngineError("too_long", "The sound goes on for longer than is allowed here.")
        return block


def _without_head(frame: Any, drop: int) -> Any | None:
    """The frame without its first `drop` samples, or None where nothing is left."""
    if drop >= frame.samples:
        return None
    data = frame.to_ndarray()
    channels = 1 if frame.format.is_planar else frame.layout.nb_channels
    cut = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(data[:, drop * channels :]),
        format=frame.format.name,
        layout=frame.layout.name,
    )
    cut.sample_rate, cut.time_base = frame.sample_rate, Fraction(1, frame.sample_rate)
    return cut
