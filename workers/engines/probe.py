"""`probe`: is this a recording we can analyse, and what does it hold.

Nothing of a file is believed before it was looked at: the length comes from the packets, each
stream is decoded a little, and every way a file can be unusable has its own code and a message
that says what to do. Runs in the engine child, which a hostile file may take down.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import av

from workers.engines.media import clock, joined
from workers.engines.media.packets import StreamScan, scan
from workers.engines.media.sniff import refusal
from workers.engines.types import (
    ROLES,
    EngineError,
    MediaSection,
    Report,
    StageJob,
    StageOutput,
    StageSettings,
    Withheld,
)

MAX_DURATION_S = 3 * 3600
MAX_PIXELS = 7680 * 4320
"""Limits where the operator's settings name none."""
FRAMES_TRIED = 3
PROTECTED_TAGS = frozenset({"drms", "drmi", "enca", "encv"})
SHORT_S = 0.5
"""Below this there is nothing to say about a recording but that it is short."""


def run(job: StageJob, report: Report) -> StageOutput:
    """The `media` section; raises EngineError (never to be retried) for what cannot be used."""
    if not job["media"]:
        return _output(_text_section(job["settings"]), [])
    media = min(job["media"], key=lambda item: ROLES.index(item["role"]))
    path = Path(media["path"])
    size = path.stat().st_size
    if size == 0:
        raise EngineError("empty", "This file is empty. Please record or export it again.")
    report(0.05, message="Reading the file")
    digest = _sha256(path)
    report(0.4, message="Looking at its streams")
    source, left_out = joined(media, job["workdir"])
    section = _inspect(source, job["settings"]["engines"])
    if left_out:
        section["warnings"].append(
            _warning("part_unreadable", "A part of this recording cannot be read and was left out.")
        )
    section["size_bytes"], section["sha256"] = size, digest
    report(1.0)
    return _output(section, _withheld(section))


def _inspect(path: Path, limits: dict[str, Any]) -> MediaSection:
    try:
        with clock.open_media(path) as container:
            picture, sound = clock.picture_stream(container), clock.sound_stream(container)
            if picture is None and sound is None:
                raise _nothing_playable(container)
            _check_picture(picture, int(limits.get("max_pixels") or MAX_PIXELS))
            _check_protection(picture, sound)
            header_s = container.duration / av.time_base if container.duration else None
            name = container.format.name
            streams = [stream for stream in (picture, sound) if stream is not None]
            longest = float(limits.get("max_duration_s") or MAX_DURATION_S)
            scans = {s.type: found for s, found in scan(container, streams, longest)}
            video, audio = _video_facts(picture), _audio_facts(sound)
    except EngineError:
        raise
    except (OSError, ValueError, av.error.FFmpegError) as error:
        raise refusal(path, error) from error
    decoded = _decode_a_little(path, {"video": video, "audio": audio})
    return _section(path, name, header_s, scans, decoded)


def _section(
    path: Path,
    container: str,
    header_s: float | None,
    scans: dict[str, StreamScan],
    facts: dict[str, dict[str, Any] | None],
) -> MediaSection:
    zero = clock.read_clock(path)
    video, audio = facts["video"], facts["audio"]
    warnings = []
    if video is not None:
        seen = scans["video"]
        video |= {
            "frame_rate": seen.rate,
            "variable_frame_rate": seen.uneven,
            "start_s": _rounded(zero.video_start),
        }
        if seen.uneven:
            warnings.append(_warning("variable_frame_rate", "The frame rate changes."))
    if audio is not None:
        audio["start_s"] = _rounded(zero.audio_start)
    else:
        warnings.append(_warning("no_sound", "This recording has no sound."))
    ends = [seen.end for seen in scans.values() if seen.end is not None]
    last = max(ends, default=zero.origin)
    duration = max(0.0, last - zero.origin)
    if header_s is None:
        warnings.append(_warning("no_duration", "The file did not say how long it is."))
    elif header_s > last + max(2.0, 0.05 * duration):
        warnings.append(
            _warning("cut_short", "The file ends before the length it announces; the rest is lost.")
        )
    if any(seen.corrupt for seen in scans.values()):
        warnings.append(_warning("corrupt", "Parts of this file are damaged and were left out."))
    if duration < SHORT_S:
        warnings.append(_warning("very_short", "This recording is shorter than half a second."))
    return MediaSection(
        kind="video" if video is not None else "audio",
        duration_s=round(duration, 3),
        container=container,
        size_bytes=None,
        sha256=None,
        video=video,
        audio=audio,
        warnings=warnings,
    )


def _video_facts(stream: Any | None) -> dict[str, Any] | None:
    if stream is None:
        return None
    context = stream.codec_context
    depth = max((c.bits for c in context.format.components), default=8) if context.format else 8
    return {
        "codec": context.name,
        "width": context.width,
        "height": context.height,
        "rotation": 0,
        "bit_depth": depth,
        "stream": stream.index,
    }


def _audio_facts(stream: Any | None) -> dict[str, Any] | None:
    if stream is None:
        return None
    context = stream.codec_context
    return {
        "codec": context.name,
        "sample_rate_hz": context.sample_rate,
        "channels": context.channels,
        "stream": stream.index,
    }


def _decode_a_little(
    path: Path, facts: dict[str, dict[str, Any] | None]
) -> dict[str, dict[str, Any] | None]:
    """Decode some frames of each stream; one that gives none is dropped, or nothing is usable."""
    reasons: list[str] = []
    for kind, known in facts.items():
        if known is None:
            continue
        index = known.pop("stream")
        frame = _a_frame(path, index, reasons)
        if frame is None:
            facts[kind] = None
        elif kind == "video":
            known["rotation"] = int(frame.rotation) % 360
        else:
            known["sample_rate_hz"] = frame.sample_rate
    detail = "; ".join(reasons)
    if "not permitted" in detail.lower():
        raise _encrypted(detail)
    if any(facts.values()):
        return facts
    raise EngineError(
        "undecodable",
        "Neither picture nor sound of this file can be decoded. Please export it again.",
        detail=detail,
    )


def _a_frame(path: Path, index: int, reasons: list[str]) -> Any | None:
    found = None
    with clock.open_media(path) as container:
        frames = clock.decoded(
            container, container.streams[index], clock.FIRST_FRAME_PACKETS, reasons
        )
        for _, frame in zip(range(FRAMES_TRIED), frames, strict=False):
            found = frame
    return found


def _nothing_playable(container: Any) -> EngineError:
    if len(container.streams.video) or len(container.streams.audio):
        cover = av.stream.Disposition.attached_pic
        if any(not stream.disposition & cover for stream in container.streams):
            return EngineError(
                "unknown_codec",
                "This recording is in a form that cannot be decoded here. "
                "Please export it as MP4 (H.264 and AAC).",
            )
    return EngineError("no_streams", "This file holds neither picture nor sound.")


def _check_picture(stream: Any | None, most: int) -> None:
    if stream is None:
        return
    width, height = stream.codec_context.width or 0, stream.codec_context.height or 0
    if width * height > most:
        raise EngineError(
            "too_large_picture",
            f"The picture is {width} × {height} pixels, more than can be handled here "
            f"({most / 1e6:.0f} megapixels). Please export a smaller one.",
        )


def _check_protection(*streams: Any | None) -> None:
    for stream in streams:
        if stream is not None and stream.codec_context.codec_tag in PROTECTED_TAGS:
            raise _encrypted(stream.codec_context.codec_tag)


def _encrypted(detail: str) -> EngineError:
    return EngineError(
        "encrypted",
        "This file is copy-protected, so it cannot be read. Please export it without protection.",
        detail=detail,
    )


def _text_section(settings: StageSettings) -> MediaSection:
    transcript = settings["transcript"]
    if transcript is None or not transcript["text"].strip():
        raise EngineError("no_media", "There is neither a recording nor a text to analyse.")
    return MediaSection(
        kind="text",
        duration_s=None,
        container=None,
        size_bytes=len(transcript["text"].encode()),
        sha256=hashlib.sha256(transcript["text"].encode()).hexdigest(),
        video=None,
        audio=None,
        warnings=[],
    )


def _withheld(section: MediaSection) -> list[Withheld]:
    if section["audio"] is not None:
        return []
    return [Withheld(path="/media/audio", code="no_sound", message="This recording has no sound.")]


def _output(section: MediaSection, withheld: list[Withheld]) -> StageOutput:
    return StageOutput(
        section=dict(section),
        withheld=withheld,
        artifacts=[],
        engine=f"ffmpeg (pyav {av.__version__})",
        model="",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _warning(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
