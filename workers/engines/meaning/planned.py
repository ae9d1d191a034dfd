"""A real interview beside its preparation: which planned points were made, and how far it all went
another way.

Points are found by how near in meaning the answer's sentences come. Saying one word for word counts
no more than saying it otherwise, and what is new is no fault. docs/preparation.md has the formula.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from workers.engines.meaning import mentions
from workers.engines.meaning.lexicon import content_stems
from workers.engines.meaning.lines import Line
from workers.engines.meaning.pairing import Plan
from workers.engines.meaning.vectors import Vectors

KEPT, UNCLEAR = 0.5, 0.3
"""Probability from which a point was made, and from which that is left open."""
WEIGHTS = {"kept": 0.7, "order": 0.15, "length": 0.15}
"""Of the deviation's parts; those that cannot be told leave theirs to the others."""
FREE_LENGTH = 1.5
"""Up to this many times longer or shorter than planned is as planned."""
FEW_POINTS, FEW_IN_ALL = 2, 3
"""Planned points under which no deviation is given, for one question and for the whole."""
NEW_WORDS, NEW_STEMS = 6, 4
NEW_LIKE = 0.45
"""Cosine to anything planned under which a sentence says something new."""
MOST_NEW = 6


def _vectors(texts: list[str], vectors: Vectors) -> np.ndarray | None:
    return vectors.matrix(texts) if texts else None


def points_made(points: Sequence[str], lines: list[Line], vectors: Vectors) -> list[dict[str, Any]]:
    """`[{text, state, sure, evidence}]` of each point: `kept`, `unclear` or `missed`, how likely it
    was made (0-1), and the `index` of the sentence that shows it best."""
    if not lines:
        return [{"text": one, "state": "missed", "sure": 0.0, "evidence": None} for one in points]
    made = []
    for text, (values, best) in zip(
        points, mentions.features(list(points), lines, vectors), strict=True
    ):
        sure = mentions.probability(values) if "nearest" in values else values["words"]
        state = "kept" if sure >= KEPT else "unclear" if sure >= UNCLEAR else "missed"
        made.append({"text": text, "state": state, "sure": round(sure, 3),
                     "evidence": lines[best].index if state != "missed" else None})  # fmt: skip
    return made


def new_points(lines: list[Line], plan: Plan, used: set[int], vectors: Vectors) -> list[int]:
    """Indices of sentences that say something the plan and the practice answers did not."""
    told = [line for line in lines if line.index not in used and _says_something(line)]
    known = _vectors([plan.text, *plan.points, *plan.practised], vectors)
    own = _vectors([line.clean for line in told], vectors)
    if own is None or known is None:
        return []
    cosines = (own @ known.T).max(axis=1)
    return [line.index for line, close in zip(told, cosines, strict=True) if close < NEW_LIKE][
        :MOST_NEW
    ]


def _says_something(line: Line) -> bool:
    return len(line.tokens) >= NEW_WORDS and len(content_stems(line.clean)) >= NEW_STEMS


def in_order(made: Sequence[Mapping[str, Any]]) -> float | None:
    """Share of pairs of kept points that came in the planned order; None under two."""
    places = [one["evidence"] for one in made if one["state"] == "kept"]
    pairs = list(combinations(places, 2))
    return sum(a <= b for a, b in pairs) / len(pairs) if pairs else None


def length_off(ratio: float | None) -> float | None:
    """0 up to FREE_LENGTH times longer or shorter, 1 from three times that; logarithmic between."""
    if ratio is None or ratio <= 0:
        return None
    return min(1.0, max(0.0, abs(math.log(ratio)) - math.log(FREE_LENGTH)) / math.log(3))


def kept_share(made: Sequence[Mapping[str, Any]]) -> float | None:
    """An unclear one counts half."""
    worth = {"kept": 1.0, "unclear": 0.5, "missed": 0.0}
    return sum(worth[one["state"]] for one in made) / len(made) if made else None


def deviation(kept: float | None, order: float | None, length: float | None) -> float | None:
    """0-100: 0 went as planned, 100 nothing did. None without planned points.

    100 × Σ weight · part ÷ Σ weight over the parts that can be told: 1 − kept, 1 − order, length.
    """
    if kept is None:
        return None
    parts = {"kept": 1 - kept, "order": None if order is None else 1 - order, "length": length}
    told = {name: value for name, value in parts.items() if value is not None}
    total = sum(WEIGHTS[name] * value for name, value in told.items())
    return round(100 * total / sum(WEIGHTS[name] for name in told), 1)
