"""A voice in a room: impulse responses by the image-source method (Allen & Berkley 1979).

A shoebox whose walls all reflect alike; their absorption comes from the reverberation time by
Eyring's formula (what comes out is up to a quarter longer). The direct sound stays at full level
where it was, so word times still hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workers.engines.types import SAMPLE_RATE
from workers.training.speech.noise import speech_power
from workers.training.speech.voices import Samples

SOUND_M_PER_S = 343.0
HIGH_PASS_HZ = 60.0
"""The method leaves a swing at the lowest frequencies that no room has."""


@dataclass(frozen=True)
class Room:
    """`distance_m` from mouth to microphone; `rt60_s` until the sound is 60 dB down."""

    rt60_s: float
    distance_m: float
    size_m: tuple[float, float, float] = (5.2, 4.1, 2.7)
    seed: int = 1


def in_room(samples: Samples, room: Room) -> Samples:
    """`samples` as a microphone in the room hears them, as loud and as long as before."""
    from scipy.signal import fftconvolve

    heard = fftconvolve(samples, impulse_response(room))[: len(samples)]
    level = np.sqrt(speech_power(samples) / speech_power(heard.astype(np.float32)))
    heard *= min(level, 0.98 / max(1e-9, float(np.abs(heard).max())))
    return heard.astype(np.float32)


@lru_cache(maxsize=64)
def impulse_response(room: Room) -> Samples:
    """From the direct sound (1.0, at sample 0) to where it is 60 dB down."""
    from scipy.signal import butter, sosfilt

    size = np.array(room.size_m)
    source, microphone = _places(room, size)
    reach = SOUND_M_PER_S * (room.rt60_s + room.distance_m / SOUND_M_PER_S)
    paths, bounces = [], []
    counts = [np.arange(-n, n + 1) for n in np.ceil(reach / (2 * size)).astype(int)]
    grid = np.stack(np.meshgrid(*counts, indexing="ij"), axis=-1).reshape(-1, 3)
    for mirror in np.ndindex(2, 2, 2):
        image = (1 - 2 * np.array(mirror)) * source + 2 * grid * size
        paths.append(np.linalg.norm(image - microphone, axis=1))
        bounces.append(np.abs(grid - np.array(mirror)).sum(axis=1) + np.abs(grid).sum(axis=1))
    path, bounced = np.concatenate(paths), np.concatenate(bounces)
    near = path <= reach
    late = np.maximum(0.0, path[near] - room.distance_m) / SOUND_M_PER_S * SAMPLE_RATE
    gain = _reflection(room, size) ** bounced[near] * room.distance_m / path[near]
    whole = np.floor(late).astype(int)
    share = late - whole
    response = np.bincount(whole, gain * (1 - share)) + np.bincount(whole + 1, gain * share)[:-1]
    tail = sosfilt(butter(2, HIGH_PASS_HZ, "high", fs=SAMPLE_RATE, output="sos"), response)
    return tail.astype(np.float32)


def _reflection(room: Room, size: np.ndarray) -> float:
    """Amplitude a wall gives back (Eyring)."""
    volume = float(np.prod(size))
    surface = 2 * float(size[0] * size[1] + size[0] * size[2] + size[1] * size[2])
    absorbed = 1 - np.exp(-0.161 * volume / (surface * room.rt60_s))
    return float(np.sqrt(1 - absorbed))


def _places(room: Room, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where mouth and microphone are: by the seed, half a metre off the walls, at the distance."""
    chance = np.random.default_rng(room.seed)
    for _ in range(1000):
        source = chance.uniform(0.5, size - 0.5)
        way = chance.standard_normal(3) * (1, 1, 0.2)
        microphone = source + way / np.linalg.norm(way) * room.distance_m
        if np.all(microphone > 0.3) and np.all(microphone < size - 0.3):
            return source, microphone
    raise ValueError(f"a room of {room.size_m} m has no place for {room.distance_m} m")
