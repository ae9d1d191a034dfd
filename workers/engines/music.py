"""Whether there is music in a sound: notes that stand still, which speech has none of.

In a spectrogram a note is a bar: its frequencies stay sharp while it lasts and come back in the
next chord. Speech slides all along. How far a few frequencies stand out over 2.5 s tells the two
apart (after Seyerlehner et al. 2007, continuous frequency activation). A hum that never stops
draws bars as well, so what sounds all along does not count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.types import SAMPLE_RATE

Floats = npt.NDArray[np.floating[Any]]
BLOCK_S = 2.5
MOST_BLOCKS = 48
"""Spread over the recording, so that an hour costs no more than two minutes."""
FFT, HOP = 1024, 256
LOW_HZ, HIGH_HZ = 95.0, 4000.0
NEIGHBOURS = 21
"""Bands (of 16 Hz) that a frequency must stand out from."""
STANDS_OUT_DB = 4.0
AUDIBLE_DB = 45.0
CONSTANT_SHARE = 0.7
"""A frequency that sounds for more than this share of all frames is a hum."""
NOTES = 5
STEADY = 3.7
"""Of `NOTES`: speech has 1.3 to 3.4, synthesised monotone speech up to 4, music over 4.5."""
LEAST_SHARE = 0.5
"""Of the sounding blocks that must hold notes."""


def is_music(path: str | Path) -> bool:
    """Whether half of the mono file at `path`, or more of it, holds steady notes."""
    found = (_bars(samples) for samples in _blocks(path))
    blocks = [bars for bars in found if bars is not None]
    if not blocks:
        return False
    constant = np.mean([bars.mean(axis=0) for bars in blocks], axis=0) > CONSTANT_SHARE
    steady = [_steadiness(bars[:, ~constant]) >= STEADY for bars in blocks]
    return float(np.mean(steady)) >= LEAST_SHARE


def _blocks(path: str | Path) -> list[Floats]:
    """Stretches of `BLOCK_S`, at most `MOST_BLOCKS` of them, evenly spread."""
    import soundfile

    with soundfile.SoundFile(str(path)) as sound:
        size = round(BLOCK_S * SAMPLE_RATE)
        count = min(MOST_BLOCKS, len(sound) // size)
        found: list[Floats] = []
        for start in np.linspace(0, len(sound) - size, count) if count else ():
            sound.seek(int(start))
            found.append(sound.read(size, dtype="float32"))
    return found


def _bars(samples: Floats) -> npt.NDArray[np.bool_] | None:
    """Which frequencies stand out of their neighbours, frame by frame; None for silence."""
    if float(np.abs(samples).max()) < 1e-3:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(samples, FFT)[::HOP] * np.hanning(FFT)
    first, end = (round(hz * FFT / SAMPLE_RATE) for hz in (LOW_HZ, HIGH_HZ))
    power = np.abs(np.fft.rfft(windows, axis=1)[:, first:end]) ** 2
    level = 10 * np.log10(power + 1e-9)
    edge = NEIGHBOURS // 2
    padded = np.pad(level, ((0, 0), (edge, edge)), mode="edge")
    sums = np.cumsum(np.pad(padded, ((0, 0), (1, 0))), axis=1)
    around = (sums[:, NEIGHBOURS:] - sums[:, :-NEIGHBOURS]) / NEIGHBOURS
    audible = level.max(axis=1) > level.max() - AUDIBLE_DB
    return (level - around > STANDS_OUT_DB) & audible[:, None]


def _steadiness(bars: npt.NDArray[np.bool_]) -> float:
    """0 to `NOTES`: how far the most active frequencies rise above those beside them."""
    from scipy.signal import find_peaks

    activity = np.concatenate(([0.0], bars.mean(axis=0), [0.0]))
    _, found = find_peaks(activity, prominence=0.05)
    return float(np.sort(found["prominences"])[::-1][:NOTES].sum())
