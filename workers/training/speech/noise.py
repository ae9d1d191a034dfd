"""Noise at a known distance below the speech.

Speech power is the mean over what is spoken: 20 ms frames less than 30 dB below the loudest, so
that pauses do not count. SNR is that power over the noise's mean power, in dB.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workers.engines.types import SAMPLE_RATE
from workers.training.speech.voices import Samples

FRAME = SAMPLE_RATE // 50
SPOKEN_DB = 30.0
HUM_HZ = 50.0
Make = Callable[[int, np.random.Generator], Samples]


def noise(seconds: float, level_db: float = -40.0, seed: int = 1) -> Samples:
    """White noise at `level_db` dBFS RMS."""
    made = white(round(seconds * SAMPLE_RATE), np.random.default_rng(seed))
    return (made * 10 ** (level_db / 20)).astype(np.float32)


def with_noise(samples: Samples, snr_db: float, seed: int = 1, kind: str = "white") -> Samples:
    """`samples` in noise of a kind of `KINDS`; all of it scaled where it would clip."""
    made = KINDS[kind](len(samples), np.random.default_rng(seed))
    return mixed(samples, made, snr_db)


def mixed(samples: Samples, other: Samples, snr_db: float) -> Samples:
    """`samples` with any other sound of the same length `snr_db` below them."""
    gain = np.sqrt(
        speech_power(samples) / 10 ** (snr_db / 10) / max(1e-20, float(np.mean(other**2)))
    )
    both = samples + gain * other
    return (both / max(1.0, float(np.abs(both).max()) / 0.98)).astype(np.float32)


def speech_power(samples: Samples) -> float:
    """Mean power of what is spoken."""
    whole = len(samples) - len(samples) % FRAME
    power = np.mean(samples[:whole].reshape(-1, FRAME).astype(np.float64) ** 2, axis=1)
    if not len(power) or power.max() <= 0:
        return 1e-4
    return float(power[power > power.max() / 10 ** (SPOKEN_DB / 10)].mean())


def white(count: int, chance: np.random.Generator) -> Samples:
    return chance.standard_normal(count).astype(np.float32)


def pink(count: int, chance: np.random.Generator) -> Samples:
    """Equal power an octave, as of fans and traffic."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    return _unit(np.fft.irfft(spectrum, count))


def hum(count: int, chance: np.random.Generator) -> Samples:
    """Mains hum with its harmonics, and a little hiss."""
    times = np.arange(count) / SAMPLE_RATE
    made = 0.05 * chance.standard_normal(count)
    for harmonic in range(1, 9):
        phase = chance.uniform(0, 2 * np.pi)
        made += np.sin(2 * np.pi * HUM_HZ * harmonic * times + phase) / harmonic
    return _unit(made)


def fan(count: int, chance: np.random.Generator) -> Samples:
    """A rush below 400 Hz with the tone of the blades."""
    from scipy.signal import butter, sosfilt

    low = butter(1, 400, fs=SAMPLE_RATE, output="sos")
    rush = _unit(sosfilt(low, chance.standard_normal(count)))
    turns = 2 * np.pi * 118 * np.arange(count) / SAMPLE_RATE
    return _unit(rush + 0.3 * np.sin(turns) + 0.15 * np.sin(2 * turns))


def street(count: int, chance: np.random.Generator) -> Samples:
    """Pink noise that swells and falls by some 5 dB as cars pass."""
    grid = np.arange(0, count / SAMPLE_RATE + 4, 2.0)
    swell = np.interp(np.arange(count) / SAMPLE_RATE, grid, chance.uniform(-5, 5, len(grid)))
    return _unit(pink(count, chance) * 10 ** (swell / 20))


KINDS: dict[str, Make] = {"white": white, "pink": pink, "hum": hum, "fan": fan, "street": street}


def babble(voices: list[Samples], count: int, seed: int) -> Samples:
    """Several other voices at once, each from a place of its own, over and over."""
    chance = np.random.default_rng(seed)
    made = np.zeros(count)
    for voice in voices:
        level = np.sqrt(speech_power(voice))
        start = int(chance.integers(len(voice)))
        made += np.resize(np.roll(voice, -start), count) / level
    return _unit(made)


def _unit(made: np.ndarray) -> Samples:
    return (made / np.sqrt(np.mean(made**2))).astype(np.float32)
