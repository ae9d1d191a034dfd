"""What the body did over the recording: posture, gestures, facing, sway, with the moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from workers.engines.body.geometry import Signals
from workers.engines.body.watch import Track
from workers.engines.timeline import Floats, Mask, merge, rounded, runs
from workers.engines.types import Span

LEAST_SHARE = 0.2
"""Share of frames in which a part must be in view before anything is said about it."""
LEAST_SEEN_S = 2.0
TILTED, LEANING = 10.0, 12.0
STILL_S, STILL_MOUTH, STILL_DEGREES, STILL_HEIGHTS = 3.0, 0.015, 1.5, 0.0005

POSTURE_CURVES: dict[str, tuple[float, tuple[tuple[float, float], ...]]] = {
    "tilt": (0.30, ((0, 100), (3, 100), (6, 80), (12, 40), (20, 0))),
    "lean": (0.25, ((0, 100), (4, 100), (8, 80), (15, 40), (25, 0))),
    "openness": (0.20, ((0, 0), (0.5, 40), (0.8, 85), (0.95, 100))),
    "sway": (0.15, ((0, 100), (0.05, 100), (0.15, 80), (0.4, 40), (1.0, 0))),
    "centring": (0.10, ((0, 0), (0.3, 30), (0.6, 70), (0.85, 100))),
}
"""Weight, and the piecewise linear curve from the measure to 0-100 points."""


def upper_body_known(signals: Signals) -> bool:
    return _known(signals, signals.upper_body)


def hands_known(signals: Signals) -> bool:
    return _known(signals, hands(signals))


def face_known(signals: Signals) -> bool:
    return _known(signals, signals.face)


def hands(signals: Signals) -> Mask:
    """Frames with at least one wrist in view."""
    return np.asarray(np.isfinite(signals.wrists[..., 0]).any(axis=1))


def _known(signals: Signals, seen: Mask) -> bool:
    return (
        bool(seen.any())
        and seen.mean() >= LEAST_SHARE
        and seconds(signals, seen) >= (min(LEAST_SEEN_S, 0.5 * _length(signals)))
    )


def _length(signals: Signals) -> float:
    return float(signals.times[-1] - signals.times[0]) + step(signals) if len(signals.times) else 0


def step(signals: Signals) -> float:
    """Seconds between frames."""
    return float(np.median(np.diff(signals.times))) if len(signals.times) > 1 else 0.2


def seconds(signals: Signals, mask: Mask) -> float:
    return float(mask.sum()) * step(signals)


def median(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def stretches(
    signals: Signals, mask: Mask, *, least_s: float, gap_s: float = 0.5, **more: Any
) -> list[dict[str, Any]]:
    """Items {start, end, ...} where `mask` holds for `least_s`, gaps up to `gap_s` aside."""
    frame = step(signals)
    spans = [
        Span(start=float(signals.times[a]), end=float(signals.times[b - 1]) + frame)
        for a, b in runs(mask)
    ]
    return [
        {"start": rounded(span["start"]), "end": rounded(span["end"]), **more}
        for span in merge(spans, gap_s)
        if span["end"] - span["start"] >= least_s - 1e-6
    ]


def sway(signals: Signals) -> float | None:
    """SD in shoulder widths of the shoulders' sideways place about its own mean over 10 s.

    Walking to another place is no sway; rocking from foot to foot is.
    """
    known = np.isfinite(signals.middle)
    if seconds(signals, known) < LEAST_SEEN_S:
        return None
    times, places = signals.times[known], signals.middle[known]
    low = np.searchsorted(times, times - 5.0)
    high = np.searchsorted(times, times + 5.0)
    sums = np.concatenate(([0.0], np.cumsum(places)))
    return float(np.std(places - (sums[high] - sums[low]) / (high - low)))


def posture(signals: Signals) -> dict[str, Any]:
    """`score` 0-100 by `POSTURE_CURVES`, its parts, and the stretches tilted or leaning for 3 s."""
    parts = {
        "tilt": median(signals.tilt),
        "lean": median(signals.lean),
        "openness": mean(signals.openness),
        "sway": sway(signals),
        "centring": median(signals.centring),
    }
    with np.errstate(invalid="ignore"):
        tilted, leaning = signals.tilt > TILTED, signals.lean > LEANING
    items = stretches(signals, tilted, least_s=3.0, kind="tilt") + stretches(
        signals, leaning, least_s=3.0, kind="lean"
    )
    return {
        "score": rounded(posture_score(parts), 1),
        "shoulder_tilt_degrees": rounded(parts["tilt"], 1),
        "lean_degrees": rounded(parts["lean"], 1),
        "openness": rounded(parts["openness"]),
        "centring": rounded(parts["centring"]),
        "items": sorted(items, key=lambda item: item["start"]),
    }


def posture_score(parts: dict[str, float | None]) -> float | None:
    """Weighted mean of the curves over the parts that are known; None without tilt."""
    if parts["tilt"] is None:
        return None
    points, weights = 0.0, 0.0
    for name, (weight, curve) in POSTURE_CURVES.items():
        value = parts[name]
        if value is not None:
            xs, ys = zip(*curve, strict=True)
            points, weights = points + weight * float(np.interp(value, xs, ys)), weights + weight
    return min(100.0, points / weights)


def hand_to_face(signals: Signals) -> dict[str, Any]:
    """Times a hand was at the face for 0.6 s or longer; `per_minute` of visible upper body."""
    items = stretches(signals, signals.hand_at_face == 1, least_s=0.6, gap_s=0.5)
    seen = seconds(signals, signals.upper_body)
    return {
        "count": len(items),
        "per_minute": rounded(len(items) / seen * 60, 2) if seen else None,
        "items": items,
    }


def turned_away(signals: Signals) -> dict[str, Any]:
    """Times the head pointed away from the camera for 2 s or longer."""
    items = stretches(signals, signals.facing == 0, least_s=2.0, gap_s=0.3)
    return {"count": len(items), "items": items}


def still_picture(track: Track) -> bool:
    """For 3 s or longer neither face nor head does anything but jitter; without a face, no point
    of the body moves at all. Who lives, breathes, blinks and shifts."""
    if len(track.times) < 2 or track.times[-1] - track.times[0] < STILL_S:
        return False
    faces = np.isfinite(track.head[:, 0])
    if faces.sum() * 2 > len(faces):
        width, opening, _ = np.nanstd(track.face_parts, axis=0)
        turned = np.nanstd(track.head[:, :2], axis=0).max()
        return bool(width < STILL_MOUTH and opening < STILL_MOUTH and turned < STILL_DEGREES)
    moved = np.abs(np.diff(track.pose[..., :2], axis=0)).max(axis=(1, 2))
    known = moved[np.isfinite(moved)]
    return len(known) > 0 and float(np.percentile(known, 95)) < STILL_HEIGHTS


def people(counts: Floats) -> int:
    """Most faces seen at once in at least a tenth of the looks."""
    known = counts[np.isfinite(counts)]
    return round(float(np.percentile(known, 90, method="lower"))) if len(known) else 0
