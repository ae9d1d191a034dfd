"""The sound of a cut: read on the one clock, swearing hidden, brought to −16 LUFS."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from workers.engines.clip.spec import ClipWord
from workers.engines.media import Clock, open_media
from workers.engines.media.clock import decoded
from workers.engines.prosody.loudness import Loudness, integrated, weighted
from workers.engines.types import ClipSpec

RATE = 48_000
TARGET_LUFS, PEAK_DB = -16.0, -1.5
"""What podcasts and most platforms agree on (AES TD1008)."""
NEAR_LU, PASSES = 0.1, 6
QUIETEST_LUFS = -60.0
"""Below this there is nothing but noise to make louder."""
LEAD_S = 1.0
"""Decoding starts this much earlier, since a seek lands where it can."""
UNBROKEN_S = 0.03
MARGIN_S = 0.05
"""A hidden word is hidden this much wider: recognisers round its edges."""
BLEEP_HZ, BLEEP_LEVEL, RAMP_S = 1000.0, 0.1, 0.01
Samples = NDArray[np.float32]


def read_sound(source: Path, clock: Clock, start: float, end: float) -> Samples | None:
    """(2, n) samples from `start` up to `end`, silence where there are none, shorter where the
    recording ends; None where it has no sound."""
    if clock.audio is None:
        return None
    whole = np.zeros((2, round((end - start) * RATE)), dtype=np.float32)
    last = due = 0
    for at, block in _blocks(source, clock, start, end):
        place = round((at - start) * RATE)
        place = due if last and abs(place - due) < UNBROKEN_S * RATE else place
        due = place + block.shape[1]
        first, stop = max(0, place), min(due, whole.shape[1])
        if first < stop:
            whole[:, first:stop] = block[:, first - place : stop - place]
            last = max(last, stop)
    return whole[:, :last]


def _blocks(source: Path, clock: Clock, start: float, end: float) -> Iterator[tuple[float, Any]]:
    with open_media(source) as container:
        stream = container.streams[clock.audio]
        if start > LEAD_S:
            container.seek(int((start - LEAD_S + clock.origin) * av.time_base))
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        for frame in decoded(container, stream):
            if frame.pts is None:
                continue
            if float(frame.pts * frame.time_base) - clock.origin > end:
                break
            for made in resampler.resample(frame):
                yield float(made.pts * made.time_base) - clock.origin, made.to_ndarray()
        for made in resampler.resample(None):
            if made.pts is not None:
                yield float(made.pts * made.time_base) - clock.origin, made.to_ndarray()


def hidden(sound: Samples, words: list[ClipWord], spec: ClipSpec) -> Samples:
    """The sound with hidden words muted or bleeped over."""
    found = sound.copy()
    for word in words:
        if not word["hidden"]:
            continue
        first = max(0, round((word["start"] - MARGIN_S - spec["start"]) * RATE))
        stop = min(found.shape[1], round((word["end"] + MARGIN_S - spec["start"]) * RATE))
        size = stop - first
        if size <= 0:
            continue
        ramp = np.minimum(1.0, np.minimum(np.arange(size), np.arange(size)[::-1]) / (RAMP_S * RATE))
        over: Any = 0.0
        if spec["profanity"] == "bleep":
            over = BLEEP_LEVEL * np.sin(2 * np.pi * BLEEP_HZ * np.arange(size) / RATE)
        found[:, first:stop] = found[:, first:stop] * (1 - ramp) + over * ramp
    return found


def levelled(sound: Samples) -> tuple[Samples, float | None]:
    """The sound at TARGET_LUFS, and the level it had (LUFS); silence stays as it is, and its level
    is None.

    One gain where the peaks allow it. Else a limiter holds them, and the gain is raised by what it
    took away.
    """
    level = _level(sound)
    if level is None or level < QUIETEST_LUFS:
        return sound, None
    gain = TARGET_LUFS - level
    made = sound * np.float32(10 ** (gain / 20))
    for _ in range(PASSES):
        if _peak_db(made) <= PEAK_DB:
            break
        made = _limited(sound * np.float32(10 ** (gain / 20)))
        short = TARGET_LUFS - (_level(made) or TARGET_LUFS)
        if abs(short) <= NEAR_LU:
            break
        gain += short
    return made, round(level, 2)


def _level(sound: Samples) -> float | None:
    """Integrated loudness in LUFS; None where there is none."""
    powers = [weighted([channel.astype(np.float64)], RATE) for channel in sound]
    return integrated(Loudness(np.sum(powers, axis=0)))


def _peak_db(sound: Samples) -> float:
    """True peak in dBTP: between the samples too (BS.1770-4, annex 2)."""
    from scipy.signal import resample_poly

    blocks = range(0, sound.shape[1], 10 * RATE)
    found = (np.abs(resample_poly(sound[:, a : a + 10 * RATE], 4, 1, axis=1)).max() for a in blocks)
    return float(20 * np.log10(max([1e-9, *found])))


def _limited(sound: Samples) -> Samples:
    """Peaks held under PEAK_DB, looking 5 ms ahead, at four times the rate."""
    graph = av.filter.Graph()
    limit = 10 ** (PEAK_DB / 20)
    chain = [
        graph.add_abuffer(
            format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
        ),
        graph.add("aresample", str(4 * RATE)),
        graph.add("alimiter", f"limit={limit:.4f}:attack=5:release=80:level=false:latency=true"),
        graph.add("aresample", str(RATE)),
        graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*chain).configure()
    found = []
    for frame in (*frames_of(sound), None):
        graph.push(frame)
        while True:
            try:
                found.append(graph.pull().to_ndarray())
            except (av.error.BlockingIOError, av.error.EOFError):
                break
    made = np.concatenate(found, axis=1)[:, : sound.shape[1]]
    return np.pad(made, ((0, 0), (0, sound.shape[1] - made.shape[1])))


def frames_of(sound: Samples, size: int = 4800) -> Iterator[Any]:
    """The samples as frames of a tenth of a second."""
    for first in range(0, sound.shape[1], size):
        block = np.ascontiguousarray(sound[:, first : first + size])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
        yield frame
