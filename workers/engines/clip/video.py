"""Writing the file: pictures cropped, captioned and encoded, sound beside them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from workers.engines.clip.captions import Cue
from workers.engines.clip.drawing import Overlay, Picture, Wave, card
from workers.engines.clip.sound import RATE, Samples, frames_of
from workers.engines.clip.spec import CARD_S
from workers.engines.crop import Follow, crop_size
from workers.engines.media import Clock, open_media
from workers.engines.media.clock import decoded
from workers.engines.media.pictures import upright
from workers.engines.types import ClipSpec

MAX_SIDE = 1920
"""Pictures larger than this are made smaller before anything is cut from them."""
MOST_FPS, DRAWN_FPS = 30, 25
FADE_S = 0.32
"""A title card gives way to the first picture over this long."""
LEAD_S = 0.5
KEYFRAME_S = 2
SOUND_BITS = 160_000
BT709, LIMITED = 1, 1
HARDWARE = ("h264_nvenc", "h264_qsv", "h264_amf", "h264_videotoolbox")
SETTINGS = {
    "libx264": {"preset": "veryfast", "crf": "21"},
    "h264_nvenc": {"preset": "p4", "rc": "vbr", "cq": "23"},
}
VIDEO_BITS = 5_000_000
"""For encoders that have no constant quality."""


@dataclass(frozen=True)
class Plan:
    """Everything a clip's pictures are made from."""

    spec: ClipSpec
    clock: Clock
    source: Path
    size: tuple[int, int]
    cues: list[Cue]
    path: Follow | None = None

    def following(self, path: Follow) -> Plan:
        return replace(self, path=path)

    @property
    def length_s(self) -> float:
        return self.spec["end"] - self.spec["start"]


def write_video(
    plan: Plan, sound: Samples | None, target: Path, report: Callable[[float], None]
) -> str:
    """Write an mp4; the encoder that made its pictures."""
    encoder = best_encoder()
    rate = _rate(plan)
    card_frames = round(CARD_S * rate) if plan.spec["card"] else 0
    total = card_frames + max(1, round(plan.length_s * rate))
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        video = _video_stream(out, encoder, rate, plan.size)
        tracks = [_encoded(video, _composed(plan, sound, rate, card_frames, total))]
        if sound is not None:
            silence = np.zeros((2, round(card_frames / rate * RATE)), dtype=np.float32)
            tracks.append(_sound_track(out, np.concatenate([silence, sound], axis=1)))
        for at, packet in heapq.merge(*tracks, key=lambda item: item[0]):
            out.mux(packet)
            report(min(0.99, at * rate / total))
    return encoder


def write_sound(sound: Samples, target: Path) -> Path:
    """Write an m4a."""
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        for _, packet in _sound_track(out, sound):
            out.mux(packet)
    return target


@lru_cache(maxsize=1)
def best_encoder() -> str:
    """An H.264 encoder in hardware that really encodes here, else libx264. Looked for once a
    process: many builds name encoders that the machine has not got."""
    return next((name for name in HARDWARE if _works(name)), "libx264")


def _works(name: str) -> bool:
    try:
        context = av.CodecContext.create(name, "w")
        context.width, context.height, context.pix_fmt = 640, 360, "yuv420p"
        context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
        made = 0
        for number in range(8):
            frame = av.VideoFrame(640, 360, "yuv420p")
            frame.pts = number
            made += len(context.encode(frame))
        return made + len(context.encode(None)) > 0
    except (OSError, ValueError, av.error.FFmpegError):
        return False


def _rate(plan: Plan) -> int:
    """Pictures a second: the source's own, rounded, at most MOST_FPS."""
    if plan.clock.video is None:
        return DRAWN_FPS
    with open_media(plan.source) as container:
        rate = float(container.streams[plan.clock.video].average_rate or 0)
    while rate > MOST_FPS + 0.5:
        rate /= 2
    return round(rate) if rate >= 10 else DRAWN_FPS


def _video_stream(out: Any, encoder: str, rate: int, size: tuple[int, int]) -> Any:
    stream = out.add_stream(encoder, rate=rate, options=SETTINGS.get(encoder, {}))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base, context.gop_size = Fraction(1, rate), rate * KEYFRAME_S
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = LIMITED
    if encoder != "libx264":
        context.bit_rate = VIDEO_BITS
    return stream


def _encoded(stream: Any, pictures: Iterator[Picture]) -> Iterator[tuple[float, Any]]:
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        frame.pts, frame.time_base = number, stream.codec_context.time_base
        yield from _timed(stream.encode(frame))
    yield from _timed(stream.encode(None))


def _sound_track(out: Any, sound: Samples) -> Iterator[tuple[float, Any]]:
    stream = out.add_stream("aac", rate=RATE)
    stream.layout, stream.bit_rate = "stereo", SOUND_BITS
    return _encoded_sound(stream, sound)


def _encoded_sound(stream: Any, sound: Samples) -> Iterator[tuple[float, Any]]:
    for frame in frames_of(sound):
        yield from _timed(stream.encode(frame))
    yield from _timed(stream.encode(None))


def _timed(packets: list[Any]) -> Iterator[tuple[float, Any]]:
    for packet in packets:
        yield float((packet.dts if packet.dts is not None else 0) * packet.time_base), packet


def _composed(
    plan: Plan, sound: Samples | None, rate: int, card_frames: int, total: int
) -> Iterator[Picture]:
    """Every picture of the clip in turn."""
    spec = plan.spec
    first = card(spec["title"], spec["subtitle"], plan.size) if card_frames else None
    for _ in range(card_frames):
        yield first  # type: ignore[misc]
    count = total - card_frames
    times = [spec["start"] + number / rate for number in range(count)]
    shown = (
        _cropped(plan, times)
        if plan.path is not None
        else _waves(sound, spec["title"], plan.size, count)
    )
    fade = round(FADE_S * rate)
    overlays: dict[str, Overlay] = {}
    for number, picture in enumerate(shown):
        if first is not None and number < fade:
            share = (number + 1) / (fade + 1)
            picture = (picture * share + first * (1 - share)).astype(np.uint8)
        at = (card_frames + number) / rate
        cue = next((cue for cue in plan.cues if cue.start <= at < cue.end), None)
        if cue is not None:
            overlay = overlays.get(cue.text)
            if overlay is None:
                overlay = overlays[cue.text] = Overlay(
                    cue.text, plan.size, spec["format"], plan.path.lips if plan.path else 0.0
                )
            picture = picture.copy()
            overlay.over(picture)
        yield picture


def _waves(
    sound: Samples | None, title: str, size: tuple[int, int], count: int
) -> Iterator[Picture]:
    silence = np.zeros((2, 1), dtype=np.float32)
    wave = Wave(silence if sound is None or not sound.size else sound, title, size)
    for number in range(count):
        yield wave.at(number / max(1, count - 1))


def _cropped(plan: Plan, times: list[float]) -> Iterator[Picture]:
    """The source's picture of each time, cropped along the plan's path and scaled."""
    black = np.zeros((plan.size[1], plan.size[0], 3), dtype=np.uint8)
    frames = _pictures(plan, times[-1])
    current: Picture | None = None
    coming = next(frames, None)
    for time in times:
        while coming is not None and (coming[0] <= time + 1e-3 or current is None):
            if current is None and coming[0] > time + 1.0:
                break  # it begins later: black until then
            current, coming = coming[1], next(frames, None)
        yield black if current is None else _crop(current, plan, time)


def _pictures(plan: Plan, end: float) -> Iterator[tuple[float, Picture]]:
    with open_media(plan.source) as container:
        stream = container.streams[plan.clock.video]
        stream.thread_type = "AUTO"
        start = plan.spec["start"]
        container.seek(int(max(0.0, start + plan.clock.origin - LEAD_S) * av.time_base))
        held: tuple[float, Any] | None = None
        for frame in decoded(container, stream):
            if frame.pts is None:
                continue
            at = float(frame.pts * frame.time_base) - plan.clock.origin
            if at < start:
                held = at, frame
                continue
            if held is not None:
                yield held[0], upright(held[1], MAX_SIDE)
                held = None
            if at > end + 1.0:
                return
            yield at, upright(frame, MAX_SIDE)
        if held is not None:
            yield held[0], upright(held[1], MAX_SIDE)


def _crop(picture: Picture, plan: Plan, time: float) -> Picture:
    """One warp crops between pixels and scales, so that a slow pan does not tremble."""
    import cv2

    height, width = picture.shape[:2]
    wide, tall = (side * height for side in crop_size(width / height, plan.spec["format"]))
    x, y = plan.path.at(time) if plan.path is not None else (0.5, 0.5)
    left = min(max(x * width - wide / 2, 0.0), width - wide)
    top = min(max(y * height - tall / 2, 0.0), height - tall)
    scale = plan.size[0] / wide
    if scale < 0.75:  # a warp reads too few pixels of a large picture
        shrunk = max(scale, 0.05)
        picture = cv2.resize(picture, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
        left, top, scale = left * shrunk, top * shrunk, scale / shrunk
    move = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    move[:, 2] += (scale - 1) / 2  # pixels have their middles at halves
    kind = cv2.INTER_CUBIC if scale > 1.05 else cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpAffine(picture, move, plan.size, flags=kind, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )
