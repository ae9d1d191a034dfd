"""A voice of pulses and resonances (after Klatt 1980), whose pitch is known at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from workers.engines.types import SAMPLE_RATE

RATE = SAMPLE_RATE
_OVERSAMPLED = 4 * RATE
STEP_S = 0.01
Floats = NDArray[np.float64]

VOWELS = {
    "a": (730, 1090, 2440), "i": (270, 2290, 3010), "u": (300, 870, 2240),
    "e": (530, 1840, 2480), "o": (570, 840, 2410), "ae": (660, 1720, 2410),
    "uh": (640, 1190, 2390),
}  # fmt: skip
"""F1-F3 in Hz of men's vowels (Peterson & Barney 1952)."""
_HIGHER = (3500, 4500)
_BANDWIDTHS = (70, 90, 130, 200, 260)


@dataclass(frozen=True)
class Voiced:
    """Sound at 16 kHz, its true pitch every 10 ms (0: no voice) and the phrases it lies in."""

    samples: Floats
    hz: Floats
    phrases: list[tuple[float, float]]


def voice(
    contour: dict[str, Any], timbre: dict[str, Any], centre_hz: float, seconds: float, seed: int
) -> Voiced:
    """Syllables in phrases on a `contour` about `centre_hz`."""
    rng = np.random.default_rng(seed)
    syllables, phrases = _rhythm(seconds, rng)
    track = centre_hz * 2 ** (_semitones(contour, seconds, syllables, rng) / 12)
    out = np.zeros(round((seconds + 0.2) * _OVERSAMPLED))
    for start, end in syllables:
        sound = _syllable(track, start, end, timbre, rng)
        first = round(start * _OVERSAMPLED)
        sound = sound[: len(out) - first]
        out[first : first + len(sound)] += sound
    out = signal.resample_poly(out, 1, 4)[: round(seconds * RATE)]
    out += _friction(len(out), syllables, rng) * np.std(out) * 0.3
    grid = (np.arange(round(seconds / STEP_S)) + 0.5) * STEP_S
    hz = np.zeros(len(grid))
    for start, end in syllables:
        inside = (grid >= start + 0.01) & (grid < end - 0.01)
        hz[inside] = track[(grid[inside] * _OVERSAMPLED).astype(int)]
    return Voiced(0.07 * out / np.std(out), hz, phrases)


def _rhythm(
    seconds: float, rng: np.random.Generator
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Voiced stretches of 0.12-0.35 s, five to nine a phrase, and the phrases."""
    syllables, phrases, at = [], [], 0.2
    while at < seconds - 1.2:
        first = at
        for _ in range(rng.integers(5, 10)):
            length = rng.uniform(0.12, 0.35)
            if at + length > seconds - 0.2:
                break
            syllables.append((at, at + length))
            at += length + rng.uniform(0.03, 0.12)
        phrases.append((first, syllables[-1][1]))
        at += rng.uniform(0.3, 0.5)
    return syllables, phrases


def _semitones(
    contour: dict[str, Any],
    seconds: float,
    syllables: list[tuple[float, float]],
    rng: np.random.Generator,
) -> Floats:
    """The contour about its centre, from -span/2 to span/2, at the oversampled rate."""
    t = np.arange(round(seconds * _OVERSAMPLED)) / _OVERSAMPLED
    rate = contour["rate_hz"]
    match contour["shape"]:
        case "sine":
            unit = np.sin(2 * np.pi * rate * t)
        case "triangle":
            unit = signal.sawtooth(2 * np.pi * rate * t, 0.5)
        case "declination":
            unit = -signal.sawtooth(2 * np.pi * rate * t, 0.97)
        case "chirp":
            unit = np.sin(2 * np.pi * np.cumsum(rate * (0.5 + 1.5 * t / seconds)) / _OVERSAMPLED)
        case "arcs":  # accents on a falling line
            accents = np.maximum(0, np.sin(2 * np.pi * rate * t)) ** 2
            unit = 1.5 * accents - 0.5 - 0.5 * ((rate * t / 4) % 1)
        case "steps":
            levels = np.zeros(len(t))
            for start, _ in syllables:
                levels[round(start * _OVERSAMPLED) :] = rng.uniform(-1, 1)
            unit = _smoothed(levels, 0.03)
        case "walk":
            unit = _smoothed(rng.standard_normal(len(t)), 1 / (2 * np.pi * rate))
            unit = np.clip((unit - unit.mean()) / (2 * unit.std()), -1, 1)
        case other:
            raise ValueError(f"no contour of the shape {other!r}")
    return contour["span_semitones"] / 2 * unit


def _smoothed(values: Floats, seconds: float) -> Floats:
    low = signal.butter(2, 1 / (2 * np.pi * seconds), fs=_OVERSAMPLED, output="sos")
    return signal.sosfiltfilt(low, values)


def _syllable(
    track: Floats, start: float, end: float, timbre: dict[str, Any], rng: np.random.Generator
) -> Floats:
    """One vowel from `start` to `end` with the ringing after it."""
    pulses = _pulses(track, start, end, timbre, rng)
    breath = rng.standard_normal(len(pulses)) * np.std(pulses) * 10 ** (timbre["breath_db"] / 20)
    ramp = round(0.015 * _OVERSAMPLED)
    gate = np.minimum(1, np.minimum(np.arange(len(pulses)), np.arange(len(pulses))[::-1]) / ramp)
    sound = np.pad((pulses + breath) * gate, (0, round(0.03 * _OVERSAMPLED)))
    vowel = VOWELS[str(rng.choice(timbre["vowels"]))]
    for hz, width in zip((*vowel, *_HIGHER), _BANDWIDTHS, strict=True):
        sound = _resonator(sound, hz * timbre["formant_scale"], width)
    return sound / (np.std(sound) + 1e-12) * rng.uniform(0.6, 1.0)


def _pulses(
    track: Floats, start: float, end: float, timbre: dict[str, Any], rng: np.random.Generator
) -> Floats:
    """The derivative of the glottal flow (Rosenberg 1971), a pulse a period."""
    out = np.zeros(round((end - start) * _OVERSAMPLED))
    at, number = start + rng.uniform(0, 0.002), 0
    while at < end:
        period = (1 + timbre["jitter"] * rng.standard_normal()) / track[int(at * _OVERSAMPLED)]
        size = 1 + timbre["shimmer"] * rng.standard_normal()
        size *= 1 + timbre["alternation"] * (-1) ** number
        rise = period * timbre["open_quotient"] * 2 / 3
        fall = rise / 2
        first = int(np.ceil((at - start) * _OVERSAMPLED))
        last = min(len(out), int((at - start + rise + fall) * _OVERSAMPLED) + 1)
        t = np.arange(first, last) / _OVERSAMPLED - (at - start)
        opening = 0.5 * np.pi / rise * np.sin(np.pi * t / rise)
        closing = -0.5 * np.pi / fall * np.sin(0.5 * np.pi * (t - rise) / fall)
        out[first:last] += size * np.where(t < rise, opening, closing)
        at, number = at + period, number + 1
    return out


def _resonator(sound: Floats, hz: float, width: float) -> Floats:
    if hz > 0.45 * RATE:
        return sound
    c = -np.exp(-2 * np.pi * width / _OVERSAMPLED)
    b = 2 * np.exp(-np.pi * width / _OVERSAMPLED) * np.cos(2 * np.pi * hz / _OVERSAMPLED)
    return signal.lfilter([1 - b - c], [1, -b, -c], sound)


def _friction(count: int, syllables: list[tuple[float, float]], rng: np.random.Generator) -> Floats:
    """Hiss in every other gap inside a phrase."""
    band = signal.butter(2, (2500, 6500), "bandpass", fs=RATE, output="sos")
    hiss = signal.sosfilt(band, rng.standard_normal(count))
    gate = np.zeros(count)
    for (_, end), (start, _) in zip(syllables[::2], syllables[1::2], strict=False):
        if start - end < 0.2:
            gate[round((end + 0.01) * RATE) : round((start - 0.01) * RATE)] = 1
    return hiss / np.std(hiss) * gate
