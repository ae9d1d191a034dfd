"""Films recorded one after another into one original, made one film on one clock.

A browser cannot go on with a film it has let go of. Where the studio goes on after a crash it puts
a new one, header and all, behind the bytes of the last, and says where each begins. Here they are
joined: packets are copied where the films are alike, else picture and sound are made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from workers.engines.media.clock import (
    Clock,
    Window,
    decoded,
    open_media,
    picture_stream,
    read_clock,
    sound_stream,
)
from workers.engines.media.sound import SoundReader
from workers.engines.types import EngineError, Join, MediaInput, no_room

IN_BAND = frozenset({"vp8", "vp9", "opus"})
"""Codecs whose packets need nothing of their film's header, or whose header is always the same."""
TICKS = Fraction(1, 90_000)
SOUND_RATE = 48_000
FRAME_S = 0.03
"""So long a picture is shown that does not say it; WebM's do not."""


@dataclass(frozen=True)
class Film:
    """One film inside the original; it begins at `at` (s) or where the one before ends, whichever
    is later. `kinds` is what has to be equal for its packets to follow another film's."""

    window: Window
    at: float
    clock: Clock
    kinds: tuple[Any, ...]


def joined(media: MediaInput, workdir: str | Path) -> tuple[Path, int]:
    """(the file to read, films in it that could not be read and are left out).

    The original itself where it is one film, or where none of several can be read.
    """
    path = Path(media["path"])
    windows = list(_windows(path, media.get("joins") or []))
    if len(windows) < 2:
        return path, 0
    films = [film for window, at in windows if (film := _film(window, at)) is not None]
    if not films:
        return path, 0
    target = Path(workdir) / f"joined-{media['role']}.mkv"
    alike = all(film.kinds == films[0].kinds for film in films)
    if not (alike and _written(target, _copy, films)):
        _written(target, _encode, films)
    return target, len(windows) - len(films)


def _written(target: Path, write: Callable[[Any, list[Film]], None], films: list[Film]) -> bool:
    """False where the muxer refuses a copy (broken time stamps)."""
    try:
        with av.open(str(target), "w", format="matroska") as out:
            write(out, films)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        if write is _encode or no_room(error):
            raise
        return False
    return True


def _windows(path: Path, joins: list[Join]) -> Iterator[tuple[Window, float]]:
    """The bytes of each film and when it begins; joins that lie outside the file are none."""
    size = path.stat().st_size
    starts = [(0, 0.0)]
    for join in joins:
        if starts[-1][0] < join["byte"] < size:
            starts.append((join["byte"], join["t"]))
    ends = [byte for byte, _ in starts[1:]] + [size]
    for (start, at), end in zip(starts, ends, strict=True):
        yield Window(path, start, end), at


def _film(window: Window, at: float) -> Film | None:
    """None where it holds nothing that can be played, as after a crash in its first moment."""
    try:
        clock = read_clock(window)
        with open_media(window) as container:
            streams = picture_stream(container), sound_stream(container)
            kinds = tuple(None if stream is None else _kind(stream) for stream in streams)
    except (EngineError, OSError, ValueError, av.error.FFmpegError):
        return None
    if clock.video_start is None and clock.audio_start is None:
        return None
    return Film(window, at, clock, kinds)


def _kind(stream: Any) -> tuple[Any, ...]:
    context = stream.codec_context
    header = None if context.name in IN_BAND else bytes(context.extradata or b"")
    if stream.type == "video":
        return context.name, context.width, context.height, header
    return context.name, context.sample_rate, context.channels, header


class _Line:
    """Where the films lie on the one clock."""

    def __init__(self) -> None:
        self.end = 0.0

    def place(self, film: Film) -> float:
        """What to add to the film's own time stamps (s)."""
        return max(self.end, film.at) - film.clock.origin

    def reach(self, end: float) -> None:
        self.end = max(self.end, end)


def _copy(out: Any, films: list[Film]) -> None:
    line, targets = _Line(), {}
    for film in films:
        shift = line.place(film)
        with _streams(film) as (container, streams):
            for kind, stream in streams.items():
                if kind not in targets:
                    targets[kind] = out.add_stream_from_template(stream)
            for packet in container.demux(list(streams.values())):
                if packet.dts is None or packet.pts is None or not packet.size:
                    continue
                moved = round(shift / packet.time_base)
                packet.pts += moved
                packet.dts += moved
                length = float((packet.duration or 0) * packet.time_base) or FRAME_S
                line.reach(float(packet.pts * packet.time_base) + length)
                packet.stream = targets[packet.stream.type]
                out.mux(packet)


def _encode(out: Any, films: list[Film]) -> None:
    """Films that differ: H.264 of the first one's size, and FLAC. The sound leads, for it has no
    gaps; both are of a minute or an hour, and neither is held in memory."""
    picture = sound = None
    if any(film.clock.video is not None for film in films):
        picture = out.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "20"})
        picture.pix_fmt = "yuv420p"
        picture.codec_context.time_base = TICKS
        picture.width, picture.height = next(k[0][1:3] for k in (f.kinds for f in films) if k[0])
    if any(film.clock.audio is not None for film in films):
        sound = out.add_stream("flac", rate=SOUND_RATE, layout="mono")
    line = _Line()
    for film in films:
        shift = line.place(film)
        if film.clock.audio is not None:
            start = max(0, round((shift + film.clock.origin) * SOUND_RATE))
            line.reach(_sounds(out, sound, film, start))
        if film.clock.video is not None:
            line.reach(_pictures(out, picture, film, shift))
    for stream in filter(None, (picture, sound)):
        out.mux(stream.encode(None))


def _sounds(out: Any, target: Any, film: Film, start: int) -> float:
    given = start
    for block in SoundReader(film.window, film.clock, rate=SOUND_RATE):
        samples = (np.clip(block, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, given, Fraction(1, SOUND_RATE)
        given += samples.shape[1]
        out.mux(target.encode(frame))
    return given / SOUND_RATE


def _pictures(out: Any, target: Any, film: Film, shift: float) -> float:
    at = 0.0
    with open_media(film.window) as container:
        for frame in decoded(container, container.streams[film.clock.video]):
            if frame.pts is None:
                continue
            at = float(frame.pts * frame.time_base) + shift
            small = frame.reformat(width=target.width, height=target.height, format="yuv420p")
            small.pts, small.time_base, small.pict_type = round(at / TICKS), TICKS, 0
            out.mux(target.encode(small))
    return at


@contextmanager
def _streams(film: Film) -> Iterator[tuple[Any, dict[str, Any]]]:
    with open_media(film.window) as container:
        indexes = (film.clock.video, film.clock.audio)
        chosen = [container.streams[index] for index in indexes if index is not None]
        yield container, {stream.type: stream for stream in chosen}
