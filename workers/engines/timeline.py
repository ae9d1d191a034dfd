"""Spans, masks and evenly sampled series on the recording's one clock."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.types import ArtifactFile, Series, Span

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
MAX_POINTS = 2000
"""Most points of a series for the page."""


def total(spans: Iterable[Span]) -> float:
    """Seconds covered by spans that do not overlap."""
    return sum(max(0.0, span["end"] - span["start"]) for span in spans)


def merge(spans: Iterable[Span], gap: float = 0.0) -> list[Span]:
    """Sorted spans, joined where less than or exactly `gap` seconds lie between them."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span["start"]):
        if merged and span["start"] <= merged[-1]["end"] + gap:
            merged[-1]["end"] = max(merged[-1]["end"], span["end"])
        else:
            merged.append({"start": span["start"], "end": span["end"]})
    return merged


def subtract(span: Span, holes: Iterable[Span]) -> list[Span]:
    """What is left of `span` without `holes`."""
    left, start = [], span["start"]
    for hole in merge(holes):
        if hole["end"] <= start or hole["start"] >= span["end"]:
            continue
        if hole["start"] > start:
            left.append(Span(start=start, end=hole["start"]))
        start = max(start, hole["end"])
    if start < span["end"]:
        left.append(Span(start=start, end=span["end"]))
    return left


def overlap(span: Span, other: Span) -> float:
    return max(0.0, min(span["end"], other["end"]) - max(span["start"], other["start"]))


def inside(times: Floats, spans: Iterable[Span]) -> Mask:
    """Which of the sorted `times` (s) lie within a span."""
    mask = np.zeros(len(times), dtype=np.bool_)
    for span in spans:
        low, high = np.searchsorted(times, (span["start"], span["end"]))
        mask[low:high] = True
    return mask


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Index ranges [first, end) in which `mask` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def spans_of(mask: Mask, start: float, step: float) -> list[Span]:
    """`mask` sampled at the middle of cells of `step` seconds from `start`, as spans."""
    return [Span(start=start + a * step, end=start + b * step) for a, b in runs(mask)]


def rounded(value: float | None, digits: int = 3) -> float | None:
    """`value` for the document: no NaN, no noise in the far digits."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits)


def series(
    values: Floats, *, start: float, step: float, unit: str, digits: int = 2, least: float = 0.25
) -> Series:
    """`values` (NaN: nothing there) as a series of at most `MAX_POINTS` means.

    A point is NaN, null in JSON, unless at least the share `least` of its cell holds a value.
    """
    factor = max(1, math.ceil(len(values) / MAX_POINTS))
    padded = np.full(math.ceil(len(values) / factor) * factor, np.nan)
    padded[: len(values)] = values
    cells = padded.reshape(-1, factor)
    held = np.isfinite(cells).sum(axis=1)
    sums = np.where(np.isfinite(cells), cells, 0.0).sum(axis=1)
    means = np.where(held >= max(1, least * factor), sums / np.maximum(held, 1), np.nan)
    return {
        "start": round(start + (factor - 1) * step / 2, 4),
        "step": round(step * factor, 4),
        "unit": unit,
        "values": [rounded(value, digits) for value in means.tolist()],
    }


def keep_json(kind: str, content: Any, workdir: str) -> ArtifactFile:
    """Write `content` into the workdir as the artifact `kind`."""
    path = Path(workdir) / f"{kind}.json"
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
    return {"kind": kind, "path": str(path), "content_type": "application/json"}


def keep_arrays(kind: str, workdir: str, **arrays: npt.ArrayLike) -> ArtifactFile:
    """Write arrays into the workdir as one compressed NumPy archive."""
    path = Path(workdir) / f"{kind}.npz"
    named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    np.savez_compressed(path, **named)
    return {"kind": kind, "path": str(path), "content_type": "application/x-npz"}
