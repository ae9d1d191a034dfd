"""What the landmark models would make of a speaker: noise, points lost and out of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from workers.engines.body.watch import Track
from workers.engines.timeline import Floats, Mask
from workers.training.motion.speaker import (
    FACE_HEIGHT,
    HEAD,
    Build,
    Camera,
    Stance,
    joints,
    pictured,
)  # fmt: skip


@dataclass(frozen=True)
class Sensor:
    """How well it sees. The defaults are what MediaPipe showed on a still and sharp picture."""

    noise: float = 0.01
    """SD of a landmark in shoulder widths, at each frame anew."""
    drift: float = 0.01
    """SD of what stays for about a second."""
    degrees: float = 1.0
    """SD of the head's angles."""
    lost: float = 0.0
    """Share of the time in which a hand is not seen, in stretches of about half a second."""


def tracked(
    times: Floats, stance: Stance, build: Build, camera: Camera, sensor: Sensor, seed: int
) -> Track:
    """The track that `workers.engines.body.watch` would hand on."""
    chance = np.random.default_rng(seed)
    world = joints(stance, build)
    flat = pictured(world, camera)
    scale = 0.5 / camera.view
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.2
    blurred = flat + scale * (
        sensor.noise * chance.standard_normal(flat.shape)
        + sensor.drift * _slow(chance, flat.shape, step)
    )
    inside: Mask = np.all((flat > 0) & (flat < (camera.aspect, 1.0)), axis=-1)
    likely = np.where(inside, 0.98, 0.2)
    for hand in ([15, 17, 19, 21], [16, 18, 20, 22]):
        chances = _slow(chance, (len(times), 1), step, seconds=0.5)
        likely[:, hand] = np.where(chances < _below(sensor.lost), 0.2, likely[:, hand])
    head = [*HEAD]
    middle, known = flat[:, head].mean(axis=1), inside[:, head].all(axis=1)
    angles = np.column_stack([stance.yaw, stance.pitch, np.full(len(times), -camera.roll)])
    angles = angles - direction(camera) + sensor.degrees * chance.standard_normal(angles.shape)
    face = np.column_stack([middle, np.full(len(times), FACE_HEIGHT * scale)])
    face = face + scale * sensor.noise * chance.standard_normal(face.shape)
    known = known & (np.abs(angles[:, 0]) < 60)
    return Track(
        times, np.concatenate([blurred, likely[..., None]], axis=-1),
        np.where(known[:, None], angles, np.nan), np.where(known[:, None], face, np.nan),
        np.ones(len(times)), camera.aspect,
        face_parts=np.where(known[:, None], (0.6, 0.05, 0.25), np.nan),
        light=np.full(len(times), 0.5), turned_over=np.zeros(len(times)),
    )  # fmt: skip


EARS_UP = Build().neck


def direction(camera: Camera) -> Floats:
    """(yaw, pitch, roll) of a head that looks into the lens."""
    yaw = np.degrees(np.arctan2(camera.beside, camera.distance))
    pitch = np.degrees(np.arctan2(EARS_UP - camera.height, camera.distance))
    return np.array([yaw, pitch, 0.0])


def _slow(
    chance: np.random.Generator, shape: tuple[int, ...], step: float, seconds: float = 1.0
) -> Floats:
    """Noise of SD 1 that remembers itself for about `seconds`."""
    keep = float(np.exp(-step / seconds))
    fresh = chance.standard_normal(shape) * np.sqrt(1 - keep**2)
    value = chance.standard_normal(shape[1:])
    found = np.empty(shape)
    for i, new in enumerate(fresh):
        value = keep * value + new
        found[i] = value
    return found


def _below(share: float) -> float:
    """The standard normal value that is undercut in `share` of the time."""
    return NormalDist().inv_cdf(share) if share > 0 else -np.inf
