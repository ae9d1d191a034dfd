"""How the trunk is held: upright, leaning, slumped or closed, by windows of two seconds.

`leaning`: the straight trunk is off upright, to a side or forward; `slumped`: the back is rounded,
shoulders and head come forward; `closed`: arms crossed, or one across holding the other. The model
is ours (docs/models.md); the rule stands in where no weights can be read, and is what the model is
held against. Both say nothing where the shoulders are not in view, nor of arms that are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.body import geometry as at
from workers.engines.body.geometry import Signals, typical
from workers.engines.body.net import chances, parsed
from workers.engines.timeline import Floats, Mask, rounded, runs
from workers.engines.trained import Loaded, load

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "posture-2.npz"
KINDS = ("upright", "leaning", "slumped", "closed")
CLOSED = KINDS.index("closed")
STEP_S = 0.2
FRAMES, HOP = 10, 2
"""Of a window, and from one to the next, in steps."""
LEAST_SEEN = 0.8
"""Share of a window in which the shoulders must be in view."""
LEAST_WRIST = 0.3
"""The same of a wrist: without one, nobody can be called closed."""
LEAST_ITEM_S, SURE = 3.0, 0.8
"""A moment lasts so long and is so likely throughout: the model learned from made bodies, on which
one wrong moment costs more than one that is left out."""
POINTS = (
    at.NOSE, at.EAR_L, at.EAR_R, at.SHOULDER_L, at.SHOULDER_R, at.ELBOW_L, at.ELBOW_R,
    at.WRIST_L, at.WRIST_R, at.HIP_L, at.HIP_R,
)  # fmt: skip
PLACES = 2 * len(POINTS)
FEATURES = 2 * PLACES + len(POINTS) + 2
NECK, ACROSS, LEAN = 0.38, 0.25, 9.0
"""Of the rule: a neck shorter (in shoulder widths) is slumped, a wrist so far beyond the middle is
across, a trunk so far off upright (degrees) leans. Fitted to the model's own training part."""


@dataclass(frozen=True)
class Windows:
    """Those that can be said anything about."""

    grid: Floats
    """Times in steps of STEP_S (s)."""
    first: Any
    """(w,): index into the grid of each window's first frame."""
    features: Floats
    """(w, FRAMES, FEATURES)."""
    hands: Mask
    """(w,): a wrist is in view."""
    measures: Floats
    """(w, 3): neck, wrist across, lean: what the rule reads."""


Classifier = Callable[[Windows], Floats]
"""Chances (w, kinds)."""


def loaded(engines: Mapping[str, Any]) -> Loaded[Classifier]:
    return load("posture", SHIPPED, engines, classifier)


def classifier(data: bytes) -> Classifier:
    """Raises Unusable."""
    weights = parsed(data, "posture", FEATURES, len(KINDS))
    return lambda windows: _knowable(chances(weights, windows.features), windows)


def by_rule(windows: Windows, limits: tuple[float, float, float] = (NECK, ACROSS, LEAN)) -> Floats:
    """Certain of one kind each: the first that holds of closed, slumped, leaning."""
    neck, across, lean = windows.measures.T
    with np.errstate(invalid="ignore"):
        found = np.select(
            [across > limits[1], neck < limits[0], lean > limits[2]], [CLOSED, 2, 1], 0
        )
    return _knowable(np.eye(len(KINDS))[found], windows)


def _knowable(likely: Floats, windows: Windows) -> Floats:
    """Where no wrist is in view, nothing is said about arms."""
    likely = np.where(windows.hands[:, None], likely, likely * (np.arange(len(KINDS)) != CLOSED))
    total = likely.sum(axis=1, keepdims=True)
    upright = np.eye(len(KINDS))[0]
    return np.asarray(np.where(total > 1e-9, likely / np.maximum(total, 1e-9), upright))


def windows(seen: Signals) -> Windows:
    """Cut what was seen into windows, without those across a cut or without shoulders."""
    times = seen.times
    if len(times) < 2:
        return _windows(np.zeros(0), np.zeros((0, FEATURES)), np.zeros((0, 3)), [])
    frame = float(np.median(np.diff(times)))
    grid = np.arange(times[0], times[-1] + STEP_S / 2, STEP_S)
    after = np.clip(np.searchsorted(times, grid), 1, len(times) - 1)
    near = np.where(grid - times[after - 1] < times[after] - grid, after - 1, after)
    there = np.abs(times[near] - grid) <= max(STEP_S, frame)
    known = there & seen.upper_body[near]
    shot = np.cumsum(seen.cuts)[near]
    features, measures = _features(seen)
    features = np.where(known[:, None], features[near], 0.0)
    measures = np.where(known[:, None], measures[near], np.nan)
    starts = range(0, len(grid) - FRAMES + 1, HOP)
    first = [a for a in starts if known[a : a + FRAMES].mean() >= LEAST_SEEN
             and shot[a] == shot[a + FRAMES - 1]]  # fmt: skip
    return _windows(grid, features, measures, first)


def _windows(grid: Floats, features: Floats, measures: Floats, first: list[int]) -> Windows:
    begin = np.array(first, dtype=int)
    rows = begin[:, None] + np.arange(FRAMES)
    cut = features[rows] if len(first) else np.zeros((0, FRAMES, FEATURES))
    wrists = [2 * len(POINTS) + POINTS.index(wrist) for wrist in (at.WRIST_L, at.WRIST_R)]
    hands = cut[..., wrists].max(axis=-1).mean(axis=1) >= LEAST_WRIST
    middle = _median(measures[rows]) if len(first) else np.zeros((0, 3))
    return Windows(grid, begin, cut, hands, middle)


def _median(values: Floats) -> Floats:
    """Over the last axis but one, of the known values; NaN where none is."""
    ordered = np.sort(values, axis=-2)
    known = np.isfinite(values).sum(axis=-2, keepdims=True)
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, values.shape[-2] - 1)
    middle = [np.take_along_axis(ordered, at, axis=-2) for at in (low, high)]
    return np.asarray((middle[0] + middle[1]).squeeze(-2) / 2)


def _features(seen: Signals) -> tuple[Floats, Floats]:
    """Points about the middle of the shoulders in the speaker's own widest shoulder width (x, then
    y; 0 where unseen), which are seen, the width itself; places and width against the recording's
    own median; and what the rule reads."""
    points = seen.points[:, POINTS]
    own = typical(seen.width)
    left, right = seen.points[:, at.SHOULDER_L], seen.points[:, at.SHOULDER_R]
    middle = (left + right) / 2
    placed = (points - middle[:, None]) / own
    visible = np.isfinite(placed[..., 0])
    flat = np.concatenate([placed[..., 0], placed[..., 1], (seen.width / own)[:, None]], axis=1)
    against = np.nan_to_num(flat - _median(flat))
    flat = np.nan_to_num(flat)
    features = np.concatenate(
        [flat[:, :PLACES], visible.astype(float), flat[:, PLACES:], against], axis=1
    )
    ears = (seen.points[:, at.EAR_L] + seen.points[:, at.EAR_R]) / 2
    neck = (middle - ears)[:, 1] / own
    side = np.sign(left[:, 0] - right[:, 0])
    across = side[:, None] * seen.wrists[..., 0] * (-1.0, 1.0)
    both = np.where(np.isfinite(across), across, -np.inf).max(axis=1)
    across = np.where(np.isfinite(both), both, np.nan)
    return features, np.column_stack([neck, across, seen.lean])


def held(found: Windows, likely: Floats) -> dict[str, Any]:
    """`held`: the share of the time (0-1) in each kind, None where no window is whole; and the
    stretches surely slumped or closed for 3 s as `items`."""
    if not len(found.first):
        return {"held": None, "items": []}
    sums = np.zeros((len(found.grid), len(KINDS)))
    for first, chance in zip(found.first, likely, strict=True):
        sums[first : first + FRAMES] += chance
    total = sums.sum(axis=1)
    covered = total > 0
    kind = np.where(covered, sums.argmax(axis=1), -1)
    sure = sums.max(axis=1) >= SURE * total
    items = [
        {"start": rounded(float(found.grid[a])), "end": rounded(float(found.grid[b - 1]) + STEP_S),
         "kind": KINDS[which]}
        for which in (2, CLOSED)
        for a, b in runs((kind == which) & sure)
        if (b - a) * STEP_S >= LEAST_ITEM_S - 1e-6
    ]  # fmt: skip
    shares = {name: rounded(float((kind[covered] == n).mean())) for n, name in enumerate(KINDS)}
    return {"held": shares, "items": items}
