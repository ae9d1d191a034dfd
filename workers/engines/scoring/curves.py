"""The published curves (data/curves-2.json), typed, and what they make of a number."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from workers.engines.types import SKILLS, Scenario, Skill

GOOD = 80.0
"""Score from which a measure is good: praised, and inside its target."""
_DATA = Path(__file__).resolve().parents[1] / "data" / "curves-2.json"


@dataclass(frozen=True)
class Point:
    """A knot of a curve: `y` (0-100) at `x` (the measure's unit), and where that comes from."""

    x: float
    y: float
    source: str


@dataclass(frozen=True)
class Band:
    """Plain words for the values under `below` (None: for all above the other bands)."""

    below: float | None
    code: str
    words: str


@dataclass(frozen=True)
class Measure:
    """A number a curve reads. `says` is a sentence's core, with {value} or {percent}."""

    path: str
    label: str
    unit: str
    says: str
    bands: tuple[Band, ...]

    def band(self, value: float) -> Band:
        return next(band for band in self.bands if band.below is None or value < band.below)

    def sentence(self, value: float) -> str:
        """*142 words a minute: comfortable*."""
        said = spoken(self.says.format(value=value, percent=100 * value))
        return f"{said[0].upper()}{said[1:]}: {self.band(value).words}"


def spoken(sentence: str) -> str:
    """*0.0 fillers a minute* as a person says it: *no fillers*; *1 pauses*: *1 pause*."""
    sentence = _NONE_OF.sub("none of", sentence)
    sentence = _NO_RATE.sub(r"no \1", sentence)
    sentence = _ONE.sub(r"1 \1", sentence)
    return _ZERO.sub("no ", sentence)


_NONE_OF = re.compile(r"(?<![\d.])0(?:\.0)?% of")
_NO_RATE = re.compile(r"(?<![\d.])0(?:\.0)? ((?:[a-z]+ ){0,6}?[a-z]+) (?:a minute|in 100 words)")
_ONE = re.compile(r"(?<![\d.])1 ([a-z]+)s(?= a minute)")
_ZERO = re.compile(r"(?<![\d.])(?<!by )(?<!at )0(?:\.0)? (?=[a-z])")


@dataclass(frozen=True)
class Curve:
    """A piecewise linear map from a measure to 0-100."""

    name: str
    measure: Measure
    points: tuple[Point, ...]

    def score(self, value: float) -> float:
        """0-100; flat beyond the first and the last point."""
        first = self.points[0]
        if value <= first.x:
            return first.y
        for left, right in pairwise(self.points):
            if value <= right.x:
                share = (value - left.x) / (right.x - left.x)
                return left.y + share * (right.y - left.y)
        return self.points[-1].y

    def best(self) -> tuple[float, float]:
        """The range of values that scores highest."""
        top = max(point.y for point in self.points)
        tops = [point.x for point in self.points if point.y == top]
        return tops[0], tops[-1]

    def target(self) -> tuple[float | None, float | None]:
        """The range about the best that scores GOOD or more; None where it has no end."""
        first, last = self.points[0], self.points[-1]
        low, high = self.best()
        return (
            None if first.y >= GOOD else self._crossing(low, -1),
            None if last.y >= GOOD else self._crossing(high, 1),
        )

    def _crossing(self, best: float, way: int) -> float:
        """Where the curve falls below GOOD, going down (-1) or up (1) from the best value."""
        beyond = [point for point in self.points[::way] if (point.x - best) * way >= 0]
        for near, far in pairwise(beyond):
            if far.y < GOOD:
                share = (near.y - GOOD) / (near.y - far.y)
                return near.x + share * (far.x - near.x)
        return beyond[-1].x


@dataclass(frozen=True)
class Component:
    """A curve's share in a skill."""

    curve: Curve
    weight: float


@dataclass(frozen=True)
class ScenarioCurves:
    """Everything that scores one kind of talk; the skills' weights sum to 1."""

    version: str
    weights: dict[Skill, float]
    skills: dict[Skill, tuple[Component, ...]]


@lru_cache
def curves(scenario: Scenario) -> ScenarioCurves:
    """The published curves of a scenario."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    measures = {
        path: Measure(
            path,
            found["label"],
            found["unit"],
            found["says"],
            tuple(Band(*band) for band in found["bands"]),
        )
        for path, found in data["measures"].items()
    }
    named = {
        name: Curve(
            name, measures[found["measure"]], tuple(Point(**point) for point in found["points"])
        )
        for name, found in data["curves"].items()
    }
    found = data["scenarios"][scenario]
    total = sum(found["weights"].values())
    return ScenarioCurves(
        version=data["version"],
        weights={skill: found["weights"][skill] / total for skill in SKILLS},
        skills={
            skill: tuple(
                Component(named[part["curve"]], part["weight"]) for part in found["skills"][skill]
            )
            for skill in SKILLS
        },
    )


def sources() -> dict[str, str]:
    """Each source's citation by its key."""
    found: dict[str, str] = json.loads(_DATA.read_text(encoding="utf-8"))["sources"]
    return found
