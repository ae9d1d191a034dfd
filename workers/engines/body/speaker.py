"""Who is followed where several people are in the picture: the one seen longest and largest.

MediaPipe's pose and face mesh each choose a person in every picture, and not the same one. Where
the face detection finds others, they are painted over before the models look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Face = tuple[float, float, float]
"""x, y of the middle and height, in heights of the picture."""
Picture = npt.NDArray[np.uint8]

REACH, GROWTH = 1.0, 1.6
"""The same face is found within so many of its heights, and grew or shrank at most so much."""
KEPT_S = 5.0
"""Whoever is not found for longer is gone."""
TAKES_OVER = 1.25
"""Of two who are there, who was seen so much longer or larger is followed instead."""


@dataclass(eq=False)
class _Person:
    face: Face
    weight: float
    """Heights of the face, summed over the looks that found it."""
    at: float

    def is_like(self, face: Face) -> bool:
        return _apart(self.face, face) <= REACH and 1 / GROWTH <= face[2] / self.face[2] <= GROWTH

    def is_found(self, face: Face, time: float) -> None:
        self.face, self.at = face, time
        self.weight += face[2]


class Speaker:
    """Follows one person over looks at the faces in the picture."""

    def __init__(self) -> None:
        self._people: list[_Person] = []
        self._main: _Person | None = None

    def look(self, time: float, faces: Sequence[Face]) -> None:
        """What the face detection found at `time` (s), no earlier than the look before."""
        self._people = [one for one in self._people if time - one.at <= KEPT_S]
        left = self._recognise(time, faces)
        main = self._main if self._main in self._people else None
        if main and main.at < time and len(left) == 1:
            main.is_found(left.pop(), time)  # nobody new came: the one followed moved, or a cut
        self._people += [_Person(face, face[2], time) for face in left]
        if main is None or main.at == time:
            least = TAKES_OVER * main.weight if main else 0.0
            rivals = [one for one in self._people if one.at == time and one.weight > least]
            main = max(rivals, key=lambda one: one.weight, default=main)
        self._main = main

    def _recognise(self, time: float, faces: Sequence[Face]) -> list[Face]:
        """The faces of nobody known, once each other one went to the nearest who is like it."""
        left = list(faces)
        pairs = [(one, face) for one in self._people for face in left if one.is_like(face)]
        for person, face in sorted(pairs, key=lambda pair: _apart(pair[0].face, pair[1])):
            if face in left and person.at < time:
                person.is_found(face, time)
                left.remove(face)
        return left

    def alone(self, picture: Picture) -> Picture:
        """The picture (height, width, 3) with everybody else painted over in its mean colour."""
        others = [one for one in self._people if one is not self._main]
        if not others or self._main is None:
            return picture
        painted, colour = picture.copy(), picture.mean(axis=(0, 1)).astype(np.uint8)
        for other in others:
            painted[_beyond(self._main.face, other.face, picture.shape[0])] = colour
        return painted


def _apart(one: Face, other: Face) -> float:
    """Distance of the middles in heights of `one`."""
    return float(np.hypot(other[0] - one[0], other[1] - one[1])) / one[2]


def _beyond(main: Face, other: Face, height: int) -> tuple[slice, slice]:
    """Rows and columns on the other's side of the line between both, nearer to the smaller."""
    axis = 0 if abs(other[0] - main[0]) >= abs(other[1] - main[1]) else 1
    line = main[axis] + (other[axis] - main[axis]) * main[2] / (main[2] + other[2])
    place = max(0, round(line * height))
    side = slice(place, None) if other[axis] > main[axis] else slice(None, place)
    return (slice(None), side) if axis == 0 else (side, slice(None))
