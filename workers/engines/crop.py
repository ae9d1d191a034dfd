"""Where a clip's crop lies at each moment: it follows the face as a calm camera operator would.

The page draws the same way over the player, so this reads no more than numbers.

Lengths are in heights of the picture (x runs 0 to `aspect`, y 0 to 1), as the landmarks have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Literal

import numpy as np

from workers.engines.timeline import Floats

AUDIO = "audio"
ASPECTS = {"wide": 16 / 9, "square": 1.0, "tall": 9 / 16}
RATE_HZ = 25.0
"""Points of a path a second; what lies between them is interpolated."""
SPEED = 0.6
"""Heights of the picture a second, at most: faster pans are not looked through."""
STILL = 0.06
"""The face may stray by this share of the crop's side before the crop moves at all."""
EASE_S = 0.35
"""SD of the smoothing, before and after: a movement begins and ends gently."""
HEADROOM = 0.42
"""The middle of a small face stands this far down a crop that may move up and down; the larger the
face, the nearer to the crop's own middle, so that a close one keeps brow and chin."""
LEAST_SEEN = 0.2
"""Share of the sampled frames that show a face, under which it is not followed."""
LIPS = 0.34
"""Below the face's middle, in its heights: where the lower lip ends, open mouths included."""
AROUND_S = 1.0
Reason = Literal["", "not_watched", "no_face"]


@dataclass(frozen=True)
class Faces:
    """The stored series: middle of the face at n times; NaN where none was seen."""

    times: Floats
    middles: Floats
    """(n, 2): x, y."""
    aspect: float
    heights: Floats | None = None


@dataclass(frozen=True)
class Follow:
    """A crop's way: its middle at `times`, and why it stays in the middle where it does.

    `middles` are shares of the picture's width and height, so that no aspect need be known.
    """

    times: Floats
    middles: Floats
    reason: Reason = ""
    lips: float = 0.0
    """As far down the crop as the mouth mostly is, a share of its height; 0 where nobody knows."""

    def at(self, time: float) -> tuple[float, float]:
        x, y = (float(np.interp(time, self.times, self.middles[:, axis])) for axis in (0, 1))
        return x, y


def read_faces(kept_in: str | IO[bytes] | None) -> Faces | None:
    """Faces of a `landmarks` artifact; None where there is none."""
    if kept_in is None:
        return None
    with np.load(kept_in) as kept:
        if "face" not in kept or not len(kept["times"]):
            return None
        face = kept["face"].astype(np.float64)
        times, aspect = kept["times"].astype(np.float64), float(kept["aspect"])
        return Faces(times, face[:, :2], aspect, face[:, 2] if face.shape[1] > 2 else None)


def crop_size(aspect: float, shape: str) -> tuple[float, float]:
    """Width and height of the largest crop of a format that a picture of `aspect` holds."""
    wanted = ASPECTS[shape]
    return (wanted, 1.0) if wanted <= aspect else (aspect, aspect / wanted)


def follow(faces: Faces | None, shape: str, start: float, end: float) -> Follow:
    """The way of a crop of format `shape` from `start` to `end`."""
    times = np.arange(start, end + 1 / RATE_HZ, 1 / RATE_HZ)
    middle = np.full((len(times), 2), 0.5)
    if faces is None:
        return Follow(times, middle, "not_watched")
    near = (faces.times >= start - AROUND_S) & (faces.times <= end + AROUND_S)
    seen = near & np.isfinite(faces.middles).all(axis=1)
    if not near.any() or seen.sum() < max(1, LEAST_SEEN * near.sum()):
        return Follow(times, middle, "no_face")
    size = crop_size(faces.aspect, shape)
    tall = 0.0 if faces.heights is None else float(np.median(faces.heights[seen]))
    below = (0.5 - HEADROOM) * max(0.0, size[1] - tall)
    for axis, (side, whole, offset) in enumerate(
        ((size[0], faces.aspect, 0.0), (size[1], 1.0, below))
    ):
        face = np.interp(times, faces.times[seen], _unspiked(faces.middles[seen, axis]))
        middle[:, axis] = steady(face + offset, side, whole) / whole
    lips = 0.0
    if faces.heights is not None:
        ends = faces.middles[seen, 1] + LIPS * faces.heights[seen]
        top = np.interp(faces.times[seen], times, middle[:, 1]) - size[1] / 2
        lips = float(np.median((ends - top) / size[1]))
    return Follow(times, middle, lips=lips)


def steady(wanted: Floats, side: float, whole: float) -> Floats:
    """A calm way after `wanted` (RATE_HZ points a second) for a crop of `side` that stays inside
    0 to `whole`. No step is longer than SPEED allows."""
    held = _backlash(wanted, STILL * side)
    width = round(4 * EASE_S * RATE_HZ)
    bell = np.exp(-0.5 * (np.arange(-width, width + 1) / (EASE_S * RATE_HZ)) ** 2)
    eased = np.convolve(np.pad(held, width, mode="edge"), bell / bell.sum(), mode="valid")
    return np.clip(_slowed(eased, SPEED / RATE_HZ), side / 2, whole - side / 2)


def _backlash(wanted: Floats, slack: float) -> Floats:
    """Moves only when it has to, and no further, to stay within `slack`."""
    found = np.empty_like(wanted)
    at = wanted[0]
    for i, value in enumerate(wanted):
        found[i] = at = min(max(at, value - slack), value + slack)
    return found


def _slowed(wanted: Floats, most: float) -> Floats:
    found = np.empty_like(wanted)
    at = wanted[0]
    for i, value in enumerate(wanted):
        found[i] = at = at + min(max(value - at, -most), most)
    return found


def _unspiked(values: Floats) -> Floats:
    """The median of each three: one frame that saw a face elsewhere moves nothing."""
    if len(values) < 3:
        return values
    inner = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    return np.concatenate([values[:1], inner, values[-1:]])
