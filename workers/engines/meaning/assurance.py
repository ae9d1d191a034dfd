"""The confidence composite: how sure of themselves a speaker sounds, with its parts shown.

Each part is a measured habit that listeners hear as unsure, mapped to 0-1 by two points (our
choice): `good` and beyond is 1, `poor` and beyond is 0, a straight line between. The composite is
the weighted mean over the parts that were measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workers.engines.meaning.lexicon import data, phrase_pattern
from workers.engines.meaning.lines import Line, word_count


@dataclass(frozen=True)
class Habit:
    """A part of the composite: its name, unit, share, and the values worth 1 and 0."""

    name: str
    unit: str
    weight: float
    good: float
    poor: float


HABITS = (
    Habit("hedges", "per 100 words", 0.3, 0.5, 5.0),
    Habit("fillers", "per minute", 0.25, 2.0, 14.0),
    Habit("fillers_in_text", "per 100 words", 0.25, 1.3, 9.3),
    Habit("inside_pauses", "share of pauses", 0.15, 0.3, 0.8),
    Habit("uptalk", "share of statements", 0.15, 0.05, 0.5),
    Habit("weak_words", "per 100 words", 0.15, 1.0, 6.0),
)
"""Fillers count by the minute, or, where the words have no times, among the words: the same bounds
at 150 words a minute."""
LEAST_WEIGHT = 0.5
"""Below this share of the habits measured there is no composite."""


def confidence(lines: list[Line], fluency: dict[str, Any]) -> dict[str, Any]:
    """`{value, parts[{name, value, measured, unit, weight}], missing[name]}`.

    Value is None where less than half of the weight was measured. Text alone has the habits that
    are in the words; those that must be heard are named in `missing`.
    """
    spoken = max(1, word_count(lines))
    fillers = fluency.get("fillers") or {}
    timed = fillers.get("per_minute") is not None
    boundary = (fluency.get("pauses") or {}).get("at_boundary_ratio")
    measured = {
        "hedges": 100 * hedges(lines) / spoken,
        "fillers": fillers.get("per_minute"),
        "fillers_in_text": None if timed else _per_100(fillers.get("count"), spoken),
        "inside_pauses": None if boundary is None else 1 - boundary,
        "uptalk": (fluency.get("uptalk") or {}).get("ratio"),
        "weak_words": _per_100((fluency.get("weak_words") or {}).get("count"), spoken),
    }
    parts: list[dict[str, Any]] = []
    missing: list[str] = []
    total, weight = 0.0, 0.0
    instead = measured["fillers_in_text"] is not None
    for habit in HABITS:
        if habit.name == ("fillers" if instead else "fillers_in_text"):
            continue
        found = measured[habit.name]
        if found is None:
            missing.append(habit.name)
            continue
        value = _between(habit, float(found))
        total, weight = total + habit.weight * value, weight + habit.weight
        parts.append(
            {
                "name": habit.name,
                "value": round(value, 3),
                "measured": round(float(found), 2),
                "unit": habit.unit,
                "weight": habit.weight,
            }
        )
    composite = round(total / weight, 3) if weight >= LEAST_WEIGHT else None
    return {"value": composite, "parts": parts, "missing": missing}


def hedges(lines: list[Line]) -> int:
    """Phrases that take the edge off a statement or its speaker (*maybe*, *I'm no expert*)."""
    pattern = phrase_pattern(tuple(data("lexicon-1")["hedges"]))
    return sum(len(pattern.findall(line.clean)) for line in lines)


def _per_100(count: Any, spoken: int) -> float | None:
    return None if count is None else 100 * float(count) / spoken


def _between(habit: Habit, found: float) -> float:
    return min(1.0, max(0.0, (habit.poor - found) / (habit.poor - habit.good)))
