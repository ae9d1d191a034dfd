"""Which octave a voice is in: what autocorrelation cannot tell of a harsh one.

Where every other pulse of the voice is weaker (harsh, creaky voices), the sound repeats itself best
after two periods, and autocorrelation hears an octave too low. The spectrum tells: between the
harmonics of the true pitch stand weak ones, far below their neighbours; in a voice that is that
low, odd and even harmonics are alike (the subharmonic ratio of Sun 2002, in decibels).
"""

from __future__ import annotations

import itertools

import numpy as np

from workers.engines.timeline import Floats, runs

SIZE = 1024
"""Samples a spectrum is taken over: 64 ms at 16 kHz, which keeps harmonics of 60 Hz apart."""
HIGHEST_HZ = 3500.0
HARMONICS = 12
LEAST_HZ = 60.0
WEAK_DB = 7.0
"""Odd harmonics this far below the even ones are no harmonics of a voice."""
NEAR_WEAK_DB = 4.0
"""The same where the speaker's median speaks for the octave above."""
STRONG_DB = 9.0
"""The same where the stretch is near the median as it is, and would end well above it."""
HIGHEST_SHARE = 1.9
"""Of the speaker's median: as high as such a stretch may be raised."""
JUMP_SEMITONES = 6.0
"""A voice glides; a jump beyond this from one frame to the next is the tracker's."""
FOLDED_S, LEAST_AROUND_S = 0.15, 0.1
STRAY_SEMITONES, STRAY_S = 9.0, 0.08
_AT_ONCE = 1000


def odd_below_db(samples: Floats, rate: int, times: Floats, hz: Floats) -> Floats:
    """How many dB the odd harmonics of `hz` lie below the even ones beside them, at `times` (s).

    The median over the odd harmonics from the third on; NaN where there are too few, or no voice.
    """
    found = np.full(len(hz), np.nan)
    voiced = np.flatnonzero(hz >= LEAST_HZ)
    padded = np.pad(samples, SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)
    starts = np.clip(np.round(times * rate).astype(int), 0, len(frames) - 1)
    for first in range(0, len(voiced), _AT_ONCE):
        part = voiced[first : first + _AT_ONCE]
        power = np.abs(np.fft.rfft(frames[starts[part]] * np.hanning(SIZE), axis=1)) ** 2
        found[part] = _below_db(10 * np.log10(power + 1e-12), hz[part] * SIZE / rate, rate)
    return found


def _below_db(level: Floats, spacing: Floats, rate: int) -> Floats:
    """The same of spectra in dB whose harmonics are `spacing` bins apart."""
    numbers = np.arange(2, HARMONICS + 1)
    centres = numbers * spacing[:, None]
    peaks = np.full(centres.shape, -np.inf)
    for share in (-0.15, -0.07, 0.0, 0.07, 0.15):
        bins = np.round(centres + share * spacing[:, None]).astype(int)
        peaks = np.maximum(peaks, np.take_along_axis(level, bins.clip(0, level.shape[1] - 1), 1))
    peaks[centres > HIGHEST_HZ * SIZE / rate] = np.nan
    below = (peaks[:, 0:-2:2] + peaks[:, 2::2]) / 2 - peaks[:, 1::2]
    known = np.isfinite(below).sum(axis=1) >= 2
    median = np.full(len(level), np.nan)
    median[known] = np.nanmedian(below[known], axis=1)
    return median


def raised(hz: Floats, below_db: Floats, near_hz: float | None = None) -> Floats:
    """`hz` with each stretch between jumps an octave higher where its odd harmonics are weak.

    With `near_hz`, the speaker's median, less is asked of the harmonics where that brings the
    stretch nearer to it, and more where it does not.
    """
    clean = hz.copy()
    for first, end in pieces(hz):
        known = below_db[first:end][np.isfinite(below_db[first:end])]
        if len(known) and np.median(known) >= _asked_db(float(np.median(hz[first:end])), near_hz):
            clean[first:end] *= 2
    return clean


def _asked_db(hz: float, near_hz: float | None) -> float:
    """How weak the odd harmonics of a stretch at `hz` must be for it to be an octave higher."""
    if near_hz is None:
        return WEAK_DB
    if hz <= near_hz / np.sqrt(2):
        return NEAR_WEAK_DB
    return STRONG_DB if 2 * hz <= HIGHEST_SHARE * near_hz else np.inf


def without_jumps(hz: Floats, step_s: float, half_below_db: Floats | None = None) -> Floats:
    """Fold back, or drop, short pieces of voice that sit far away from what is before and after.

    A piece between two jumps (or a jump and silence) of up to 0.15 s, 10-14 semitones from its
    neighbours within 0.3 s, is moved by the octave; downwards only where the harmonics of the lower
    octave are there (`half_below_db`: `odd_below_db` of half the pitch). What stays more than nine
    semitones away for up to 0.08 s is hiss or a click that happens to repeat itself, and no voice.
    """
    clean, near = hz.copy(), round(0.3 / step_s)
    for first, end in pieces(hz):
        length = (end - first) * step_s
        around = np.concatenate((clean[max(0, first - near) : first], hz[end : end + near]))
        around = around[around > 0]
        if length > FOLDED_S or len(around) * step_s < LEAST_AROUND_S:
            continue
        away = 12 * np.log2(np.median(hz[first:end]) / np.median(around))
        kept = away > 0 and half_below_db is not None and _weak(half_below_db[first:end])
        if 10 <= abs(away) <= 14 and not kept:
            clean[first:end] *= 0.5 if away > 0 else 2.0
        elif abs(away) > STRAY_SEMITONES and length <= STRAY_S + 1e-9:
            clean[first:end] = 0.0
    return clean


def _weak(below_db: Floats) -> bool:
    known = below_db[np.isfinite(below_db)]
    return bool(len(known)) and float(np.median(known)) >= WEAK_DB


def pieces(hz: Floats) -> list[tuple[int, int]]:
    """Voiced stretches, cut where the pitch jumps."""
    found = []
    for first, end in runs(hz > 0):
        steps = np.abs(12 * np.diff(np.log2(hz[first:end])))
        jumps = np.flatnonzero(steps > JUMP_SEMITONES) + first + 1
        found += list(itertools.pairwise([first, *jumps.tolist(), end]))
    return found
