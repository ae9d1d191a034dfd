"""`rendition`: what the browser plays, on the one clock, and a picture to know it by.

Streams a browser can play are copied (which adds duration and cues and puts the index first); the
rest is made anew as H.264 and AAC. Sound whose time stamps have gaps or start late is always made
anew from the decoder that fills them with silence, since players do not agree on what a gap is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from workers.engines.media import Clock, SoundReader, joined, open_media, read_clock
from workers.engines.media.clock import decoded
from workers.engines.media.pictures import shown_size, upright
from workers.engines.types import (
    ROLES,
    ArtifactFile,
    EngineError,
    Report,
    StageJob,
    StageOutput,
    no_room,
)

MAX_SIDE = 1280
KEYFRAME_S = 2.0
"""Short enough to seek within a sentence."""
X264 = {"preset": "veryfast", "crf": "25"}
TICKS = Fraction(1, 90_000)
SOUND_RATE = 48_000
UNBROKEN_S = 0.03
"""Sound that strays no further than this from its own count is copied as it is."""
COPIED_VIDEO = {"h264": "mp4", "vp8": "webm", "vp9": "webm", "av1": "webm"}
COPIED_AUDIO = {"mp4": {"aac"}, "webm": {"opus", "vorbis"}}
ENCODED_AUDIO = {"mp4": "aac", "webm": "libopus"}
CONTENT_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "m4a": "audio/mp4"}
MUXER = {"mp4": {"movflags": "+faststart"}, "webm": {"cues_to_front": "1"}}
THUMBNAIL_SIDE = 640
THUMBNAIL_TRIES = 9


@dataclass(frozen=True)
class Plan:
    """What becomes of each stream. `container` is mp4 or webm."""

    container: str
    copy_video: bool
    copy_audio: bool


def run(job: StageJob, report: Report) -> StageOutput:
    """Artifacts `rendition` and, with a picture, `thumbnail`."""
    media = min(job["media"], key=lambda item: ROLES.index(item["role"]))
    workdir = Path(job["workdir"])
    source, _left_out = joined(media, workdir)
    clock = read_clock(source)
    if clock.video is None and clock.audio is None:
        raise EngineError("nothing_to_play", "There is neither picture nor sound to play.")
    plan = _plan(source, clock)
    length = float(job["upstream"].get("probe", {}).get("duration_s") or 0)
    path = _made(source, clock, plan, workdir, length, report)
    artifacts = [
        ArtifactFile(kind="rendition", path=str(path), content_type=CONTENT_TYPES[path.suffix[1:]])
    ]
    if clock.video is not None:
        picture = _thumbnail(path, workdir)
        if picture is not None:
            artifacts.append(
                ArtifactFile(kind="thumbnail", path=str(picture), content_type="image/jpeg")
            )
    return StageOutput(
        section={
            "container": path.suffix[1:],
            "video": None if clock.video is None else "copied" if plan.copy_video else "encoded",
            "audio": None if clock.audio is None else "copied" if plan.copy_audio else "encoded",
            "size_bytes": path.stat().st_size,
        },
        withheld=[],
        artifacts=artifacts,
        engine=f"ffmpeg (pyav {av.__version__})",
        model="",
    )


def _made(
    source: Path, clock: Clock, plan: Plan, workdir: Path, length: float, report: Report
) -> Path:
    """Write by plan; where the muxer refuses a copy (broken time stamps), make all of it anew."""
    try:
        return _write(source, clock, plan, workdir, length, report)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        if full := no_room(error):
            raise full from error
        anew = Plan("mp4", copy_video=False, copy_audio=False)
    try:
        return _write(source, clock, anew, workdir, length, report)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        raise no_room(error) or EngineError(
            "rendition_failed",
            "No version of this recording could be made for the player.",
            detail=f"{type(error).__name__}: {error}",
            retry=True,
        ) from error


def _plan(source: Path, clock: Clock) -> Plan:
    with open_media(source) as container:
        timed = container.format.name != "avi"  # avi has no presentation times to copy
        container_name, copy_video = "mp4", False
        if clock.video is not None and timed:
            context = container.streams[clock.video].codec_context
            plain = context.pix_fmt in {"yuv420p", "yuvj420p"}
            if context.name in COPIED_VIDEO and plain:
                container_name, copy_video = COPIED_VIDEO[context.name], True
        audio = None if clock.audio is None else container.streams[clock.audio].codec_context.name
    unbroken, whole = _sound_check(source, clock)
    copy_video = copy_video and whole and _keyframes_decode(source, clock)
    return Plan(
        container_name if copy_video else "mp4",
        copy_video,
        copy_audio=timed
        and unbroken
        and whole
        and audio in COPIED_AUDIO[container_name if copy_video else "mp4"],
    )


def _sound_check(source: Path, clock: Clock) -> tuple[bool, bool]:
    """(its packets follow one another from t = 0 on, all of it can be decoded).

    A player stops at damage that a decoder here steps over, so a damaged file is never copied.
    """
    if clock.audio is None:
        return True, True
    unbroken = (clock.audio_start or 0.0) <= UNBROKEN_S
    due: float | None = None
    with open_media(source) as container:
        for packet in container.demux(container.streams[clock.audio]):
            try:
                packet.decode()
            except (OSError, ValueError, av.error.FFmpegError):
                return False, False
            if packet.pts is None:
                continue
            at = float(packet.pts * packet.time_base)
            unbroken = unbroken and (due is None or abs(at - due) <= UNBROKEN_S)
            due = at + float((packet.duration or 0) * packet.time_base)
    return unbroken, True


def _keyframes_decode(source: Path, clock: Clock) -> bool:
    faults: list[str] = []
    with open_media(source) as container:
        stream = container.streams[clock.video]
        stream.codec_context.skip_frame = "NONKEY"
        for _ in decoded(container, stream, faults=faults):
            pass
    return not faults


def _write(
    source: Path, clock: Clock, plan: Plan, workdir: Path, length: float, report: Report
) -> Path:
    suffix = plan.container if clock.video is not None else "m4a"
    path = workdir / f"rendition.{suffix}"
    with (
        open_media(source) as pictures,
        open_media(source) as sounds,
        av.open(str(path), "w", format="mp4" if suffix == "m4a" else suffix,
                options=MUXER[plan.container]) as out,
    ):  # fmt: skip
        tracks: list[Iterator[tuple[float, Any]]] = []
        if clock.video is not None:
            video = pictures.streams[clock.video]
            make = _copied if plan.copy_video else _encoded_video
            tracks.append(make(out, pictures, video, clock))
        if clock.audio is not None:
            if plan.copy_audio:
                tracks.append(_copied(out, sounds, sounds.streams[clock.audio], clock))
            else:
                channels = sounds.streams[clock.audio].codec_context.channels or 1
                codec = ENCODED_AUDIO[plan.container]
                tracks.append(_encoded_audio(out, source, clock, codec, min(2, channels)))
        for at, packet in heapq.merge(*_started(tracks), key=lambda item: item[0]):
            out.mux(packet)
            if length:
                report(min(0.95, max(0.0, at / length)))
    return path


def _started(tracks: list[Iterator[tuple[float, Any]]]) -> list[Iterator[tuple[float, Any]]]:
    """Pull each track's first packet, so that every stream exists before the header is written."""

    def resumed(first: tuple[float, Any], rest: Iterator[tuple[float, Any]]) -> Iterator[Any]:
        yield first
        yield from rest

    firsts = [(next(track, None), track) for track in tracks]
    return [resumed(first, track) for first, track in firsts if first is not None]


def _copied(out: Any, container: Any, stream: Any, clock: Clock) -> Iterator[tuple[float, Any]]:
    target = out.add_stream_from_template(stream)
    shift = None
    for packet in container.demux(stream):
        if packet.dts is None or packet.pts is None or not packet.size:
            continue
        if shift is None:
            shift = round(clock.origin / packet.time_base)
        packet.pts -= shift
        packet.dts -= shift
        at = float(packet.dts * packet.time_base)
        packet.stream = target
        yield at, packet


def _encoded_video(
    out: Any, container: Any, stream: Any, clock: Clock
) -> Iterator[tuple[float, Any]]:
    stream.thread_type = "AUTO"
    target: Any = None
    last = -1
    for frame in decoded(container, stream):
        if frame.pts is None:
            continue
        if target is None:
            target = _video_target(out, stream, frame)
        ticks = round((float(frame.pts * frame.time_base) - clock.origin) / TICKS)
        if ticks <= last:
            continue
        last = ticks
        small = frame.reformat(width=target.width, height=target.height, format="yuv420p")
        small.pts, small.time_base = ticks, TICKS
        small.pict_type = 0
        yield from _timed(target.encode(small))
    if target is not None:
        yield from _timed(target.encode(None))


def _video_target(out: Any, stream: Any, frame: Any) -> Any:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    target = out.add_stream("libx264", rate=rate)
    target.width, target.height = shown_size(frame.width, frame.height, MAX_SIDE)
    target.pix_fmt = "yuv420p"
    target.codec_context.time_base = TICKS
    target.codec_context.gop_size = max(1, round(float(rate) * KEYFRAME_S))
    target.options = X264
    if frame.rotation:
        target.set_display_rotation(frame.rotation)
    return target


def _encoded_audio(
    out: Any, source: Path, clock: Clock, codec: str, channels: int
) -> Iterator[tuple[float, Any]]:
    layout = "stereo" if channels == 2 else "mono"
    target = out.add_stream(codec, rate=SOUND_RATE)
    target.layout = layout
    target.bit_rate = 64_000 * channels
    given = 0
    for block in SoundReader(source, clock, rate=SOUND_RATE, layout=layout):
        samples = np.ascontiguousarray(np.clip(block, -1.0, 1.0))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, given, Fraction(1, SOUND_RATE)
        given += samples.shape[1]
        yield from _timed(target.encode(frame))
    yield from _timed(target.encode(None))


def _timed(packets: list[Any]) -> Iterator[tuple[float, Any]]:
    for packet in packets:
        yield float((packet.dts if packet.dts is not None else 0) * packet.time_base), packet


def _thumbnail(rendition: Path, workdir: Path) -> Path | None:
    """The most telling of some frames over the rendition: bright enough and full of detail."""
    best: tuple[float, Any] | None = None
    with open_media(rendition) as container:
        stream = container.streams.video[0]
        total = float((container.duration or 0) / av.time_base)
        for number in range(THUMBNAIL_TRIES):
            try:
                container.seek(int(total * (number + 0.5) / THUMBNAIL_TRIES * av.time_base))
            except av.error.FFmpegError:
                continue
            frame = next(decoded(container, stream, 30), None)
            if frame is None:
                continue
            picture = upright(frame, THUMBNAIL_SIDE)
            worth = _worth(picture)
            if best is None or worth > best[0]:
                best = (worth, picture)
    if best is None:
        return None
    path = workdir / "thumbnail.jpg"
    av.VideoFrame.from_ndarray(best[1], format="rgb24").save(str(path))
    return path


def _worth(picture: Any) -> float:
    """Contrast, less where the picture is nearly black or white."""
    grey = picture.mean(axis=2)
    middle = 1.0 - abs(float(grey.mean()) / 255.0 - 0.5)
    return float(grey.std()) * middle
