"""What a movement of the hands is: beat, point, iconic, a touch of the face, or idle.

Kinds after McNeill (1992), "Hand and Mind". What counts as a gesture is decided by the rules of
`gestures`; here each stretch they found is only named. The model is ours (docs/models.md); the rule
stands in where no weights can be read, and is what the model is held against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.body import geometry as at
from workers.engines.body.geometry import Signals, typical
from workers.engines.body.net import chances, parsed
from workers.engines.timeline import Floats
from workers.engines.trained import Loaded, load

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "gesture-2.npz"
KINDS = ("beat", "point", "iconic", "self_touch", "idle")
GESTURES = KINDS[:3]
FRAMES = 20
"""Of a stretch, evenly spaced whatever its length, with MARGIN_S on both sides."""
MARGIN_S = 0.3
POINTS = (at.WRIST_L, at.WRIST_R, at.ELBOW_L, at.ELBOW_R)
FEATURES = 3 * len(POINTS) + 2 + 2 + 1
"""x, y and in view of each point; speed and distance from the face of each hand; the length."""
TOUCHED, TURNS, BOTH, STIRRED = 0.3, 4, 0.3, 0.2
"""Of the rule: share of the time at the face, least turns of a beat, reach of the lesser hand over
that of the greater, reach in shoulder widths under which nothing is a gesture. Fitted to the
model's own training part."""

Classifier = Callable[[Floats], Floats]
"""Chances (n, kinds) of stretches (n, FRAMES, FEATURES)."""


def loaded(engines: Mapping[str, Any]) -> Loaded[Classifier]:
    return load("gesture", SHIPPED, engines, classifier)


def classifier(data: bytes) -> Classifier:
    """Raises Unusable."""
    weights = parsed(data, "gesture", FEATURES, len(KINDS))
    return lambda found: chances(weights, found)


def stretches(seen: Signals, spans: Sequence[tuple[float, float]]) -> Floats:
    """What both hands do in each span (s), as (n, FRAMES, FEATURES)."""
    if not spans:
        return np.zeros((0, FRAMES, FEATURES))
    everything = _features(seen)
    grid = np.array([np.linspace(a - MARGIN_S, b + MARGIN_S, FRAMES) for a, b in spans])
    after = np.clip(np.searchsorted(seen.times, grid), 1, max(1, len(seen.times) - 1))
    before, after = after - 1, np.minimum(after, len(seen.times) - 1)
    step = np.maximum(seen.times[after] - seen.times[before], 1e-6)
    share = np.clip((grid - seen.times[before]) / step, 0, 1)[..., None]
    between = (1 - share) * everything[before] + share * everything[after]
    near = np.where(share < 0.5, everything[before], everything[after])
    found = np.nan_to_num(np.where(np.isfinite(between), between, near))
    length = np.array([b - a for a, b in spans])
    return np.concatenate([found, np.repeat(length[:, None, None], FRAMES, axis=1)], axis=2)


def _features(seen: Signals) -> Floats:
    own = typical(seen.width)
    middle = (seen.points[:, at.SHOULDER_L] + seen.points[:, at.SHOULDER_R]) / 2
    placed = (seen.points[:, POINTS] - middle[:, None]) / own
    visible = np.isfinite(placed[..., 0]).astype(float)
    wrists = placed[:, :2]
    speed = np.zeros((len(placed), 2))
    if len(placed) > 1:
        moved = np.hypot(*np.moveaxis(np.diff(wrists, axis=0), -1, 0))
        speed[1:] = np.nan_to_num(moved / np.diff(seen.times)[:, None])
    mouth = (seen.points[:, at.MOUTH_L] + seen.points[:, at.MOUTH_R]) / 2
    away = np.hypot(*np.moveaxis(wrists - ((mouth - middle) / own)[:, None], -1, 0))
    return np.concatenate([placed[..., 0], placed[..., 1], visible, speed, away], axis=1)


def by_rule(
    found: Floats, limits: tuple[float, int, float, float] = (TOUCHED, TURNS, BOTH, STIRRED)
) -> Floats:
    """Certain of one kind each: at the face, hardly moved, up and down again and again, both hands
    at once, else pointing."""
    touched, turns, both, stirred = limits
    n = len(POINTS)
    down, visible = found[..., n : n + 2], found[..., 2 * n : 2 * n + 2] > 0
    across, away = found[..., :2], found[..., 3 * n + 2 : 3 * n + 4]
    at_face = ((away < 0.6) & visible).any(axis=2).mean(axis=1)
    reach = np.maximum(_range(across, visible), _range(down, visible))
    most, least = reach.max(axis=1), reach.min(axis=1)
    main = np.take_along_axis(down, reach.argmax(axis=1)[:, None, None], axis=2)[..., 0]
    way = np.diff(main, axis=1)
    way = np.where(np.abs(way) > 0.03, np.sign(way), 0)
    turned = np.array([_turns(row) for row in way])
    kind = np.select(
        [at_face > touched, most < stirred, turned > turns, least > both * most], [3, 4, 0, 2], 1
    )
    return np.eye(len(KINDS))[kind]


def _range(values: Floats, visible: Any) -> Floats:
    high = np.where(visible, values, -np.inf).max(axis=1)
    low = np.where(visible, values, np.inf).min(axis=1)
    return np.asarray(np.where(visible.any(axis=1), high - low, 0.0))


def _turns(way: Floats) -> int:
    moving = way[way != 0]
    return int((np.diff(moving) != 0).sum())


def named(seen: Signals, items: list[dict[str, Any]], classify: Classifier) -> list[dict[str, Any]]:
    """The gestures with `what` they are: one of GESTURES, since that they are some was found."""
    likely = classify(stretches(seen, [(item["start"], item["end"]) for item in items]))
    return [{**item, "what": GESTURES[int(row[: len(GESTURES)].argmax())]}
            for item, row in zip(items, likely, strict=True)]  # fmt: skip
