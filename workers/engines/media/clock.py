"""Opening a file safely and finding its zero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av

from workers.engines.types import EngineError

FORMATS = "mov,mp4,matroska,webm,avi,mp3,aac,wav,w64,aiff,flac,ogg,asf,mpegts,mpeg,flv,caf,amr"
"""Demuxers we let read a learner's file. Playlists (hls, concat, sdp, dash) are not among them:
they would make the worker open other files and addresses."""
FIRST_FRAME_PACKETS = 3_000
"""How far a stream is searched for its first decodable frame."""


READ_BYTES = 1 << 18


@dataclass(frozen=True)
class Window:
    """The bytes of a file from `start` up to `end`: a film that lies inside it."""

    path: Path
    start: int
    end: int


Source = str | Path | Window


@dataclass(frozen=True)
class Clock:
    """The streams that count, by index, and the container's time (s) of our t = 0."""

    origin: float
    video: int | None
    audio: int | None
    video_start: float | None
    """Seconds from t = 0 to the first picture."""
    audio_start: float | None


@contextmanager
def open_media(source: Source) -> Iterator[Any]:
    """An `av` input container that reads nothing but this file."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    if not isinstance(source, Window):
        with av.open(str(source), options=options, metadata_errors="ignore") as container:
            yield container
        return
    with source.path.open("rb") as file:
        inside = _Inside(file, source.start, source.end)
        with av.open(inside, options=options, metadata_errors="ignore",
                     buffer_size=READ_BYTES) as container:  # fmt: skip
            yield container


class _Inside:
    """A window as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._size = file, start, end - start
        file.seek(start)

    def read(self, size: int) -> bytes:
        return self._file.read(max(0, min(size, self._size - self.tell())))

    def tell(self) -> int:
        return self._file.tell() - self._start

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self.tell(), self._size)[whence]
        self._file.seek(self._start + max(0, base + offset))
        return self.tell()


def read_clock(path: Source) -> Clock:
    """Find the streams and the zero of a file that `probe` has passed."""
    try:
        with open_media(path) as container:
            streams = (picture_stream(container), sound_stream(container))
            video, audio = (None if stream is None else stream.index for stream in streams)
        starts = {i: _first_frame_time(path, i) for i in (video, audio) if i is not None}
    except (OSError, av.error.FFmpegError) as error:
        raise EngineError(
            "unreadable", "This file cannot be opened as audio or video.", detail=str(error)
        ) from error
    origin = min((start for start in starts.values() if start is not None), default=0.0)

    def since(index: int | None) -> float | None:
        start = None if index is None else starts[index]
        return None if start is None else start - origin

    return Clock(origin, video, audio, video_start=since(video), audio_start=since(audio))


def picture_stream(container: Any) -> Any | None:
    """The moving picture with the most pixels; cover art does not count."""
    cover = av.stream.Disposition.attached_pic
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & cover and has_decoder(stream)
    ]
    return max(moving, key=lambda s: (s.codec_context.width or 0) * (s.codec_context.height or 0),
               default=None)  # fmt: skip


def sound_stream(container: Any) -> Any | None:
    """The default sound stream, else the one with the most channels."""
    streams = [stream for stream in container.streams.audio if has_decoder(stream)]
    default = av.stream.Disposition.default
    return max(
        streams, key=lambda s: (bool(s.disposition & default), s.codec_context.channels or 0),
        default=None,
    )  # fmt: skip


def has_decoder(stream: Any) -> bool:
    return stream.codec_context is not None


def _first_frame_time(path: Source, index: int) -> float | None:
    """Container time (s) of a stream's first decoded frame: priming and edit lists are past it."""
    with open_media(path) as container:
        stream = container.streams[index]
        for _, frame in zip(
            range(1), decoded(container, stream, FIRST_FRAME_PACKETS), strict=False
        ):
            if frame.pts is not None:
                return float(frame.pts * frame.time_base)
        if stream.start_time is None:
            return None
        return float(stream.start_time * stream.time_base)


def decoded(
    container: Any, stream: Any, most_packets: int | None = None, faults: list[str] | None = None
) -> Iterator[Any]:
    """Frames of one stream; a packet that cannot be decoded is noted in `faults` and skipped."""
    count = 0
    packets = container.demux(stream)
    while most_packets is None or count < most_packets:
        count += 1
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (OSError, av.error.FFmpegError) as error:
            _note(faults, f"demux: {error}")
            return
        try:
            yield from packet.decode()
        except (OSError, ValueError, av.error.FFmpegError) as error:
            _note(faults, f"decode: {error}")


def _note(faults: list[str] | None, text: str) -> None:
    if faults is not None:
        faults.append(text[:200])
