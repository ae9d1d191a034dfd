"""Fit which sentences of an interview ask, and which prepared question an asked one was.

    python -m workers.training.fit_interview MODELS_DIR

Learns from the development interviews and writes workers/engines/data/interview-1.json; then says
how the suite prep_actual comes out where each interview is read with weights fitted to the others.
A minute on one core, the same file each time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from workers.engines.meaning import pairing
from workers.engines.meaning.asked import questions, signs
from workers.engines.meaning.lexicon import DATA, data
from workers.engines.meaning.vectors import Vectors
from workers.training.suites import answers, prep_actual
from workers.training.suites.prep_actual import MODES, Case

C, HELD = 0.5, 0.3
"""How little the weights of questions, and how much those of matching, are held back."""
FILE = DATA / "interview-1.json"
SIGNS = (
    "bias", "form", "prompt", "own_question", "me", "you", "reported", "near",
)  # fmt: skip
TURNS = ("turn", "answered")
"""Signs beside these where speakers are told apart."""


@dataclass(frozen=True)
class Interview:
    """What is learned from one: for each reading the signs of its sentences and whether they ask,
    and for each way of preparing the options of its questions and which is right."""

    asking: dict[str, tuple[np.ndarray, np.ndarray]]
    pairing: list[tuple[np.ndarray, np.ndarray]]


def read(case: Case, after: Case) -> Interview:
    plans = prep_actual.prepared(case, after)
    asking = {mode: _asking(case, mode, [one.text for one in plans]) for mode in MODES}
    bare = [replace(plan, points=()) for plan in plans]
    return Interview(asking, [_options(case, plans), _options(case, bare)])


def _asking(case: Case, mode: str, prepared: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    several = mode == "several"
    said = prep_actual.said(case, mode)
    found = signs(said, "learner" if several else None, prepared, answers.vectors())
    names = SIGNS + TURNS if several else SIGNS
    rows = [[own.get(name, 0.0) for name in names] for own in found]
    may = [not several or one["who"] == "interviewer" for one in case["said"]]
    asks = np.array([bool(one.get("asks")) for one in case["said"]])[may]
    table = np.array(rows)[may]
    far = table * (np.array(names) != "near")  # as it is where the embedding model is missing
    return np.vstack([table, far]), np.concatenate([asks, asks])


def _options(case: Case, plans: Sequence[pairing.Plan]) -> tuple[np.ndarray, np.ndarray]:
    """A row a question, in it a row of features an option: each plan, a follow-up, none."""
    true = questions(prep_actual.true_roles(case))
    asked, told = prep_actual.texts(case, true)
    pairs = pairing.pair_features(asked, told, plans, answers.vectors())
    if pairs is None:
        sys.exit("the embedding model is not installed")
    follow = pairing.follow_features(asked, told, answers.vectors())
    own, other = len(pairing.PAIR), len(pairing.FOLLOWING)
    table = np.zeros((len(asked), len(plans) + 2, own + other))
    table[:, :-2, :own] = pairs
    table[:, -2, own:] = follow
    names = [*(plan.id for plan in plans), "follow_up", "none"]
    return table, np.array([names.index(prep_actual.wanted(case, one)) for one in true])


def fit(found: Sequence[Interview]) -> dict[str, Any]:
    apart = [one.asking["several"] for one in found]
    alone = [one.asking[mode] for one in found for mode in MODES if mode != "several"]
    weights = _softmax([part for one in found for part in one.pairing])
    own = len(pairing.PAIR)
    return {
        "questions": {"apart": _logistic(apart, SIGNS + TURNS), "alone": _logistic(alone, SIGNS)},
        "matching": {
            "prepared": _named(pairing.PAIR, weights[:own]),
            "follow_up": _named(pairing.FOLLOWING, weights[own:]),
        },
    }


def _named(names: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(one), 4) for name, one in zip(names, weights, strict=True)}


def _logistic(
    parts: Sequence[tuple[np.ndarray, np.ndarray]], names: Sequence[str]
) -> dict[str, float]:
    table, asks = np.vstack([one for one, _ in parts]), np.concatenate([one for _, one in parts])
    spread = table.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=C, max_iter=500).fit(table / spread, asks)
    weights = model.coef_[0] / spread
    weights[0] += model.intercept_[0]
    return _named(names, weights)


def _softmax(parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights under which the right options are most likely."""
    flat = np.vstack([table.reshape(-1, table.shape[2]) for table, _ in parts])
    spread = np.array([one[one != 0].std() or 1.0 for one in flat.T])
    scaled = [(table / spread, right) for table, right in parts]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = HELD * float(weights @ weights), 2 * HELD * weights
        for table, right in scaled:
            scores = table @ weights
            chances = np.exp(scores - scores.max(axis=1, keepdims=True))
            chances /= chances.sum(axis=1, keepdims=True)
            rows = np.arange(len(right))
            total -= float(np.log(chances[rows, right] + 1e-12).sum())
            slope = slope - (table[rows, right] - (chances[..., None] * table).sum(axis=1)).sum(0)
        return total, slope

    found = minimize(loss, np.zeros(flat.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(found / spread)


def main(models_dir: str) -> None:
    if not Vectors(models_dir).available:
        sys.exit("the embedding model is not installed")
    every = prep_actual.interviews("dev")
    found = [read(case, prep_actual.following(case, every)) for case in every]
    about = "An interview beside its preparation, by workers/training/fit_interview.py."
    FILE.write_text(json.dumps({"about": about} | fit(found), indent=1) + "\n")
    data.cache_clear()

    def without(case: Case) -> None:
        own = every.index(case)
        data("interview-1").update(fit([one for n, one in enumerate(found) if n != own]))

    report = prep_actual.judge("dev", every, every, without)
    for figure in report.figures:
        sys.stdout.write(f"{figure.name:28}{figure.value:.3f} of {figure.n} unseen\n")


if __name__ == "__main__":
    main(sys.argv[1])
