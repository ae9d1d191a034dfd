"""A measure over practices as one line, drawn on the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from drills.change import Range

WIDTH, HEIGHT, EDGE = 640.0, 160.0, 14.0


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """`band` is (top, height) of the good range, `drills` where drills were recorded."""

    path: str
    dots: list[Dot]
    band: tuple[float, float] | None
    drills: list[float]


def draw(
    points: Sequence[tuple[datetime, float]], drilled: Sequence[datetime], aim: Range | None
) -> Line | None:
    """Practices side by side in their order, since days without one say nothing; None below two."""
    if len(points) < 2:
        return None
    values = [value for _at, value in points]
    low, high = _scale(values, aim)
    across = (WIDTH - 2 * EDGE) / (len(points) - 1)

    def y(value: float) -> float:
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low), 1)

    dots = [Dot(round(EDGE + across * place, 1), y(value)) for place, value in enumerate(values)]
    path = "M" + "L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)
    return Line(path, dots, _band(aim, low, high, y), _between(points, drilled, across))


def _scale(values: Sequence[float], aim: Range | None) -> tuple[float, float]:
    """From the lowest to the highest of the values and the good range, with some room."""
    found = [*values, *(one for one in aim or () if one is not None)]
    low, high = min(found), max(found)
    room = 0.1 * (high - low) or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _band(
    aim: Range | None, low: float, high: float, y: Callable[[float], float]
) -> tuple[float, float] | None:
    if aim is None:
        return None
    top = y(high if aim[1] is None else aim[1])
    return top, round(y(low if aim[0] is None else aim[0]) - top, 1)


def _between(
    points: Sequence[tuple[datetime, float]], drilled: Sequence[datetime], across: float
) -> list[float]:
    """Where each drill lies: between the practices before and after it, by its time."""
    times = [at for at, _value in points]
    found = []
    for at in drilled:
        later = sum(one <= at for one in times)
        if later == 0:
            continue  # before the first of these practices
        if later == len(times):
            place = float(later - 1)
        else:
            start, end = times[later - 1], times[later]
            place = later - 1 + (at - start) / (end - start) if end > start else later - 1.0
        found.append(round(EDGE + across * place, 1))
    return sorted(set(found))
