"""Fit sentiment to lines that people call positive, neutral or negative.

    python -m workers.training.fit_sentiment MODELS_DIR

Says how it does on lines it has not seen, and writes workers/engines/data/sentiment-1.npz: seconds
on a CPU, the same file each time.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from workers.engines.meaning import feeling
from workers.engines.meaning.lexicon import without_fillers
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases

FOLDS, C = 10, 0.1
"""The inverse strength of the regularisation, chosen by this cross-validation."""


def fit(table: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=C, max_iter=1000, class_weight="balanced").fit(table, labels)


def main(models_dir: str) -> None:
    path = cases.path("dev", "sentiment", "sentiment.jsonl", kind="content")
    found = cases.records(path)
    texts = [without_fillers(case["text"]) for case in found]
    labels = np.array([feeling.LABELS.index(case["label"]) for case in found])
    rows = Vectors(models_dir).matrix(texts)
    if rows is None:
        sys.exit("the embedding model is not installed")
    table = feeling.features(rows, np.array([feeling.compound(text) for text in texts]))
    folds = np.random.default_rng(0).integers(0, FOLDS, len(labels))
    given = np.zeros(len(labels), dtype=int)
    for fold in range(FOLDS):
        inside = folds == fold
        given[inside] = fit(table[~inside], labels[~inside]).predict(table[inside])
    score = f1_score(labels, given, average="macro")
    sys.stdout.write(f"macro-F1 {score:.3f} on {len(labels)} lines it had not seen\n")
    model = fit(table, labels)
    np.savez_compressed(
        feeling.MODEL,
        weights=model.coef_.T.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
    )


if __name__ == "__main__":
    main(sys.argv[1])
