"""Pictures of a recording at a steady rate, upright and no larger than asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.engines.media.clock import Clock, decoded, open_media, read_clock
from workers.engines.types import Span

INTRA_ONLY = frozenset({"mjpeg", "prores", "dnxhd", "rawvideo", "ffv1", "huffyuv", "png"})
"""Codecs whose every packet stands alone: what is not needed is never decoded."""


def frames(
    path: str | Path,
    fps: float,
    max_side: int | None = None,
    *,
    span: Span | None = None,
    clock: Clock | None = None,
    faults: list[str] | None = None,
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yield (t, RGB picture of shape (height, width, 3)), at most `fps` a second, inside `span`.

    `t` is the shown picture's own time on the one clock. Rotation is applied; the longer side is
    at most `max_side` pixels. Where the source has fewer pictures than `fps`, each comes once.
    Pictures nothing else refers to are not even decoded where the source is three times faster.
    """
    clock = clock or read_clock(path)
    if clock.video is None:
        return
    with open_media(path) as container:
        stream = container.streams[clock.video]
        stream.thread_type = "AUTO"
        rate = float(stream.average_rate or 0)
        if rate >= 3 * fps:
            stream.codec_context.skip_frame = "NONREF"
        step = 1.0 / fps
        due = span["start"] if span else 0.0
        source = (
            _standing_alone(container, stream, clock.origin, step)
            if stream.codec_context.name in INTRA_ONLY
            else decoded(container, stream, faults=faults)
        )
        for frame in source:
            if frame.pts is None:
                continue
            t = float(frame.pts * frame.time_base) - clock.origin
            if t + 1e-6 < due:
                continue
            if span and t > span["end"]:
                return
            due = max(due + step, t + step / 2)
            yield max(t, 0.0), upright(frame, max_side)


def upright(frame: Any, max_side: int | None) -> NDArray[np.uint8]:
    """The frame as an RGB array, scaled down and turned as the player would show it."""
    width, height = shown_size(frame.width, frame.height, max_side)
    picture = frame.to_ndarray(format="rgb24", width=width, height=height)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def shown_size(width: int, height: int, max_side: int | None) -> tuple[int, int]:
    """(width, height) scaled so that the longer side is at most `max_side`; both even."""
    scale = min(1.0, (max_side or max(width, height)) / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _standing_alone(container: Any, stream: Any, origin: float, step: float) -> Iterator[Any]:
    due = -1.0
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        t = float(packet.pts * packet.time_base) - origin
        if t + 1e-6 >= due:
            due = max(due + step, t) if due >= 0 else t
            yield from packet.decode()
