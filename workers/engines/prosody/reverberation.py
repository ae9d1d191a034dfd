"""How long the room rings on: RT60 from how the sound dies away where speech stops, blindly.

When a sound ends, the room lets it fall in a straight line of decibels, by 60 dB in RT60. Where a
phrase ends nothing covers that fall until it reaches the noise, so the falls of many bands after
many phrases gather at the room's own (after Ratnam et al. 2003, and Prego, de Lima & Netto 2012,
who take the median over bands).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.types import Span

FFT, HOP = 512, 128
BANDS_HZ = np.array([300, 450, 650, 900, 1250, 1750, 2450, 3400, 4800, 6800])
BEFORE_S, LONGEST_S, LEAST_GAP_S = 0.4, 1.5, 0.4
MOST_ENDS = 120
"""Phrase ends that are looked at; the room does not change within a recording."""
LEAST_DROP_DB, ABOVE_NOISE_DB, DEEPEST_DB = 8.0, 6.0, 45.0
"""A fall is looked at where it is so deep, down to so much above the band's noise, and not further
down than this: deeper a gate or the bits of the file end it, and no room."""
QUIET = 2
"""Percentile of a band's levels over the phrase ends that is its noise."""
LEAST_FALLS = 6
SHARE = 30
"""Percentile of the falls: a voice may sink more slowly than the room lets it, never faster."""
LOWER = 0.6
"""Share of a fall that is looked at, down to the noise: higher up the voice itself may be heard."""


def measure(path: str, speech: Sequence[Span], until: float | None = None) -> float | None:
    """RT60 in s; None where too few phrase ends stand clear of the noise.

    Nothing is listened to from `until` on: where a sound was cut off it does not die away.
    """
    import soundfile

    windows: list[Floats] = []
    with soundfile.SoundFile(path) as sound:
        rate = sound.samplerate
        for start, end in _ends(speech, until or len(sound) / rate):
            sound.seek(round(start * rate))
            samples = sound.read(round((end - start) * rate), dtype="float64")
            if len(samples) >= 16 * HOP + FFT:
                windows.append(_levels(samples, rate))
    if not windows:
        return None
    quiet = np.percentile(np.concatenate(windows, axis=1), QUIET, axis=1)
    falls = [
        fall
        for window in windows
        for level, noise in zip(window, quiet, strict=True)
        for fall in _fall(level, HOP / rate, float(noise))
    ]
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


def _levels(samples: Floats, rate: int) -> Floats:
    """dB in each band every 8 ms, smoothed over 40 ms: shape (bands, frames)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT)[::HOP] * np.hanning(FFT)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.round(BANDS_HZ * FFT / rate).astype(int)
    bands = np.stack([power[:, a:b].sum(axis=1) for a, b in itertools.pairwise(edges)])
    padded = np.pad(bands, ((0, 0), (2, 2)), mode="edge")
    smooth = np.lib.stride_tricks.sliding_window_view(padded, 5, axis=1).mean(axis=2)
    return np.asarray(10 * np.log10(smooth + 1e-12))


def _fall(level: Floats, step_s: float, noise_db: float) -> list[float]:
    """Seconds for 60 dB of the last fall of `LEAST_DROP_DB` or more, down to the noise."""
    top = float(level.max())
    floor = max(noise_db + ABOVE_NOISE_DB, top - DEEPEST_DB, float(level.min()))
    first = int(np.flatnonzero(level >= top - 6)[-1])
    if level[first] - floor < LEAST_DROP_DB:
        return []
    first += int(np.flatnonzero(level[first:] >= floor + LOWER * (level[first] - floor))[-1])
    below = np.flatnonzero(level[first:] <= floor)
    end = first + int(below[0]) + 1 if len(below) else len(level)
    if end - first < 3:
        return []
    slope, _ = np.polyfit(np.arange(end - first) * step_s, level[first:end], 1)
    return [-60.0 / slope] if slope < 0 else []
