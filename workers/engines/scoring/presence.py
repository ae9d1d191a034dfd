"""What the body did in each sentence, against the talk's own mean, and what that may weigh.

Nobody has labelled moments of talks that were filmed, so no weight here was fitted: they are a
prior, the same for everybody. That gestures belong to what is stressed is known (words said with a
beat of the hand are heard as more prominent: Krahmer & Swerts 2007); looking away and touching
one's face are what coaches point at. Each is kept under a fifth of what a lively voice can weigh
(`melody`: 0.56 a standard deviation), so that the body decides between moments that words and sound
leave nearly alike. All facts are about the talk's own mean: a body that was not
seen, and one that does the same throughout, change nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.engines.scoring.measures import Measurements
from workers.engines.scoring.moments import Track, standardised

WEIGHTS: dict[str, dict[str, float]] = {
    "best": {"gestures": 0.1, "facing": 0.15, "away": -0.1, "touches": -0.1},
    "instructive": {"gestures": 0.0, "facing": -0.15, "away": 0.2, "touches": 0.2},
}
"""Log-odds of a sentence: a standard deviation of the rate of gestures, the whole share of time
that the camera is faced, and whether somebody looks away for 2 s or a hand goes to the face.
Few gestures are a style and no fault."""
BODY = tuple(WEIGHTS["best"])
SERIES = "series.body"


def presence(
    sentences: Sequence[dict[str, Any]], found: Measurements, artifacts: dict[str, str]
) -> dict[str, np.ndarray]:
    """A column a fact of BODY that was measured; 0, the talk's mean, where nothing was seen."""
    columns = {}
    edges = [(float(one["start"]), float(one["end"])) for one in sentences]
    if found.number("body.gestures.per_minute") is not None:
        track = Track(artifacts.get(SERIES), "gesture_energy")
        seen = np.array([len(track.between(*edge)) > 0 for edge in edges], dtype=np.bool_)
        begun = _begun(found.items("body.gestures.items"), edges)
        rates = begun / np.array([max(0.1, end - start) for start, end in edges])
        columns["gestures"] = np.zeros(len(edges))
        columns["gestures"][seen] = standardised(rates[seen].tolist())
    if found.number("body.facing_camera_ratio") is not None:
        track = Track(artifacts.get(SERIES), "facing")
        values = [track.between(*edge) for edge in edges]
        shares = np.array([one.mean() if len(one) else np.nan for one in values])
        if np.isfinite(shares).any():
            columns["facing"] = np.nan_to_num(shares - np.nanmean(shares))
    for name, path in (("away", "body.away"), ("touches", "body.hand_to_face")):
        if found.number(f"{path}.count") is not None:
            happens = np.minimum(1.0, _begun(found.items(f"{path}.items"), edges))
            columns[name] = happens - happens.mean() if len(happens) else happens
    return columns


def _begun(items: list[dict[str, Any]], edges: Sequence[tuple[float, float]]) -> np.ndarray:
    """How many begin in each sentence."""
    times = sorted(float(one["start"]) for one in items if one.get("start") is not None)
    return np.array([bisect_left(times, b) - bisect_left(times, a) for a, b in edges], dtype=float)
