"""What answers to earlier recommendations say of the next: one factor a skill and kind.

Two beta-binomial estimates, each against its own prior mean, so that nothing known gives 1:

- *welcome*: how readily such things are taken on, Beta(3, 1) and the answers so far. What was put
  off counts as neither.
- *helped*: how often, of those taken on, the measure stood at least HELPED points (0-100) higher in
  a later practice of the same kind, Beta(1, 1).

An answer's weight halves every HALF_LIFE, and the factor stays within FLOOR and CEILING: what
somebody turned down last winter is proposed again, and no skill is ever left out for good.
Dismissing can only lower a factor and accepting only raise it (a property test holds both).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HELPED = 5.0
"""Points by which a measure has to rise to be called better (our choice; see docs/scores.md for how
much a score moves by itself)."""
HALF_LIFE = timedelta(days=60)
FLOOR, CEILING = 0.5, 2.0
_WELCOME, _UNWELCOME = 3.0, 1.0
_HELPED, _NOT_HELPED = 1.0, 1.0


@dataclass(frozen=True)
class Answer:
    """How one recommendation was answered. `gained`: points since, None while nobody knows."""

    skill: str
    kind: str
    accepted: bool
    at: datetime
    gained: float | None = None


Cell = tuple[str, str]
"""(skill, kind)."""


def factors(answers: Iterable[Answer], at: datetime) -> Mapping[Cell, float]:
    """By (skill, kind), FLOOR to CEILING; 1 where nothing is known."""
    cells: dict[Cell, list[Answer]] = defaultdict(list)
    for one in answers:
        cells[one.skill, one.kind].append(one)
    known = {cell: _factor(some, at) for cell, some in cells.items()}
    return defaultdict(lambda: 1.0, known)


def _factor(answers: Iterable[Answer], at: datetime) -> float:
    yes = no = helped = not_helped = 0.0
    for one in answers:
        weight = 0.5 ** (max(at - one.at, timedelta()) / HALF_LIFE)
        if not one.accepted:
            no += weight
            continue
        yes += weight
        if one.gained is not None and one.gained >= HELPED:
            helped += weight
        elif one.gained is not None:
            not_helped += weight
    welcome = _against(_WELCOME, _UNWELCOME, yes, no)
    good = _against(_HELPED, _NOT_HELPED, helped, not_helped)
    return min(CEILING, max(FLOOR, welcome * good))


def _against(a: float, b: float, yes: float, no: float) -> float:
    """The posterior mean of Beta(a, b) over the prior's."""
    return (a + yes) / (a + b + yes + no) * (a + b) / a
