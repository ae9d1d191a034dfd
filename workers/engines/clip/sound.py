"""The sound of a cut: read on the one clock, swearing hidden, brought to −16 LUFS."""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.logging
import numpy as np
from numpy.typing import NDArray

from workers.engines.clip.spec import ClipWord
from workers.engines.media import Clock, open_media
from workers.engines.media.clock import decoded
from workers.engines.types import ClipSpec

RATE = 48_000
TARGET_LUFS, PEAK_DB = -16.0, -1.5
"""What podcasts and most platforms agree on (AES TD1008)."""
_LOUDNORM = f"I={TARGET_LUFS}:TP={PEAK_DB}:LRA=20"
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
    """The sound at TARGET_LUFS by two passes of loudnorm, and the level it had (LUFS); silence
    stays as it is, and its level is None."""
    with av.logging.Capture(local=True) as told:
        before = av.logging.get_level(), av.logging.get_skip_repeated()
        av.logging.set_level(av.logging.INFO)
        av.logging.set_skip_repeated(False)  # the same sound twice tells the same twice
        try:
            for _ in _filtered(sound, f"{_LOUDNORM}:print_format=json"):
                pass
            gc.collect()  # loudnorm tells what it measured when its graph goes
        finally:
            av.logging.set_level(before[0])
            av.logging.set_skip_repeated(before[1])
    report = "".join(text for _, name, text in told if "loudnorm" in name)
    found = json.loads(report[report.index("{") : report.rindex("}") + 1])
    level = float(found["input_i"])
    if not math.isfinite(level) or level < QUIETEST_LUFS:
        return sound, None
    measured = (
        f"measured_I={found['input_i']}:measured_TP={found['input_tp']}:"
        f"measured_LRA={found['input_lra']}:measured_thresh={found['input_thresh']}:"
        f"offset={found['target_offset']}:linear=true"
    )
    made = np.concatenate(list(_filtered(sound, f"{_LOUDNORM}:{measured}")), axis=1)
    return np.clip(made[:, : sound.shape[1]], -1.0, 1.0), round(level, 2)


def _filtered(sound: Samples, settings: str) -> Iterator[Samples]:
    graph = av.filter.Graph()
    chain = [
        graph.add_abuffer(
            format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
        ),
        graph.add("loudnorm", settings),
        graph.add("aresample", str(RATE)),
        graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*chain).configure()
    for frame in (*frames_of(sound), None):
        graph.push(frame)
        while True:
            try:
                made = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            yield made.to_ndarray()


def frames_of(sound: Samples, size: int = 4800) -> Iterator[Any]:
    """The samples as frames of a tenth of a second."""
    for first in range(0, sound.shape[1], size):
        block = np.ascontiguousarray(sound[:, first : first + size])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
        yield frame
