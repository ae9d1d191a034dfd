"""Evaluation runs: keeping them, and the history of each figure as the admin shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from workers.models import EvaluationRun
from workers.training.evaluation import history
from workers.training.evaluation.history import Kept
from workers.training.evaluation.types import Figure, Report

WIDTH, HEIGHT, MARGIN = 120.0, 28.0, 3.0
"""Of a trend, in its own units."""


@dataclass(frozen=True)
class Point:
    """A figure at one kept run."""

    at: datetime
    commit: str
    figure: Figure


@dataclass(frozen=True)
class Trend:
    """One figure of a suite through the kept runs of one part, the oldest first."""

    name: str
    points: list[Point]

    @property
    def latest(self) -> Point:
        return self.points[-1]

    @property
    def marks(self) -> list[tuple[float, float]]:
        """Where its values stand in a drawing of WIDTH by HEIGHT; empty where there are none."""
        return marks([point.figure.value for point in self.points])

    @property
    def line(self) -> str:
        """`points` of an SVG polyline."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.marks)


@dataclass(frozen=True)
class SuiteHistory:
    suite: str
    part: str
    trends: list[Trend]


def keep_run(*, report: Report, commit: str) -> EvaluationRun:
    return EvaluationRun.objects.create(
        suite=report.suite,
        part=report.part,
        engine=report.engine[:200],
        commit=commit,
        figures=[asdict(figure) for figure in report.figures],
    )


def histories() -> list[SuiteHistory]:
    """The kept history of every suite: the held-out part first, whose figures are quoted."""
    return [
        SuiteHistory(suite, part, _trends([run for run in runs if run.part == part]))
        for suite, runs in history.read().items()
        for part in ("heldout", "dev")
        if any(run.part == part for run in runs)
    ]


def figures_of(run: EvaluationRun) -> list[Figure]:
    return [Figure(**figure) for figure in run.figures]


def _trends(runs: Iterable[Kept]) -> list[Trend]:
    """By figure; one that the latest run no longer has is left out."""
    points: dict[str, list[Point]] = {}
    latest: list[str] = []
    for run in runs:
        latest = [figure.name for figure in run.figures]
        for figure in run.figures:
            at = datetime.fromisoformat(run.date)
            points.setdefault(figure.name, []).append(Point(at, run.commit, figure))
    return [Trend(name, points[name]) for name in latest]


def marks(values: Sequence[float | None]) -> list[tuple[float, float]]:
    """(x, y) of the values that there are, spread evenly, the lowest at the bottom."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)
    return [
        (MARGIN + n * step, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * _share(value, low, high))
        for n, value in enumerate(values)
        if value is not None
    ]


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
