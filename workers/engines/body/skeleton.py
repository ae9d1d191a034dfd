"""What the page draws over the player: the upper body's points and the face, in small whole
numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.body import geometry as at
from workers.engines.body.watch import Track
from workers.engines.timeline import Floats, Mask

POINTS = (
    at.NOSE, at.EAR_L, at.EAR_R, at.SHOULDER_L, at.SHOULDER_R, at.ELBOW_L, at.ELBOW_R,
    at.WRIST_L, at.WRIST_R, at.INDEX_L, at.INDEX_R, at.HIP_L, at.HIP_R,
)  # fmt: skip
LINES = (
    (at.EAR_L, at.NOSE), (at.NOSE, at.EAR_R), (at.SHOULDER_L, at.SHOULDER_R),
    (at.SHOULDER_L, at.ELBOW_L), (at.ELBOW_L, at.WRIST_L), (at.WRIST_L, at.INDEX_L),
    (at.SHOULDER_R, at.ELBOW_R), (at.ELBOW_R, at.WRIST_R), (at.WRIST_R, at.INDEX_R),
    (at.SHOULDER_L, at.HIP_L), (at.SHOULDER_R, at.HIP_R), (at.HIP_L, at.HIP_R),
)  # fmt: skip
UNSEEN = -1
PARTS = 1000


def skeleton(track: Track, shown: Track | None = None) -> dict[str, Any]:
    """`times` (s), `lines` (pairs of indices into a frame's points), `frames` [x, y, x, y, ...] and
    `faces` [x, y, height] in thousandths of the picture's width (x) and height; -1 where unseen.

    `shown`: the same where the film shows it, if that is not the camera's picture alone.
    """
    shown = shown or track
    seen = at.visible_points(track)[:, POINTS]
    points = shown.pose[:, POINTS, :2] / (shown.aspect, 1.0)
    faces = shown.face / (shown.aspect, 1.0, 1.0)
    index = {point: i for i, point in enumerate(POINTS)}
    return {
        "times": np.round(track.times, 2).tolist(),
        "lines": [[index[a], index[b]] for a, b in LINES],
        "frames": _whole(points, seen[..., None]).reshape(len(points), -1).tolist(),
        "faces": _whole(faces, np.isfinite(faces)).tolist(),
    }


def _whole(values: Floats, seen: Mask) -> npt.NDArray[np.int64]:
    return np.where(seen, np.round(PARTS * np.nan_to_num(values)), UNSEEN).astype(np.int64)
