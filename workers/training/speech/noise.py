"""Noise at a known distance below the speech."""

from __future__ import annotations

import numpy as np

from workers.training.speech.flite import RATE, Samples


def noise(seconds: float, level_db: float = -40.0, seed: int = 1) -> Samples:
    """White noise at `level_db` dBFS RMS."""
    rng = np.random.default_rng(seed)
    level = 10 ** (level_db / 20)
    return (rng.standard_normal(round(seconds * RATE)) * level).astype(np.float32)


def with_noise(samples: Samples, snr_db: float, seed: int = 1) -> Samples:
    """White noise added so that speech power over noise power is `snr_db`; scaled not to clip."""
    loud = samples[np.abs(samples) > 0.01]
    power = float(np.mean(loud**2)) if len(loud) else 1e-4
    level_db = 10 * np.log10(power) - snr_db
    mixed = samples + noise(len(samples) / RATE, level_db, seed)[: len(samples)]
    return (mixed / max(1.0, float(np.abs(mixed).max()) / 0.98)).astype(np.float32)
