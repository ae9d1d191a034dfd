"""What the face does: smiles, raised brows, liveliness, each against the speaker's own calm face.

Faces differ more from each other than a smile differs from none, so nothing here is compared with
other people, and nothing is taken for a feeling.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from workers.engines.body.watch import Track
from workers.engines.timeline import Floats, Mask, rounded, runs

SMILE_WIDER = 1.12
"""Width of the mouth over the calm one, on average over a second: talking widens it for less."""
BROWS_HIGHER = 1.2
LEAST_RAISE_S, MOST_RAISE_S = 0.4, 5.0
LEAST_S = 5.0


def expression(track: Track) -> dict[str, Any]:
    """`smile_ratio` (0-1 of the time the face is seen), `brow_raises_per_minute`, `liveliness`
    (mean coefficient of variation of mouth width and brow height) and the moments as `items`
    {start, end, kind: smile | brow_raise}; all None where the face is seen for less than 5 s."""
    width, _, brows = track.face_parts.T
    frame = float(np.median(np.diff(track.times))) if len(track.times) > 1 else 0.2
    known = np.isfinite(width)
    seen = float(known.sum()) * frame
    if seen < LEAST_S:
        return {"smile_ratio": None, "brow_raises_per_minute": None, "liveliness": None,
                "items": []}  # fmt: skip
    second = max(1, round(1.0 / frame))
    calm = float(np.nanpercentile(width, 25))
    smiling = _averaged(width, second) >= SMILE_WIDER * calm
    raised = np.nan_to_num(brows) >= BROWS_HIGHER * float(np.nanmedian(brows))
    smiles = _spans(track.times, smiling & known, frame, second * frame, np.inf)
    raises = _spans(track.times, raised, frame, LEAST_RAISE_S, MOST_RAISE_S)
    items = [{"start": a, "end": b, "kind": "smile"} for a, b in smiles]
    items += [{"start": a, "end": b, "kind": "brow_raise"} for a, b in raises]
    varied = [np.nanstd(part) / np.nanmean(part) for part in (width, brows)]
    return {
        "smile_ratio": rounded(float((smiling & known).sum() / known.sum())),
        "brow_raises_per_minute": rounded(60 * len(raises) / seen, 2),
        "liveliness": rounded(float(np.mean(varied))),
        "items": sorted(items, key=lambda item: item["start"]),
    }


def _averaged(values: Floats, width: int) -> Floats:
    """Mean over `width` frames about each, of those that are known; NaN where none is."""
    known = np.isfinite(values)
    box = np.ones(width)
    total = np.convolve(np.where(known, values, 0.0), box, mode="same")
    count = np.convolve(known.astype(float), box, mode="same")
    return np.asarray(total / np.where(count > 0, count, np.nan))


def _spans(
    times: Floats, mask: Mask, frame: float, least: float, most: float
) -> list[tuple[float | None, float | None]]:
    found = ((float(times[a]), float(times[b - 1]) + frame) for a, b in runs(mask))
    return [(rounded(a), rounded(b)) for a, b in found if least - 1e-6 <= b - a <= most]
