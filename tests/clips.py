"""Media files with known content, written by PyAV: every container, and every way to be odd.

Each maker writes one file at `path` and returns it. The sound is mono float32 at 16 kHz from
tests/synthesis.py and is resampled to the codec's rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests import synthesis
from tests.synthesis import RATE, Samples

CODECS: dict[str, tuple[str | None, str, int]] = {
    "mp4": ("libx264", "aac", 44_100),
    "mov": ("libx264", "aac", 44_100),
    "mkv": ("libx264", "libopus", 48_000),
    "webm": ("libvpx", "libopus", 48_000),
    "avi": ("mpeg4", "libmp3lame", 44_100),
    "mp3": (None, "libmp3lame", 44_100),
    "m4a": (None, "aac", 44_100),
    "wav": (None, "pcm_s16le", 44_100),
    "flac": (None, "flac", 44_100),
    "ogg": (None, "libopus", 48_000),
    "opus": (None, "libopus", 48_000),
}
"""Extension -> (video codec, audio codec, sample rate)."""
SOUND_ONLY = tuple(name for name, (video, _, _) in CODECS.items() if video is None)
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """How a clip differs from a plain one."""

    size: tuple[int, int] = (320, 240)
    fps: int = 15
    rotation: int = 0
    """Display rotation in degrees, counter-clockwise, as in the track's matrix."""
    ten_bit: bool = False
    channels: int = 1
    rate: int | None = None
    audio_offset: float = 0.0
    """Seconds by which the sound's time stamps come late."""
    gap_at: float | None = None
    """The sound's time stamps jump by `gap` seconds here (seconds of the given samples)."""
    gap: float = 2.0
    base: float = 0.0
    """Seconds added to every time stamp."""
    live: bool = False
    """As MediaRecorder writes: no duration, no cues."""
    frame_times: tuple[float, ...] | None = None
    """Times of the pictures for a variable frame rate; else every 1 / fps."""
    keyframes: int = 30
    options: tuple[tuple[str, str], ...] = ()
    """Options of the muxer."""


def clip(
    path: Path,
    samples: Samples | None,
    *,
    seconds: float | None = None,
    picture: Callable[[float], Picture] | None = None,
    video: bool = True,
    look: Look | None = None,
) -> Path:
    """A clip of the container its extension names, with the sound and (where it can) a picture."""
    look = look or Look()
    video_codec, audio_codec, rate = CODECS[path.suffix[1:]]
    length = seconds if seconds is not None else len(samples if samples is not None else ()) / RATE
    options = dict(look.options) | (
        {"live": "1", "cluster_time_limit": "1000"} if look.live else {}
    )
    with av.open(str(path), "w", options=options) as out:
        packets: list[av.Packet] = []
        streams = []
        if video and video_codec is not None:
            stream = _video_stream(out, video_codec, look)
            streams.append((stream, _pictures(length, picture or moving_bar(look.size), look)))
        if samples is not None:
            sound = out.add_stream(audio_codec, rate=look.rate or rate)
            sound.layout = {1: "mono", 2: "stereo", 6: "5.1"}[look.channels]
            streams.append((sound, _sounds(samples, sound, look)))
        for stream, frames in streams:
            late = look.base + (look.audio_offset if stream.type == "audio" else 0.0)
            for packet in _encoded(stream, frames):
                shift = late
                at = float(packet.pts * packet.time_base)
                if stream.type == "audio" and look.gap_at is not None and at >= look.gap_at:
                    shift += look.gap
                ticks = round(shift / packet.time_base)
                packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                packets.append(packet)
        for packet in sorted(packets, key=lambda p: float(p.dts * p.time_base)):
            out.mux(packet)
    return path


def click_and_flash(path: Path, *, gap: float = 2.0, audio_offset: float = 0.7) -> Path:
    """Two clicks and two flashes at the same instants of the container's clock: `CLICKS`.

    The sound starts `audio_offset` late and, between the two, its time stamps jump by `gap`.
    """
    first, second = CLICKS
    sound = np.zeros(round((CLICK_CLIP_SECONDS - gap - audio_offset) * RATE), dtype=np.float32)
    tone = np.sin(np.arange(RATE // 20) * 2 * np.pi * 1000 / RATE).astype(np.float32) * 0.8
    for at in (first - audio_offset, second - audio_offset - gap):
        sound[round(at * RATE) :][: len(tone)] = tone

    def picture(t: float) -> Picture:
        lit = any(at - 0.001 <= t < at + 0.2 for at in CLICKS)
        return np.full((240, 320, 3), 255 if lit else 8, dtype=np.uint8)

    look = Look(fps=25, audio_offset=audio_offset, gap_at=(first + 1.0), gap=gap)
    return clip(path, sound, seconds=CLICK_CLIP_SECONDS, picture=picture, look=look)


CLICKS = (2.0, 7.0)
CLICK_CLIP_SECONDS = 9.0


def media_recorder(path: Path, samples: Samples) -> Path:
    """WebM as a browser's MediaRecorder leaves it: no duration, no cues, uneven frames."""
    times, at, rng = [], 0.0, np.random.default_rng(7)
    while at < len(samples) / RATE:
        times.append(round(at, 3))
        at += float(rng.uniform(0.02, 0.09))
    return clip(path, samples, look=Look(live=True, frame_times=tuple(times)))


def variable_rate(path: Path, samples: Samples) -> Path:
    """15 pictures/s in the first half, 3 pictures/s in the second."""
    half, end = len(samples) / RATE / 2, len(samples) / RATE
    times = (*np.arange(0, half, 1 / 15), *np.arange(half, end, 1 / 3))
    return clip(path, samples, look=Look(frame_times=tuple(round(float(t), 3) for t in times)))


def truncated_mp4(path: Path, samples: Samples) -> Path:
    """The index (moov) of an mp4 comes last; cut before it."""
    clip(path, samples)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"moov") - 4])
    return path


def corrupt_middle(path: Path, samples: Samples) -> Path:
    """Random bytes over a tenth of the file, from its middle on; the index stays whole."""
    clip(path, samples, look=Look(options=(("movflags", "faststart"),)))
    data = bytearray(path.read_bytes())
    start, size = len(data) // 2, len(data) // 10
    data[start : start + size] = np.random.default_rng(3).bytes(size)
    path.write_bytes(bytes(data))
    return path


def encrypted_mp4(path: Path, samples: Samples) -> Path:
    """Common encryption (cenc) with a key nobody has."""
    keys = (
        ("encryption_scheme", "cenc-aes-ctr"),
        ("encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"),
        ("encryption_kid", "a7e61c373e219033c21091fa607bf3b8"),
    )
    return clip(path, samples, look=Look(options=keys))


def text_named(path: Path) -> Path:
    path.write_text("Dear diary, this is not a video.\n" * 200)
    return path


def moving_bar(size: tuple[int, int]) -> Callable[[float], Picture]:
    """A red top left corner (to see the rotation by) and a bar that moves once a second."""
    width, height = size

    def picture(t: float) -> Picture:
        image = np.full((height, width, 3), 60, dtype=np.uint8)
        image[: height // 4, : width // 4] = (220, 30, 30)
        x = int((t % 1.0) * (width - 8))
        image[height // 2 :, x : x + 8] = (240, 240, 240)
        return image

    return picture


def _video_stream(out: av.container.OutputContainer, codec: str, look: Look) -> av.VideoStream:
    stream = out.add_stream(codec, rate=look.fps)
    stream.width, stream.height = look.size
    stream.pix_fmt = "yuv420p10le" if look.ten_bit else "yuv420p"
    stream.codec_context.gop_size = look.keyframes
    if look.frame_times is not None:
        stream.codec_context.time_base = Fraction(1, 1000)
    if codec == "libx264":
        stream.options = {"preset": "ultrafast"}
    elif codec == "libvpx":
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
    if look.rotation:
        stream.set_display_rotation(look.rotation)
    return stream


def _pictures(
    length: float, picture: Callable[[float], Picture], look: Look
) -> Iterator[av.VideoFrame]:
    even = look.frame_times is None
    times = look.frame_times or [i / look.fps for i in range(round(length * look.fps))]
    for index, at in enumerate(times):
        frame = av.VideoFrame.from_ndarray(picture(at), format="rgb24")
        frame.time_base = Fraction(1, look.fps) if even else Fraction(1, 1000)
        frame.pts = index if even else round(at * 1000)
        yield frame


def _sounds(samples: Samples, stream: av.AudioStream, look: Look) -> Iterator[av.AudioFrame]:
    rate = stream.rate
    data = synthesis.resampled(samples, synthesis.RATE, rate)
    layout = "mono" if look.channels == 1 else stream.layout.name
    for start in range(0, len(data), rate):
        block = np.clip(data[start : start + rate], -1, 1)
        channels = np.zeros((look.channels, len(block)), dtype=np.float32)
        channels[2 if look.channels == 6 else slice(None)] = block
        frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def _encoded(stream: av.stream.Stream, frames: Iterator[av.frame.Frame]) -> Iterator[av.Packet]:
    for frame in frames:
        yield from stream.encode(frame)
    yield from stream.encode(None)


def full_disk(path: Path) -> None:
    """Have the disk be full for whoever writes to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("/dev/full")
