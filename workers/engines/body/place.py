"""Where the camera's picture lies in a film of a shared screen.

The studio draws both into one picture and says where it put the camera (`MediaInput.capture`, key
`cameraPlaces`: `[{t, x, y, width, height}]`, shares of the film; without a box from `t` on the film
has no camera). The body is looked for there and nowhere else: slides show people too.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workers.engines.body.speaker import Picture
from workers.engines.body.watch import MAX_SIDE, Track

UNSURE_S = 0.5
"""The recorder's clock and the film's differ by less: so near to a change nothing is looked at."""
LEAST_SIDE = 0.02
WHOLE = 0.95
"""A camera whose box is as wide or as high as this share of the film fills it."""


@dataclass(frozen=True)
class Box:
    """In shares of the film."""

    x: float
    y: float
    width: float
    height: float

    @property
    def fills(self) -> bool:
        return max(self.width, self.height) >= WHOLE


@dataclass(frozen=True)
class Place:
    """From `since` (s) until the next; `box` None: the camera is not in the film."""

    since: float
    box: Box | None


def places_of(capture: Mapping[str, Any]) -> list[Place]:
    """In order; empty where the film is the camera's own, or what is said makes no sense."""
    told = capture.get("cameraPlaces")
    if not isinstance(told, list):
        return []
    try:
        found = [_place(one) for one in told]
    except (TypeError, ValueError, KeyError, OverflowError):
        return []
    return sorted(found, key=lambda place: place.since)


def _place(told: Mapping[str, Any]) -> Place:
    since = float(told["t"])
    if not math.isfinite(since):
        raise ValueError("no time")
    if "x" not in told:
        return Place(since, None)
    x, y, width, height = (float(told[key]) for key in ("x", "y", "width", "height"))
    box = Box(x, y, width, height)
    inside = x >= 0 and y >= 0 and x + width <= 1.001 and y + height <= 1.001
    if not (inside and min(width, height) >= LEAST_SIDE):
        raise ValueError("no box of a film")
    return Place(since, box)


def box_at(places: list[Place], time: float) -> Box | None:
    index = bisect_right([place.since for place in places], time) - 1
    return places[max(0, index)].box


def cropped(
    frames: Iterable[tuple[float, Picture]], places: list[Place]
) -> Iterator[tuple[float, Picture]]:
    """The camera's part of each picture, its longer side at most MAX_SIDE; none where it has no
    part, or where it changes its place at about that moment."""
    import cv2

    for time, picture in frames:
        box = box_at(places, time)
        if box is None or any(abs(time - place.since) < UNSURE_S for place in places[1:]):
            continue
        height, width = picture.shape[:2]
        left, right = round(box.x * width), round((box.x + box.width) * width)
        top, bottom = round(box.y * height), round((box.y + box.height) * height)
        part = picture[top:bottom, left:right]
        scale = MAX_SIDE / max(part.shape[:2])
        if scale < 1:
            part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield time, np.ascontiguousarray(part)


def in_film(track: Track, places: list[Place]) -> Track:
    """The same points where the film shows them, in heights of the film: the page draws over it,
    and clips follow the face in it."""
    if not places or not len(track.times):
        return track
    boxes = [box_at(places, time) or Box(0, 0, 1, 1) for time in track.times]
    x, y, width, height = np.array(
        [(box.x, box.y, box.width, box.height) for box in boxes]
    ).T  # fmt: skip
    aspect = float(track.aspect * np.median(height / width))
    pose, face = track.pose.copy(), track.face.copy()
    for points in (pose, face[:, None, :]):
        points[..., 0] = (x[:, None] + points[..., 0] / track.aspect * width[:, None]) * aspect
        points[..., 1] = y[:, None] + points[..., 1] * height[:, None]
    face[:, 2] *= height
    return replace(track, pose=pose, face=face, aspect=aspect)


def inset_ratio(track: Track, places: list[Place]) -> float | None:
    """Share of the pictures looked at in which the camera stood in a corner of the film."""
    if not places or not len(track.times):
        return None
    boxes = [box_at(places, time) for time in track.times]
    return round(sum(box is not None and not box.fills for box in boxes) / len(boxes), 3)
