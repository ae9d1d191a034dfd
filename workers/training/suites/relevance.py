"""Relevance: the question that was answered against others from the same field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from workers.engines.content import ENGINE
from workers.engines.meaning import cross_encoder
from workers.engines.meaning.cross_encoder import CrossEncoder
from workers.engines.meaning.relevance import relevance
from workers.training.evaluation import cases
from workers.training.evaluation.scores import auc
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import read, vectors

BINS = 5


def evaluate(part: Part) -> Report:
    file = cases.path(part, "relevance", "relevance.jsonl", kind="content")
    found = cases.some(cases.records(file), part, 12)
    scored = [(_score(one, one["right"]), [_score(one, q) for q in one["wrong"]]) for one in found]
    right = [score for score, _ in scored]
    wrong = [score for _, others in scored for score in others]
    within = [auc([score], others) for score, others in scored]
    pairs = len(right) + len(wrong)
    note = "" if part == "heldout" else "written beside the rules"
    figures = [
        Figure("auc", auc(right, wrong), target=0.9, n=pairs, note=note),
        Figure("auc.same_answer", sum(within) / len(within), target=0.9, n=len(within),
               note="the right question above each wrong one of the same answer"),
        Figure("calibration.error", _calibration_error(right, wrong), target=0.1, better="lower",
               n=pairs, note="mean distance of probability and truth, both kinds of equal weight"),
        Figure("accuracy", _accuracy(right, wrong), n=pairs, note="at 0.5, both weighing the same"),
    ]  # fmt: skip
    outcomes = [
        Outcome(one["id"], one["right"], round(score, 3), _misled(one, score, others))
        for one, (score, others) in zip(found, scored, strict=True)
    ]
    return Report("relevance", part, ENGINE, figures, outcomes)


def _score(case: dict[str, Any], question: str) -> float:
    found = relevance(question, read(case["answer"]), vectors(), _encoder())
    return 0.0 if found is None else found


@lru_cache
def _encoder() -> CrossEncoder | None:
    return cross_encoder.loaded({}).value


def _misled(case: dict[str, Any], score: float, others: list[float]) -> str:
    above = [q for q, other in zip(case["wrong"], others, strict=True) if other >= score]
    return f"no better than {'; '.join(above)}" if above else ""


def _accuracy(right: list[float], wrong: list[float]) -> float:
    hits = sum(score >= 0.5 for score in right) / len(right)
    return (hits + sum(score < 0.5 for score in wrong) / len(wrong)) / 2


def _calibration_error(right: list[float], wrong: list[float]) -> float:
    """Expected calibration error over bins of equal width, right and wrong of equal weight."""
    total = 0.0
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        inside = [
            (score, truth, 0.5 / len(scores))
            for scores, truth in ((right, 1.0), (wrong, 0.0))
            for score in scores
            if low <= score < high or (high == 1.0 and score == 1.0)
        ]
        total += abs(sum((score - truth) * weight for score, truth, weight in inside))
    return total
