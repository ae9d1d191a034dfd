"""Fit the relevance model to answers and the questions they do and do not answer.

    python -m workers.training.fit_relevance MODELS_DIR

The development cases hold for each answer its question and others from the same field; both kinds
weigh the same, so that 0.5 is the point of indifference. Says how it does on fields it has not
seen, and writes workers/engines/data/relevance-5.npz: the same file each time.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from workers.engines.meaning import relevance
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.evaluation.scores import auc
from workers.training.suites.answers import read

FILES = (
    "relevance.jsonl", "sets.jsonl", "near.jsonl", "indirect.jsonl", "manners.jsonl",
    "panels.jsonl",
)  # fmt: skip
FOLDS, DIRECTIONS = 5, 48
START = 6.0
"""The form before the fit: the cosine along the directions, times this."""
FORM, FEATURES = 0.1, 20.0
"""How much the form and the weights of the features are held back; with the numbers above chosen
by cross-validation over fields."""


@dataclass(frozen=True)
class Table:
    """A row a pair of question and answer."""

    features: np.ndarray
    questions: np.ndarray
    answers: np.ndarray
    right: np.ndarray
    case: np.ndarray
    fold: np.ndarray

    def part(self, rows: np.ndarray) -> Table:
        return Table(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def balance(self) -> np.ndarray:
        """Weights with which right and wrong pairs weigh the same."""
        share = self.right.mean()
        return np.where(self.right, 0.5 / share, 0.5 / (1 - share))


def development() -> list[dict[str, Any]]:
    files = [cases.path("dev", "relevance", name, kind="content") for name in FILES]
    return [case for file in files for case in cases.records(file)]


def folds(found: list[dict[str, Any]]) -> list[int]:
    """The fold of each case: those of a field together."""
    fields = sorted({case["field"] for case in found})
    order = np.random.default_rng(0).permutation(len(fields))
    fold = {field: int(place) % FOLDS for field, place in zip(fields, order, strict=True)}
    return [fold[case["field"]] for case in found]


def table(vectors: Vectors) -> Table:
    found = development()
    pairs, right, case_of, fold_of = [], [], [], []
    for number, (case, fold) in enumerate(zip(found, folds(found), strict=True)):
        lines = read(case["answer"])
        for question in [case["right"], *case["wrong"]]:
            pair = relevance.pair(question, lines, vectors)
            if pair is None:
                sys.exit("the embedding model is not installed")
            pairs.append(pair)
            right.append(question == case["right"])
            case_of.append(number)
            fold_of.append(fold)
    return Table(
        np.array([one.features for one in pairs]),
        np.array([one.question for one in pairs], dtype=float),
        np.array([one.answer for one in pairs], dtype=float),
        np.array(right), np.array(case_of), np.array(fold_of),
    )  # fmt: skip


def fit(known: Table) -> relevance.Model:
    """Ridge logistic regression; the form is held to a multiple of the cosine, not to nothing."""
    means = known.questions.mean(axis=0), known.answers.mean(axis=0)
    asked, told = known.questions - means[0], known.answers - means[1]
    turn = np.linalg.svd(np.vstack([asked, told]), full_matrices=False)[2][:DIRECTIONS]
    asked, told = asked @ turn.T, told @ turn.T
    mean, spread = known.features.mean(axis=0), known.features.std(axis=0)
    products = (asked[:, :, None] * told[:, None, :]).reshape(len(asked), -1)
    columns = np.hstack([products, (known.features - mean) / spread])
    offset = START * (asked * told).sum(axis=1)
    held = np.r_[np.full(products.shape[1], FORM), np.full(len(mean), FEATURES)]
    right, balance = known.right.astype(float), known.balance

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        odds = point[0] + columns @ point[1:] + offset
        off = balance * (1 / (1 + np.exp(-odds)) - right)
        cost = balance @ (np.logaddexp(0, odds) - right * odds) + held @ point[1:] ** 2 / 2
        return float(cost), np.r_[off.sum(), columns.T @ off + held * point[1:]]

    start = np.zeros(1 + columns.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    weights = found[1 + products.shape[1] :] / spread
    form = found[1 : 1 + products.shape[1]].reshape(DIRECTIONS, DIRECTIONS)
    form = form + START * np.eye(DIRECTIONS)
    return relevance.Model(weights, np.array(found[0] - weights @ mean), form, turn, *means)


def log_odds(model: relevance.Model, pairs: Table) -> np.ndarray:
    rows = zip(pairs.features, pairs.questions, pairs.answers, strict=True)
    return np.array([model.log_odds(relevance.Pair(*row)) for row in rows])


def across_fields(pairs: Table) -> np.ndarray:
    """Log-odds of each pair by a model that has not seen its field."""
    found = np.zeros(len(pairs.right))
    for fold in range(FOLDS):
        inside = pairs.fold == fold
        found[inside] = log_odds(fit(pairs.part(~inside)), pairs.part(inside))
    return found


def calibrated(odds: np.ndarray, pairs: Table) -> tuple[np.ndarray, float, float]:
    """Log-odds as they hold across fields, with the scale and the shift that make them so."""
    line = LogisticRegression(C=1e6).fit(odds[:, None], pairs.right, sample_weight=pairs.balance)
    scale, shift = float(line.coef_[0, 0]), float(line.intercept_[0])
    return scale * odds + shift, scale, shift


def told(odds: np.ndarray, pairs: Table) -> str:
    """AUC over all pairs and within an answer: of everything, then of each fold."""

    def figures(rows: np.ndarray) -> str:
        right, case = pairs.right[rows], pairs.case[rows]
        within = [
            auc(odds[rows][own & right].tolist(), odds[rows][own & ~right].tolist())
            for own in (case == number for number in np.unique(case))
        ]
        return f"{roc_auc_score(right, odds[rows]):.3f} {np.mean(within):.3f}"

    each = ", ".join(figures(pairs.fold == fold) for fold in range(FOLDS))
    return f"{figures(pairs.fold >= 0)} (folds {each})"


def main(models_dir: str) -> None:
    pairs = table(Vectors(models_dir))
    unseen = across_fields(pairs)
    sys.stdout.write(f"across fields, AUC and within an answer: {told(unseen, pairs)}\n")
    scale, shift = calibrated(unseen, pairs)[1:]
    model = fit(pairs)
    model = replace(
        model, weights=scale * model.weights, bias=scale * model.bias + shift,
        form=scale * model.form,
    )  # fmt: skip
    stored = {name: value.astype(np.float32) for name, value in vars(model).items()}
    np.savez_compressed(relevance.MODEL, **stored)
    sys.stdout.write(
        f"{len(pairs.right)} pairs, log-odds times {scale:.2f}: {relevance.MODEL.name}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
