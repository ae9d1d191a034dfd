"""Which prepared question an asked one was, or whether it follows up the one before, or is new.

Each asked question has as options every prepared question, following up, and neither. A softmax
over them reads three facts of a pair (how near the questions are, how near the answer comes to what
was planned, whether the answer answers the prepared question) and six of following up. What is
chosen together is the most likely with no prepared question used twice (Kuhn 1955).
workers/training/fit_interview.py fits it; docs/models.md is the model's card.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from workers.engines.meaning import relevance
from workers.engines.meaning.asked import without_opener
from workers.engines.meaning.lexicon import content_stems, data, tokens
from workers.engines.meaning.lines import Line, lines_of
from workers.engines.meaning.relevance import core
from workers.engines.meaning.vectors import Vectors

PAIR = ("bias", "question", "near", "relevance", "unplanned", "unplanned_question")
"""Facts of an asked and a prepared question; the last two where nothing was planned for it."""
FOLLOWING = ("bias", "question", "answer", "leans", "joins", "length", "words")
"""Facts of a question beside the one before it and its answer."""
NEAREST = 2
"""Points that an answer comes nearest to, by which it is near to what was planned."""
SHARED = 0.34
"""Without the model: share of content words from which a question is taken for a prepared one."""
FOLLOWING_WORDS = 14
_LEANS = re.compile(
    r"\b(?:that|it|this|those|these|they|them|then|there|one|he|she|his|her|him|their|same|again"
    r"|else|afterwards|instead|differently|next time|two of you)\b",
    re.IGNORECASE,
)
"""Words that lean on what was said before."""
_JOINS = re.compile(r"^(?:and|but|so|or|then|why not|how so|really)\b", re.IGNORECASE)


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
    """How likely it is that prepared question, 0-1."""
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
    scores = options(asked, answers, plans, vectors)
    if rows and columns:
        # what is less likely than no prepared question is worth nothing and costs no other
        worth = np.maximum(scores[np.ix_(rows, columns)] - scores[rows, -2:].max(1)[:, None], 0.0)
        for row, column in zip(*linear_sum_assignment(-worth), strict=True):
            if worth[row, column] > 0:
                place = rows[row]
                found[place] = Match(columns[column], _chance(scores[place], columns[column]))
    for n in range(1, len(asked)):
        follows = scores[n, -2] > scores[n, -1]
        if follows and found[n].plan is None and not found[n].by_learner:
            before = found[n - 1]
            found[n] = Match(follows=n - 1 if before.follows is None else before.follows)
    return found


def _chance(scores: np.ndarray, option: int) -> float:
    odds = np.exp(scores - scores.max())
    return round(float(odds[option] / odds.sum()), 3)


def options(
    asked: Sequence[str],
    answers: Sequence[Sequence[str]],
    plans: Sequence[Plan],
    vectors: Vectors,
) -> np.ndarray:
    """Log-odds against not prepared, a row an asked question: each prepared question, following up,
    and neither (0)."""
    table = np.zeros((len(asked), len(plans) + 2))
    if not asked:
        return table
    pairs = pair_features(asked, answers, plans, vectors)
    if pairs is None:
        table[:, : len(plans)] = _shared(asked, plans) - SHARED
        table[1:, -2] = [0.1 if _follows_up(text) else -0.1 for text in asked[1:]]
        return table
    weights = data("interview-1")["matching"]
    table[:, : len(plans)] = pairs @ np.array([weights["prepared"][name] for name in PAIR])
    following = follow_features(asked, answers, vectors)
    table[:, -2] = following @ np.array([weights["follow_up"][name] for name in FOLLOWING])
    return table


def pair_features(
    asked: Sequence[str],
    answers: Sequence[Sequence[str]],
    plans: Sequence[Plan],
    vectors: Vectors,
) -> np.ndarray | None:
    """PAIR of each asked and each prepared question; None without the embedding model."""
    told = [_lines(answer) for answer in answers]
    wanted = [list(plan.points or plan.practised) for plan in plans]
    vectors.learn([*(line.clean for one in told for line in one), *(t for w in wanted for t in w)])
    if not vectors.available:
        return None
    close = _questions_close(asked, [plan.text for plan in plans], vectors)
    table = np.zeros((len(asked), len(plans), len(PAIR)))
    for row, lines in enumerate(told):
        for column, plan in enumerate(plans):
            near = _near(lines, wanted[column], vectors)
            pair = relevance.pair(plan.text, lines, vectors)
            fits = 0.0 if pair is None else relevance.model().log_odds(pair)
            planned = bool(wanted[column])
            like = close[row, column]
            table[row, column] = (1.0, like, near, fits, not planned, 0.0 if planned else like)
    return table


def _lines(sentences: Sequence[str]) -> list[Line]:
    return lines_of([{"text": text, "start": None, "end": None} for text in sentences])


def _questions_close(asked: Sequence[str], known: Sequence[str], vectors: Vectors) -> np.ndarray:
    """Greatest cosine of each two, with or without *So* and *Tell me about a time*."""
    bare = [without_opener(text) for text in asked]
    hearts = [core(text) for text in bare]
    pairs = ((asked, known), (bare, known), (hearts, known), (hearts, [core(t) for t in known]))
    return np.max([_cosines(list(a), list(b), vectors) for a, b in pairs], axis=0)


def _cosines(one: list[str], other: list[str], vectors: Vectors) -> np.ndarray:
    rows, columns = vectors.matrix(one), vectors.matrix(other)
    if rows is None or columns is None:
        return np.zeros((len(one), len(other)))
    return np.asarray(rows @ columns.T)


def _near(lines: list[Line], wanted: list[str], vectors: Vectors) -> float:
    """Mean cosine of the points that the answer comes nearest to and its nearest sentences."""
    if not lines or not wanted:
        return 0.0
    best = _cosines([line.clean for line in lines], wanted, vectors).max(axis=0)
    return float(np.sort(best)[-NEAREST:].mean())


def follow_features(
    asked: Sequence[str], answers: Sequence[Sequence[str]], vectors: Vectors
) -> np.ndarray:
    """FOLLOWING of each question; nothing for the first, which follows none."""
    table = np.zeros((len(asked), len(FOLLOWING)))
    for n in range(1, len(asked)):
        bare, before = without_opener(asked[n]), without_opener(asked[n - 1])
        own, last = _lines(answers[n]), _lines(answers[n - 1])
        close = _cosines([one.clean for one in own], [one.clean for one in last], vectors)
        stems = set(content_stems(bare))
        known = set(content_stems(" ".join([asked[n - 1], *answers[n - 1]])))
        table[n] = (
            1.0,
            _cosines([bare], [before], vectors)[0, 0],
            close.max(initial=0.0),
            min(2, len(_LEANS.findall(bare))),
            bool(_JOINS.match(asked[n])),
            math.log(len(tokens(bare)) + 1),
            len(stems & known) / max(1, len(stems)),
        )
    return table


def _follows_up(question: str) -> bool:
    short = len(tokens(question)) <= FOLLOWING_WORDS
    return short and bool(_LEANS.search(question) or _JOINS.match(question))


def _shared(asked: Sequence[str], plans: Sequence[Plan]) -> np.ndarray:
    """Without the model: the share of content words that two questions have in common."""
    table = np.zeros((len(asked), len(plans)))
    for row, text in enumerate(asked):
        own = set(content_stems(text))
        for column, plan in enumerate(plans):
            other = set(content_stems(plan.text))
            table[row, column] = len(own & other) / max(1, min(len(own), len(other)))
    return table
