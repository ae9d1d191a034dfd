"""The workspace's timeline: series and events of a run as shapes on one time axis.

Everything is drawn on the server in a viewBox that is WIDTH wide, so the page needs no chart
library, works without JavaScript, and the printed report shows the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

from workers.engines.types import Series

WIDTH = 1000
LANE_HEIGHT = 44
MIN_MARK_WIDTH = 1.5
_TICK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True)
class Lane:
    """One measured series: `paths` are SVG path data, one for each unbroken stretch."""

    key: str
    label: str
    unit: str
    skill: str
    paths: list[str]
    low: float
    high: float
    rows: list[tuple[float, float | None]]
    """(time, value) at up to 60 moments: the table behind the chart."""


@dataclass(frozen=True)
class Mark:
    """A moment on the axis; x and width in viewBox units."""

    kind: str
    label: str
    start: float
    end: float
    x: float
    width: float
    number: int = 0
    """Of a moment worth hearing again: its place in their list. Of a slide: its own."""

    @property
    def percent(self) -> float:
        return self.x / WIDTH * 100

    @property
    def width_percent(self) -> float:
        return self.width / WIDTH * 100

    @property
    def has_room(self) -> bool:
        """For its number, on a phone too."""
        return self.width >= WIDTH / 25


@dataclass(frozen=True)
class Tick:
    x: float
    seconds: float

    @property
    def percent(self) -> float:
        return self.x / WIDTH * 100


def lane(
    key: str, label: str, skill: str, series: Series, duration_s: float, *, scale: float = 1.0
) -> Lane | None:
    """A lane from a series, or None where fewer than two points were measured.

    The vertical range is the 2nd to the 98th percentile, so that one outlier does not flatten
    the rest; what lies beyond touches the edge.
    """
    values = [None if v is None else v * scale for v in series["values"]]
    measured = sorted(v for v in values if v is not None)
    if len(measured) < 2 or duration_s <= 0:
        return None
    low, high = _percentile(measured, 0.02), _percentile(measured, 0.98)
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    points = [
        (series["start"] + index * series["step"], value) for index, value in enumerate(values)
    ]
    every = ceil(len(points) / 60)
    return Lane(
        key=key,
        label=label,
        unit=series["unit"],
        skill=skill,
        paths=[_path(run, duration_s, low, high) for run in _unbroken(points)],
        low=low,
        high=high,
        rows=points[::every],
    )


def marks(
    items: Iterable[dict[str, Any]], kind: str, duration_s: float, *, label: str = ""
) -> list[Mark]:
    """Marks for items with `start` and `end`; `label` falls back to the item's text."""
    return [
        Mark(
            kind=kind,
            label=label or str(item.get("text") or item.get("kind") or kind),
            start=item["start"],
            end=item["end"],
            x=round(item["start"] / duration_s * WIDTH, 2),
            width=round(max((item["end"] - item["start"]) / duration_s * WIDTH, MIN_MARK_WIDTH), 2),
        )
        for item in items
        if item.get("start") is not None and duration_s > 0
    ]


def ticks(duration_s: float, most: int = 10) -> list[Tick]:
    """Round times along the axis, at most `most` of them."""
    if duration_s <= 0:
        return []
    step = next((s for s in _TICK_STEPS if duration_s / s <= most), 10 ** ceil(log10(duration_s)))
    return [
        Tick(x=round(n * step / duration_s * WIDTH, 2), seconds=n * step)
        for n in range(int(duration_s // step) + 1)
    ]


def waveform_path(peaks: Sequence[Sequence[float]], height: float = LANE_HEIGHT) -> str:
    """One closed SVG path around [min, max] peaks in -1..1."""
    if not peaks:
        return ""
    loudest = max(max(abs(low), abs(high)) for low, high in peaks) or 1.0
    step = WIDTH / max(len(peaks) - 1, 1)
    middle = height / 2

    def point(index: int, value: float) -> str:
        return f"{index * step:.1f} {middle - value / loudest * middle:.1f}"

    top = [point(index, high) for index, (_, high) in enumerate(peaks)]
    bottom = [point(index, low) for index, (low, _) in reversed(list(enumerate(peaks)))]
    return "M" + "L".join([*top, *bottom]) + "Z"


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))]


def _unbroken(
    points: list[tuple[float, float | None]],
) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for moment, value in points:
        if value is not None:
            run.append((moment, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _path(run: list[tuple[float, float]], duration_s: float, low: float, high: float) -> str:
    def point(moment: float, value: float) -> str:
        share = min(max((value - low) / (high - low), 0), 1)
        return f"{moment / duration_s * WIDTH:.1f} {(1 - share) * (LANE_HEIGHT - 4) + 2:.1f}"

    first = point(*run[0])
    # a lone point is still seen: round caps draw a zero-length line as a dot
    return "M" + "L".join([first, *(point(*p) for p in run[1:])] if len(run) > 1 else [first] * 2)
