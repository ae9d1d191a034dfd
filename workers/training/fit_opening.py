"""Fit which first words make one listen.

    python -m workers.training.fit_opening MODELS_DIR

Learns from the openings among the development pairs, each for itself. Says how often the better of
two stands above the worse in pairs it has not seen, and writes workers/engines/data/opening-1.npz:
seconds on a CPU, the same file each time.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines.meaning import frame, hook, star
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.suites.answers import read

FOLDS, C = 10, 0.1
"""The inverse strength of the regularisation: chosen by this cross-validation, and by fitting to
openings of one hand and judging those of another."""


def fit(table: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the features as they are, and the bias."""
    spread = np.ones(table.shape[1])
    facts = table.shape[1] - hook.DIMENSIONS
    spread[:facts] = table[:, :facts].std(axis=0) + 0.05
    mean = table.mean(axis=0)
    model = LogisticRegression(C=C, max_iter=500).fit((table - mean) / spread, good)
    weights: np.ndarray = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def rows(texts: list[str], vectors: Vectors) -> np.ndarray:
    table = []
    for text in texts:
        first = read(text)[: frame.FIRST]
        labels = {one["index"]: one["label"] for one in star.label_answer(first, vectors)}
        kind = frame.opening_kind(first, "", labels)
        meaning = vectors.matrix([" ".join(line.clean for line in first)])
        if meaning is None:
            sys.exit("the embedding model is not installed")
        table.append(hook.features(first, frame.rule_value("opening", kind, first), meaning[0]))
    return np.array(table)


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    found = cases.records(cases.path("dev", "pairs", "pairs.jsonl", kind="content"))
    pairs = [one for one in found if one["aspect"] == "opening"]
    better = rows([one["better"] for one in pairs], vectors)
    worse = rows([one["worse"] for one in pairs], vectors)
    fold = np.arange(len(pairs)) % FOLDS
    hits = 0
    for number in range(FOLDS):
        weights, _ = known(better, worse, fold != number)
        unseen = fold == number
        hits += int((better[unseen] @ weights > worse[unseen] @ weights).sum())
    sys.stdout.write(f"{hits} of {len(pairs)} pairs it had not seen the right way round\n")
    weights, bias = known(better, worse, fold >= 0)
    np.savez_compressed(
        hook.MODEL, weights=weights.astype(np.float32), bias=np.array([bias], dtype=np.float32)
    )


def known(better: np.ndarray, worse: np.ndarray, part: np.ndarray) -> tuple[np.ndarray, float]:
    table = np.vstack([better[part], worse[part]])
    return fit(table, np.arange(len(table)) < part.sum())


if __name__ == "__main__":
    main(sys.argv[1])
