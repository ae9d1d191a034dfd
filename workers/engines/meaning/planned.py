"""A real interview beside its preparation: which prepared question was asked, which planned points
were made, and how far it all went another way.

Questions are matched one to one so that the sum of their likeness is greatest (Kuhn 1955), points
by how near in meaning the answer's sentences come. Saying a point word for word counts no more
than saying it otherwise, and what is new is no fault. docs/preparation.md has the formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from workers.engines.meaning import mentions
from workers.engines.meaning.lexicon import content_stems, tokens, without_fillers
from workers.engines.meaning.lines import Line
from workers.engines.meaning.relevance import core
from workers.engines.meaning.vectors import Vectors

LEAST_LIKE = 0.34
"""Likeness from which a question is taken for a prepared one."""
OF_QUESTION = 0.5
"""What the questions' own likeness weighs; the rest is how near the answer is to the plan."""
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
_AFTER_ALL = re.compile(
    r"\b(?:that|it|this|those|they|them|then|there|else|afterwards|next time|differently)\b"
    r"|^(?:and|so|but|why|how come|really)\b[^,]{0,24}$",
    re.IGNORECASE,
)
"""Words that lean on what was said before."""
FOLLOWING_WORDS = 14


@dataclass(frozen=True)
class Plan:
    """A prepared question: its points, what practice answers said, and how long they were."""

    id: str
    text: str
    points: tuple[str, ...] = ()
    practised: tuple[str, ...] = ()
    length_s: float | None = None


@dataclass(frozen=True)
class Match:
    """What an asked question is. `follows`: the place of the asked question it follows up."""

    plan: int | None = None
    likeness: float = 0.0
    follows: int | None = None
    by_learner: bool = False


def match(
    asked: Sequence[str],
    answers: Sequence[Sequence[str]],
    plans: Sequence[Plan],
    vectors: Vectors,
    named: Sequence[str | None] = (),
) -> list[Match]:
    """For each asked question what it is. `named`: what the learner says it is: a plan's id, "" for
    none of them, None where they said nothing."""
    places = {plan.id: n for n, plan in enumerate(plans)}
    said = [*named, *[None] * (len(asked) - len(named))]
    found = [Match() for _ in asked]
    for n, name in enumerate(said):
        if name is not None and (name == "" or name in places):
            found[n] = Match(places.get(name), 1.0, by_learner=True)
    taken = {one.plan for one in found if one.plan is not None}
    rows = [n for n in range(len(asked)) if not found[n].by_learner]
    columns = [n for n in range(len(plans)) if n not in taken]
    if rows and columns:
        table = likeness(asked, answers, plans, vectors)[np.ix_(rows, columns)]
        # a pair below the threshold is worth nothing, so that it costs no other its partner
        worth = np.where(table >= LEAST_LIKE, table, 0.0)
        for row, column in zip(*linear_sum_assignment(-worth), strict=True):
            if worth[row, column] > 0:
                like = round(float(table[row, column]), 3)
                found[rows[row]] = Match(columns[column], like)
    for n in range(1, len(asked)):
        if found[n].plan is None and not found[n].by_learner and _follows_up(asked[n]):
            before = found[n - 1]
            found[n] = Match(follows=n - 1 if before.follows is None else before.follows)
    return found


def _follows_up(question: str) -> bool:
    return len(tokens(question)) <= FOLLOWING_WORDS and bool(_AFTER_ALL.search(question))


def likeness(
    asked: Sequence[str],
    answers: Sequence[Sequence[str]],
    plans: Sequence[Plan],
    vectors: Vectors,
) -> np.ndarray:
    """0-1, a row an asked question: cosine of the questions with or without their frame (*Tell me
    about a time*), and how near the answer comes to what was planned where anything was."""
    own = _vectors([*asked, *(core(text) for text in asked)], vectors)
    known = _vectors([*(one.text for one in plans), *(core(one.text) for one in plans)], vectors)
    if own is None or known is None:
        return _shared(asked, plans)
    rows, columns = len(asked), len(plans)
    cosines = own @ known.T
    table = 0.5 * (
        cosines[:rows, :columns] + np.maximum(cosines[rows:, columns:], cosines[:rows, :columns])
    )
    for column, plan in enumerate(plans):
        wanted = _vectors([*plan.points, *plan.practised], vectors)
        for row, answer in enumerate(answers):
            told = _vectors(list(answer), vectors)
            if wanted is None or told is None:
                continue
            best = (told @ wanted.T).max(axis=0)
            close = float(np.sort(best)[-3:].mean())
            table[row, column] = OF_QUESTION * table[row, column] + (1 - OF_QUESTION) * close
    return np.clip(table, 0.0, 1.0)


def _vectors(texts: list[str], vectors: Vectors) -> np.ndarray | None:
    return vectors.matrix(texts) if texts else None


def _shared(asked: Sequence[str], plans: Sequence[Plan]) -> np.ndarray:
    """Without the model: the share of content words that two questions have in common."""
    table = np.zeros((len(asked), len(plans)))
    for row, text in enumerate(asked):
        own = set(content_stems(text))
        for column, plan in enumerate(plans):
            other = set(content_stems(plan.text))
            table[row, column] = len(own & other) / max(1, min(len(own), len(other)))
    return table


def lines_of(sentences: Sequence[Mapping[str, Any]]) -> list[Line]:
    found = []
    for place, one in enumerate(sentences):
        clean = without_fillers(one["text"])
        if tokens(clean):
            found.append(Line(place, one["text"], one["start"], one["end"], "",
                              tuple(tokens(clean)), clean))  # fmt: skip
    return found


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
