"""MediaPipe over the sampled frames: one person's landmarks and head, the faces in the picture.

MediaPipe 0.10.21 is the last with `mp.solutions`, whose wheel carries the models used here: pose
(full), face mesh with iris, face detection (full range). Hands have wrists, index and little
fingers in the pose; the hand model itself would double the time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.body.speaker import Face, Picture, Speaker
from workers.engines.timeline import Floats

POSE_POINTS = 33
OTHERS = 12
"""Numbers of a frame besides the pose."""
PEOPLE_EVERY_S = 1.0
MAX_SIDE = 512

# face mesh indices: outer eye corners, brow to chin, cheeks
_EYE_LEFT, _EYE_RIGHT, _TOP, _CHIN = 33, 263, 10, 152
_CHEEK_LEFT, _CHEEK_RIGHT = 234, 454
# corners and inner middles of the lips; middle of each brow and of the upper lid below it
_MOUTH, _LIPS, _BROWS = (61, 291), (13, 14), ((105, 159), (334, 386))


@dataclass(frozen=True)
class Track:
    """What was seen at each of n sampled frames; NaN where nothing was.

    Positions are in heights of the picture (x runs 0 to `aspect`, y 0 to 1), angles in degrees.
    """

    times: Floats
    pose: Floats
    """(n, 33, 3): x, y, visibility."""
    head: Floats
    """(n, 3): yaw, pitch, roll; positive yaw turns to the picture's right."""
    face: Floats
    """(n, 3): x, y of the middle, height of the face."""
    people: Floats
    """(n,): faces in the picture, looked for once a second."""
    aspect: float
    face_parts: Floats
    """(n, 3): width of the mouth, its opening, height of the brows over the eyes, each over the
    distance of the eyes' outer corners; in space, so that a turned head changes little."""
    light: Floats
    """(n,): mean brightness, 0-1."""
    turned_over: Floats
    """(n,): faces in the picture turned upside down, looked for where there are none."""


def watch(
    frames: Iterator[tuple[float, Picture]], progress: Callable[[float], None] = lambda time: None
) -> Track:
    """Look at every frame once, keeping numbers only, so that memory stays flat."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    import mediapipe

    solutions = mediapipe.solutions
    times: list[float] = []
    seen: list[npt.NDArray[np.float32]] = []
    aspect, counted = 1.0, -PEOPLE_EVERY_S
    speaker = Speaker()
    with (
        solutions.pose.Pose(smooth_landmarks=False, min_tracking_confidence=0.6) as pose,
        solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as mesh,
        solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as close_mesh,
        solutions.face_detection.FaceDetection(model_selection=1) as faces,
    ):
        for time, picture in frames:
            aspect = picture.shape[1] / picture.shape[0]
            row = np.full(POSE_POINTS * 3 + OTHERS, np.nan, dtype=np.float32)
            if time - counted >= PEOPLE_EVERY_S - 1e-6:
                found = _faces(faces, picture)
                speaker.look(time, found)
                row[-2] = len(found)
                row[-3] = 0 if found else len(_faces(faces, picture[::-1, ::-1]))
                counted = time
            row[-1] = float(picture.mean()) / 255
            alone = speaker.alone(picture)
            body = _pose(pose, alone, aspect)
            if body is not None:
                row[: POSE_POINTS * 3] = body.ravel()
            points = _face(mesh, close_mesh, alone, body, aspect)
            if points is not None:
                row[-OTHERS:-3] = (*head_angles(points), *face_box(points), *face_parts(points))
            times.append(time)
            seen.append(row)
            progress(time)
    rows = np.array(seen, dtype=np.float64).reshape(len(times), POSE_POINTS * 3 + OTHERS)
    body, rest = rows[:, :-OTHERS], rows[:, -OTHERS:]
    return Track(
        np.array(times), body.reshape(-1, POSE_POINTS, 3), rest[:, :3], rest[:, 3:6],
        rest[:, 10], aspect, rest[:, 6:9], rest[:, 11], rest[:, 9],
    )  # fmt: skip


def _faces(model: Any, picture: Picture) -> list[Face]:
    aspect = picture.shape[1] / picture.shape[0]
    boxes = [
        one.location_data.relative_bounding_box
        for one in model.process(np.ascontiguousarray(picture)).detections or ()
    ]
    return [
        ((box.xmin + box.width / 2) * aspect, box.ymin + box.height / 2, box.height)
        for box in boxes
    ]


def _pose(model: Any, picture: Picture, aspect: float) -> Floats | None:
    found = model.process(picture).pose_landmarks
    if found is None:
        return None
    return np.array([(p.x * aspect, p.y, p.visibility) for p in found.landmark])


def _face(
    mesh: Any, close_mesh: Any, picture: Picture, body: Floats | None, aspect: float
) -> Floats | None:
    """(478, 3) mesh points; where the whole picture shows none, close up on the pose's head."""
    points = _mesh(mesh, picture)
    if points is not None:
        return points * (aspect, 1.0, aspect)
    box = head_box(body, aspect) if body is not None else None
    if box is None:
        return None
    height, width = picture.shape[:2]
    x, y, size = box
    left, top = max(0, int((x - size) * height)), max(0, int((y - size) * height))
    crop = picture[top : int((y + size) * height), left : min(width, int((x + size) * height))]
    if min(crop.shape[:2]) < 24:
        return None
    import cv2

    scale = 256 / max(crop.shape[:2])
    close = cv2.resize(crop, None, fx=scale, fy=scale) if scale > 1 else crop
    points = _mesh(close_mesh, np.ascontiguousarray(close))
    if points is None:
        return None
    across, down = crop.shape[1] / height, crop.shape[0] / height
    return points * (across, down, across) + (left / height, top / height, 0.0)


def _mesh(model: Any, picture: Picture) -> Floats | None:
    found = model.process(picture).multi_face_landmarks
    if not found:
        return None
    return np.array([(p.x, p.y, p.z) for p in found[0].landmark])


def head_box(body: Floats, aspect: float) -> tuple[float, float, float] | None:
    """Middle and half side of a square about the pose's head; None where it is not in view."""
    head = body[:11]
    if np.median(head[:, 2]) < 0.5:
        return None
    x, y = head[:, 0].mean(), head[:, 1].mean()
    if not (0 <= x <= aspect and 0 <= y <= 1):
        return None
    spread = max(float(np.ptp(head[:, 0])), float(np.ptp(head[:, 1])), 0.02)
    return float(x), float(y), 1.3 * spread


def head_angles(points: Floats) -> tuple[float, float, float]:
    """(yaw, pitch, roll) in degrees from the mesh's own depth.

    The mesh is a weak perspective model: depth has the scale of width, so the lines between the
    eyes' outer corners and cheeks, and from brow to chin, give the head's axes.
    """
    across = points[_EYE_RIGHT] - points[_EYE_LEFT] + points[_CHEEK_RIGHT] - points[_CHEEK_LEFT]
    down = points[_CHIN] - points[_TOP]
    yaw = np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))
    pitch = np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))
    roll = np.degrees(np.arctan2(across[1], across[0]))
    return float(yaw), float(pitch), float(roll)


def face_box(points: Floats) -> tuple[float, float, float]:
    middle = (points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2
    return float(middle[0]), float(middle[1]), float(np.ptp(points[:, 1]))


def face_parts(points: Floats) -> tuple[float, float, float]:
    """(mouth width, mouth opening, brow height) over the distance of the eyes' outer corners."""

    def apart(pair: tuple[int, int]) -> float:
        return float(np.linalg.norm(points[pair[0]] - points[pair[1]]))

    eyes = max(apart((_EYE_LEFT, _EYE_RIGHT)), 1e-6)
    brows = sum(apart(pair) for pair in _BROWS) / 2
    return apart(_MOUTH) / eyes, apart(_LIPS) / eyes, brows / eyes
