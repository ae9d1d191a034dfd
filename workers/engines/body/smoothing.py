"""One-Euro filter (Casiez et al. 2012): still points lose their jitter, fast ones keep pace."""

from __future__ import annotations

import numpy as np

from workers.engines.timeline import Floats

MIN_CUTOFF_HZ = 0.8
BETA = 3.0
"""Hz of cutoff gained for each unit a second of speed (units: heights of the picture)."""
DERIVATIVE_CUTOFF_HZ = 1.0
GAP_S = 1.0
"""After a gap this long a point starts anew."""


def one_euro(times: Floats, points: Floats) -> Floats:
    """Smooth `points` of shape (frames, ...) sampled at `times` (s); NaN where unseen."""
    smooth = np.full(points.shape, np.nan)
    value = np.full(points.shape[1:], np.nan)
    speed = np.zeros(points.shape[1:])
    last = np.full(points.shape[1:], -np.inf)
    for i, (time, point) in enumerate(zip(times, points, strict=True)):
        seen = np.isfinite(point)
        with np.errstate(invalid="ignore"):
            known = seen & np.isfinite(value) & (time - last <= GAP_S)
        step = np.where(known, np.maximum(time - last, 1e-3), 1.0)
        fresh = np.where(known, (point - np.where(known, value, 0.0)) / step, 0.0)
        weight = _weight(np.full(step.shape, DERIVATIVE_CUTOFF_HZ), step)
        speed = np.where(known, weight * fresh + (1 - weight) * speed, 0.0)
        weight = _weight(MIN_CUTOFF_HZ + BETA * np.abs(speed), step)
        moved = weight * point + (1 - weight) * np.where(known, value, 0.0)
        value = np.where(known, moved, np.where(seen, point, value))
        last = np.where(seen, time, last)
        smooth[i] = np.where(seen, value, np.nan)
    return smooth


def _weight(cutoff_hz: Floats, step: Floats) -> Floats:
    tau = 1.0 / (2 * np.pi * cutoff_hz)
    return 1.0 / (1.0 + tau / step)
