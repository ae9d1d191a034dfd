"""What the packets of a file say, without decoding them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np

from workers.engines.types import EngineError

JITTER_S = 0.002
"""Containers round time stamps to a millisecond; that is no variable rate."""


@dataclass
class StreamScan:
    """One stream as its packets tell it, in seconds of the container's clock."""

    end: float | None = None
    corrupt: int = 0
    times: array[float] = field(default_factory=lambda: array("d"))

    @property
    def rate(self) -> float | None:
        """Mean packets (pictures) per second."""
        steps = self._steps()
        return None if not len(steps) else round(1 / float(np.mean(steps)), 3)

    @property
    def uneven(self) -> bool:
        """Whether the time between pictures varies by more than rounding and a single hiccup."""
        steps = self._steps()
        if len(steps) < 3:
            return False
        low, middle, high = np.percentile(steps, (5, 50, 95))
        return bool(high - low > max(2 * JITTER_S, 0.1 * middle))

    def _steps(self) -> Any:
        steps = np.diff(np.sort(np.frombuffer(self.times, dtype=np.float64)))
        return steps[steps > 0]


def scan(
    container: Any, streams: list[Any], max_duration_s: float
) -> Iterator[tuple[Any, StreamScan]]:
    """Read every packet of the streams; EngineError `too_long` as soon as they pass the limit."""
    scans = {stream.index: StreamScan() for stream in streams}
    first: float | None = None
    try:
        for packet in container.demux(streams):
            at = packet.pts if packet.pts is not None else packet.dts
            if at is None or packet.is_discard:
                continue
            seen = scans[packet.stream_index]
            seen.corrupt += packet.is_corrupt
            start = float(at * packet.time_base)
            end = start + float((packet.duration or 0) * packet.time_base)
            first = start if first is None else min(first, start)
            if end - first > max_duration_s:
                raise too_long(max_duration_s)
            seen.end = end if seen.end is None else max(seen.end, end)
            if packet.stream.type == "video":
                seen.times.append(start)
    except (OSError, av.error.FFmpegError):
        for seen in scans.values():
            seen.corrupt += 1
    for stream in streams:
        yield stream, scans[stream.index]


def too_long(max_duration_s: float) -> EngineError:
    hours, minutes = divmod(round(max_duration_s / 60), 60)
    limit = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    if max_duration_s < 60:
        limit = f"{max_duration_s:g} s"
    return EngineError(
        "too_long",
        f"This recording is longer than the {limit} allowed here. Please cut it into parts.",
    )
