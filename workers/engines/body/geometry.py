"""Numbers of the body at each frame: smoothed, gated by what is in view, in shoulder widths."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from workers.engines.body.smoothing import one_euro
from workers.engines.body.watch import Track
from workers.engines.timeline import Floats, Mask

NOSE, EAR_L, EAR_R, MOUTH_L, MOUTH_R = 0, 7, 8, 9, 10
SHOULDER_L, SHOULDER_R, ELBOW_L, ELBOW_R, WRIST_L, WRIST_R = 11, 12, 13, 14, 15, 16
INDEX_L, INDEX_R, HIP_L, HIP_R = 19, 20, 23, 24
VISIBLE = 0.5
"""MediaPipe's own likelihood that a point is in view and not hidden."""
MARGIN = 0.01
FACING_YAW, FACING_PITCH = 15.0, 15.0
STEADY_HEAD_DEGREES = 8.0
MOST_CALIBRATION_DEGREES = 15.0
PROFILE_DEGREES = 45.0
LYING_DEGREES = 60.0
HEAD_RANGE = 60.0
"""Degrees that are smoothed as one height of the picture is."""


@dataclass(frozen=True)
class Signals:
    """One value a frame, NaN where not in view."""

    times: Floats
    cuts: Mask
    """First frames after the picture jumped: another shot, another person."""
    person: Mask
    face: Mask
    upper_body: Mask
    facing: Floats
    """1 towards the camera, 0 away."""
    yaw: Floats
    pitch: Floats
    tilt: Floats
    """Degrees of the shoulder line from level, 0-90."""
    lean: Floats
    """Degrees of the trunk (without hips: the neck) from upright, to either side."""
    openness: Floats
    centring: Floats
    middle: Floats
    """x of the middle of the shoulders, in shoulder widths."""
    wrists: Floats
    """(n, 2, 2): left and right wrist about the middle of the shoulders, in shoulder widths."""
    hand_at_face: Floats
    """1 where a hand is at the face, 0 where a hand is in view and elsewhere."""
    points: Floats
    """(n, 33, 2): the landmarks themselves, in heights of the picture."""
    width: Floats
    """Of the shoulders, in heights of the picture."""


def signals(track: Track) -> Signals:
    """Everything measured at single frames."""
    seen = visible_points(track)
    raw = np.where(seen[..., None], track.pose[..., :2], np.nan)
    cuts = shot_changes(raw)
    points = np.full(raw.shape, np.nan)
    edges = [0, *np.flatnonzero(cuts).tolist(), len(raw)]
    for first, end in itertools.pairwise(edges):
        points[first:end] = one_euro(track.times[first:end], raw[first:end])
    left, right = points[:, SHOULDER_L], points[:, SHOULDER_R]
    across = left - right
    width = np.hypot(across[:, 0], across[:, 1])
    with np.errstate(invalid="ignore"):
        upper = np.isfinite(width) & (width > 0.04)
    width = np.where(upper, width, np.nan)
    middle = np.where(upper[:, None], (left + right) / 2, np.nan)
    face = np.isfinite(track.head[:, 0])
    yaw, pitch = head_pose(track, seen)
    hidden = _head_hidden(track) & upper & ~face
    person = face | (seen[:, :11].mean(axis=1) > 0.5) | upper
    wrists = np.stack([points[:, WRIST_L], points[:, WRIST_R]], axis=1) - middle[:, None]
    wrists = wrists / width[:, None, None]
    return Signals(
        times=track.times, cuts=cuts, person=person, face=face, upper_body=upper,
        facing=facing(person, yaw, pitch, hidden), yaw=yaw, pitch=pitch,
        tilt=np.degrees(np.arctan2(np.abs(across[:, 1]), np.abs(across[:, 0])))
        + np.where(upper, 0.0, np.nan),
        lean=_lean(points, middle), openness=_openness(points, middle, width),
        centring=_centring(track, middle), middle=middle[:, 0] / typical(width), wrists=wrists,
        hand_at_face=_hand_at_face(points, width), points=points, width=width,
    )  # fmt: skip


def shot_changes(points: Floats) -> Mask:
    """Frames where the shoulders jump by their own width, or grow or shrink by half.

    Nobody moves like that in a fifth of a second: the camera was cut, or someone else is seen.
    """
    left, right = points[:, SHOULDER_L], points[:, SHOULDER_R]
    middle, width = (left + right) / 2, np.hypot(*(left - right).T)
    cuts = np.zeros(len(points), dtype=np.bool_)
    if len(points) < 2:
        return cuts
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.hypot(*np.diff(middle, axis=0).T) / width[:-1]
        grown = np.abs(np.log(width[1:] / width[:-1]))
        cuts[1:] = (moved > 1.0) | (grown > np.log(1.5))
    return cuts


def visible_points(track: Track) -> Mask:
    """(n, 33): likely in view, and inside the picture. The model also guesses what is outside."""
    x, y, likely = track.pose[..., 0], track.pose[..., 1], track.pose[..., 2]
    with np.errstate(invalid="ignore"):
        inside = (x > MARGIN) & (x < track.aspect - MARGIN) & (y > MARGIN) & (y < 1 - MARGIN)
        return inside & (likely >= VISIBLE)


def not_upright(track: Track) -> bool:
    """Most heads seen lie beside or under their shoulders, most faces lie on their sides, or faces
    are found in the picture only when it is turned over."""
    pose = np.where(visible_points(track)[..., None], track.pose, np.nan)
    neck = (pose[:, SHOULDER_L] + pose[:, SHOULDER_R]) / 2 - pose[:, NOSE]
    angles = np.concatenate([np.degrees(np.arctan2(neck[:, 0], neck[:, 1])), track.head[:, 2]])
    known = angles[np.isfinite(angles)]
    lying = len(known) > 0 and float((np.abs(known) > LYING_DEGREES).mean()) > 0.5
    return lying or float(np.nansum(track.turned_over)) > float(np.nansum(track.people))


def head_pose(track: Track, seen: Mask) -> tuple[Floats, Floats]:
    """(yaw, pitch) in degrees: from the face mesh; in profile, and without a mesh, from the pose.

    The mesh is drawn towards the front in profile; there the nose's place beside the ears says
    more. Their pitch is unknown.
    """
    across = track.pose[:, [NOSE, EAR_L, EAR_R], 0]  # the far ear is hidden, and guessed well
    nose, left, right = one_euro(track.times, np.where(seen[:, [NOSE]], across, np.nan)).T
    by_pose = np.degrees(np.arctan2(nose - (left + right) / 2, 0.6 * np.abs(left - right)))
    by_mesh, pitch = (HEAD_RANGE * one_euro(track.times, track.head[:, :2] / HEAD_RANGE)).T
    with np.errstate(invalid="ignore"):
        profile = np.abs(by_pose) > PROFILE_DEGREES
    yaw = np.where(np.isfinite(by_mesh) & ~profile, by_mesh, by_pose)
    yaw = np.where(np.isfinite(yaw), yaw, by_mesh)
    return yaw, pitch


def facing(person: Mask, yaw: Floats, pitch: Floats, hidden: Mask) -> Floats:
    """Whether the head points within 15 degrees of the camera, up, down and to the sides.

    A camera above or beside the screen turns a steady head by a few degrees: where the head keeps
    within 8 degrees (median deviation) of its own median, that median, up to 15 degrees, is the
    way to the camera. A head known from the pose alone can only be seen to turn away; one that is
    `hidden` though it would be in the picture shows its back.
    """
    with np.errstate(invalid="ignore"):
        beside = np.abs(yaw - _calibration(yaw)) > FACING_YAW
        above = np.abs(pitch - _calibration(pitch)) > FACING_PITCH
        turned = np.abs(yaw) > 2 * FACING_YAW
    meshed = np.isfinite(pitch)
    known = meshed | turned | hidden
    away = np.where(meshed, beside | above, True)
    return np.where(person & known, (~away).astype(float), np.nan)


def _head_hidden(track: Track) -> Mask:
    """The nose would be in the picture, but the model does not see it."""
    x, y, likely = (track.pose[:, NOSE, axis] for axis in range(3))
    with np.errstate(invalid="ignore"):
        hidden: Mask = (x > 0) & (x < track.aspect) & (y > 0) & (y < 1) & (likely < VISIBLE)
    return hidden


def _calibration(angles: Floats) -> float:
    known = angles[np.isfinite(angles)]
    if len(known) < 10:
        return 0.0
    median = float(np.median(known))
    steady = float(np.median(np.abs(known - median))) <= STEADY_HEAD_DEGREES
    return median if steady and abs(median) <= MOST_CALIBRATION_DEGREES else 0.0


def _lean(points: Floats, middle: Floats) -> Floats:
    """From hips to shoulders where hips are in view, else from shoulders to ears."""
    hips = (points[:, HIP_L] + points[:, HIP_R]) / 2
    ears = (points[:, EAR_L] + points[:, EAR_R]) / 2
    trunk, neck = hips - middle, middle - ears
    line = np.where(np.isfinite(trunk), trunk, neck)
    return np.degrees(np.arctan2(np.abs(line[:, 0]), np.maximum(line[:, 1], 1e-6)))


def typical(width: Floats) -> float:
    known = width[np.isfinite(width)]
    return float(np.percentile(known, 90)) if len(known) else float("nan")


def _openness(points: Floats, middle: Floats, width: Floats) -> Floats:
    """0-1: half for shoulders turned to the camera, half for arms that do not cross the chest.

    Shoulders: their width over the speaker's own widest (90th percentile). Arms cross where each
    wrist is on the other side; with less than two wrists in view only the shoulders count.
    """
    square = np.clip(width / typical(width), 0, 1)
    left, right = points[:, WRIST_L, 0] - middle[:, 0], points[:, WRIST_R, 0] - middle[:, 0]
    side = np.sign(points[:, SHOULDER_L, 0] - points[:, SHOULDER_R, 0])
    both = np.isfinite(left) & np.isfinite(right)
    with np.errstate(invalid="ignore"):
        crossed = (left * side < -0.1 * width) & (right * side > 0.1 * width)
    arms = np.where(crossed, 0.0, 1.0)
    return np.where(both, 0.5 * square + 0.5 * arms, square)


def _centring(track: Track, middle: Floats) -> Floats:
    """1 in the middle of the picture, 0 at its edge; by the face, else by the shoulders."""
    x = np.where(np.isfinite(track.face[:, 0]), track.face[:, 0], middle[:, 0])
    return 1 - np.clip(np.abs(x / track.aspect - 0.5) / 0.5, 0, 1)


def _hand_at_face(points: Floats, width: Floats) -> Floats:
    """A hand (between wrist and index finger) within 0.45 shoulder widths of the mouth or nose."""
    face = (points[:, NOSE] + points[:, MOUTH_L] + points[:, MOUTH_R]) / 3
    near = np.full((len(points), 2), np.nan)
    for side, (wrist, index) in enumerate(((WRIST_L, INDEX_L), (WRIST_R, INDEX_R))):
        hand = (points[:, wrist] + points[:, index]) / 2
        away = np.hypot(*(hand - face).T) / width
        near[:, side] = np.where(np.isfinite(away), away < 0.45, np.nan)
    known = np.isfinite(near).any(axis=1)
    return np.where(known, np.where(np.isfinite(near), near, 0).max(axis=1), np.nan)
