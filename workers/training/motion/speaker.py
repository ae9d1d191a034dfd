"""A body of measured proportions before a camera: landmarks in the picture from a stance.

Lengths are in shoulder widths, angles in degrees. The world has x to the picture's right, y down,
z away from the camera; the speaker faces the camera, so that their left is at the picture's right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.body.geometry import (
    EAR_L,
    EAR_R,
    ELBOW_L,
    ELBOW_R,
    HIP_L,
    HIP_R,
    INDEX_L,
    INDEX_R,
    MOUTH_L,
    MOUTH_R,
    NOSE,
    SHOULDER_L,
    SHOULDER_R,
    WRIST_L,
    WRIST_R,
)  # fmt: skip
from workers.engines.body.watch import POSE_POINTS
from workers.engines.timeline import Floats

HEAD: dict[int, tuple[float, float, float]] = {
    NOSE: (0.0, 0.0, -0.27), EAR_L: (0.2, -0.02, 0.0), EAR_R: (-0.2, -0.02, 0.0),
    MOUTH_L: (0.07, 0.14, -0.22), MOUTH_R: (-0.07, 0.14, -0.22),
    1: (0.05, -0.08, -0.22), 2: (0.09, -0.08, -0.21), 3: (0.13, -0.08, -0.18),
    4: (-0.05, -0.08, -0.22), 5: (-0.09, -0.08, -0.21), 6: (-0.13, -0.08, -0.18),
}  # fmt: skip
"""Landmarks of the head about the middle of the ears."""
HAND = ((WRIST_L, INDEX_L, 17, 21), (WRIST_R, INDEX_R, 18, 22))
FACE_HEIGHT = 0.55


@dataclass(frozen=True)
class Build:
    """A person's proportions."""

    trunk: float = 1.35
    neck: float = 0.42
    """From the line of the shoulders to the middle of the ears."""
    hips: float = 0.62
    upper_arm: float = 0.78
    forearm: float = 0.68


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from, aimed at `aim` below the shoulders' line."""

    distance: float = 4.0
    height: float = 0.0
    """Above the line of the shoulders."""
    beside: float = 0.0
    """To the picture's right of the speaker."""
    roll: float = 0.0
    view: float = 1.1
    """Shoulder widths from the middle of the picture to its upper edge, at the speaker."""
    aim: float = 0.2
    aside: float = 0.0
    """The speaker's place right of the picture's middle, in widths of the picture."""
    aspect: float = 16 / 9


@dataclass(frozen=True)
class Stance:
    """What the body does at each of n frames; all arrays (n,) unless said."""

    lean: Floats
    """Of the trunk to the picture's right."""
    bow: Floats
    """Of the trunk towards the camera."""
    turn: Floats
    """Of the trunk to the picture's right."""
    tilt: Floats
    """Of the line of the shoulders on the trunk."""
    slump: Floats
    """0-1: shoulders dropped forward, head before them, the back rounded."""
    yaw: Floats
    pitch: Floats
    """Of the head, in the world: 0 faces straight ahead, a positive pitch looks down."""
    place: Floats
    """(n, 2): of the hips in the world: aside, and towards the camera."""
    wrists: Floats
    """(n, 2, 3): left and right, about the middle of the shoulders, as the trunk stands."""


def still(frames: int) -> Stance:
    """Upright, facing ahead, both hands at rest before the belly."""
    flat = {name: np.zeros(frames) for name in
            ("lean", "bow", "turn", "tilt", "slump", "yaw", "pitch")}  # fmt: skip
    return Stance(**flat, place=np.zeros((frames, 2)), wrists=np.tile(REST, (frames, 1, 1)))


REST = np.array([[0.3, 1.05, -0.3], [-0.3, 1.05, -0.3]])


def joints(stance: Stance, build: Build) -> Floats:
    """(n, 33, 3) landmarks in the world, the middle of the resting shoulders at its origin."""
    frames = len(stance.lean)
    points = np.zeros((frames, POSE_POINTS, 3))
    hips = np.column_stack(
        [stance.place[:, 0], np.full(frames, build.trunk), -stance.place[:, 1]]
    )  # fmt: skip
    slump = stance.slump
    trunk = _turned(_column(0, -build.trunk * (1 - 0.05 * slump), 0), stance)
    middle = hips + trunk
    drop, forward = 0.1 * slump, -0.12 * slump
    half = 0.5 * (1 - 0.08 * slump)
    tilt = np.radians(stance.tilt)
    for side, shoulder, elbow, hip in (
        (1, SHOULDER_L, ELBOW_L, HIP_L), (-1, SHOULDER_R, ELBOW_R, HIP_R),
    ):  # fmt: skip
        across = _column(side * half * np.cos(tilt), side * half * np.sin(tilt) + drop, forward)
        points[:, shoulder] = middle + _turned(across, stance)
        goal = middle + _turned(stance.wrists[:, 0 if side == 1 else 1], stance)
        points[:, elbow], wrist = _reached(points[:, shoulder], goal, side, build)
        for point in HAND[0 if side == 1 else 1]:
            points[:, point] = wrist
        below = wrist - points[:, elbow]
        fingers = wrist + 0.25 * below / np.linalg.norm(below, axis=1, keepdims=True)
        for point in HAND[0 if side == 1 else 1][1:]:
            points[:, point] = fingers
        points[:, hip] = hips + _column(side * build.hips / 2, 0 * tilt, 0)
    neck = _column(0, -build.neck * (1 - 0.25 * slump), -0.05 - 0.25 * slump)
    ears = middle + _turned(neck, stance)
    for point, place in HEAD.items():
        points[:, point] = ears + _rotated(np.tile(place, (frames, 1)), stance.yaw, stance.pitch)
    for point in range(25, POSE_POINTS):
        points[:, point] = hips + _column(0.15 * (-1) ** (point + 1), 2.2, 0)
    return points


def _column(x: Floats | float, y: Floats | float, z: Floats | float) -> Floats:
    return np.stack(np.broadcast_arrays(*np.atleast_1d(x, y, z)), axis=-1).astype(float)


def _turned(vectors: Floats, stance: Stance) -> Floats:
    """As the trunk stands: bowed, leaning, turned about its own axis."""
    x, y, z = np.moveaxis(np.broadcast_to(vectors, (len(stance.lean), 3)), -1, 0)
    turn, bow, lean = (np.radians(a) for a in (stance.turn, stance.bow, stance.lean))
    x, z = x * np.cos(turn) + z * np.sin(turn), z * np.cos(turn) - x * np.sin(turn)
    y, z = y * np.cos(bow) - z * np.sin(bow), z * np.cos(bow) + y * np.sin(bow)
    x, y = x * np.cos(lean) - y * np.sin(lean), y * np.cos(lean) + x * np.sin(lean)
    return np.stack([x, y, z], axis=-1)


def _rotated(vectors: Floats, yaw: Floats, pitch: Floats) -> Floats:
    """A positive yaw turns the nose to the picture's right, a positive pitch turns it down."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    a, b = np.radians(yaw), np.radians(pitch)
    y, z = y * np.cos(b) - z * np.sin(b), z * np.cos(b) + y * np.sin(b)
    x, z = x * np.cos(a) - z * np.sin(a), z * np.cos(a) + x * np.sin(a)
    return np.stack([x, y, z], axis=-1)


def _reached(shoulder: Floats, wrist: Floats, side: int, build: Build) -> tuple[Floats, Floats]:
    """Elbow and wrist of an arm of two links that reaches for `wrist`, the elbow down and out."""
    away = wrist - shoulder
    far = np.linalg.norm(away, axis=1, keepdims=True)
    reach = np.clip(far, 0.15, 0.999 * (build.upper_arm + build.forearm))
    along: Floats = away / np.maximum(far, 1e-6)
    first = (build.upper_arm**2 - build.forearm**2 + reach**2) / (2 * reach)
    out = np.sqrt(np.maximum(build.upper_arm**2 - first**2, 0.0))
    hang = np.array([0.5 * side, 1.0, 0.3])
    bend = hang - (along @ hang)[:, None] * along
    bend = bend / np.maximum(np.linalg.norm(bend, axis=1, keepdims=True), 1e-6)
    return shoulder + first * along + out * bend, shoulder + along * reach


def pictured(points: Floats, camera: Camera) -> Floats:
    """(n, 33, 2) places in heights of the picture, by a pinhole that looks at the speaker."""
    target = np.array([0.0, camera.aim, 0.0])
    eye = np.array([camera.beside, -camera.height, -camera.distance])
    ahead = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross([0.0, 1.0, 0.0], ahead)
    right /= np.linalg.norm(right)
    down = np.cross(ahead, right)
    seen = (points - eye) @ np.stack([right, down, ahead], axis=1)
    zoom = 0.5 / camera.view * np.linalg.norm(target - eye)
    flat = zoom * seen[..., :2] / np.maximum(seen[..., 2:], 0.1)
    roll = np.radians(camera.roll)
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    middle = np.array([camera.aspect * (0.5 + camera.aside), 0.5])
    return np.asarray(flat @ turn + middle)
