"""How long the room rings on: RT60 from how the sound dies away where speech stops, blindly.

When a sound ends, the room lets it fall in a straight line of decibels, by 60 dB in RT60. Where a
phrase ends nothing covers that fall until it reaches the noise, so the falls of many bands after
many phrases gather at the room's own (after Ratnam et al. 2003, and Prego, de Lima & Netto 2012,
who take the median over bands).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.types import Span

FFT, HOP = 512, 128
BANDS_HZ = np.array([300, 450, 650, 900, 1250, 1750, 2450, 3400, 4800, 6800])
BEFORE_S, LONGEST_S, LEAST_GAP_S = 0.4, 1.5, 0.4
MOST_ENDS = 120
"""Phrase ends that are looked at; the room does not change within a recording."""
LEAST_DROP_DB, ABOVE_NOISE_DB = 12.0, 6.0
LEAST_FALLS = 12
SHARE = 30
"""Percentile of the falls: a voice may sink more slowly than the room lets it, never faster."""
LOWER = 0.6
"""Share of a fall that is looked at, down to the noise: higher up the voice itself may be heard."""


def measure(path: str, speech: Sequence[Span]) -> float | None:
    """RT60 in s; None where too few phrase ends stand clear of the noise."""
    import soundfile

    falls: list[float] = []
    with soundfile.SoundFile(path) as sound:
        rate = sound.samplerate
        for start, end in _ends(speech, len(sound) / rate):
            sound.seek(round(start * rate))
            samples = sound.read(round((end - start) * rate), dtype="float64")
            for level in _levels(samples, rate):
                falls += _fall(level, HOP / rate)
    return float(np.percentile(falls, SHARE)) if len(falls) >= LEAST_FALLS else None


def _ends(speech: Sequence[Span], duration_s: float) -> list[tuple[float, float]]:
    """From a little before each phrase's end to the next phrase, evenly over the recording."""
    nexts = [span["start"] for span in speech[1:]] + [duration_s]
    found = [
        (max(span["start"], span["end"] - BEFORE_S), min(after, span["end"] + LONGEST_S))
        for span, after in zip(speech, nexts, strict=False)  # without speech, nothing
        if after - span["end"] >= LEAST_GAP_S
    ]
    return found[:: max(1, round(len(found) / MOST_ENDS))]


def _levels(samples: Floats, rate: int) -> Iterator[Floats]:
    """dB in each band every 8 ms, smoothed over 40 ms."""
    if len(samples) < 16 * HOP + FFT:
        return
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT)[::HOP] * np.hanning(FFT)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.round(BANDS_HZ * FFT / rate).astype(int)
    for a, b in itertools.pairwise(edges):
        band = np.convolve(np.pad(power[:, a:b].sum(axis=1), 2, mode="edge"), np.ones(5) / 5)
        yield 10 * np.log10(band[4:-4] + 1e-12)


def _fall(level: Floats, step_s: float) -> list[float]:
    """Seconds for 60 dB of the last fall of `LEAST_DROP_DB` or more, down to the noise."""
    floor = np.percentile(level, 10) + ABOVE_NOISE_DB
    first = int(np.flatnonzero(level >= level.max() - 6)[-1])
    if level[first] - floor < LEAST_DROP_DB:
        return []
    first += int(np.flatnonzero(level[first:] >= floor + LOWER * (level[first] - floor))[-1])
    below = np.flatnonzero(level[first:] < floor)
    end = first + int(below[0]) + 1 if len(below) else len(level)
    if end - first < 2:
        return []
    slope, _ = np.polyfit(np.arange(end - first) * step_s, level[first:end], 1)
    return [-60.0 / slope]
