"""Fit which phrases of a job description an answer covers, and say how right that is.

    python -m workers.training.fit_mentions MODELS_DIR

Learns from the development cases, each answer alone and among the answers of other fields, so that
a long talk covers no more by chance. Writes workers/engines/data/mentions-2.json.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines.meaning import mentions
from workers.engines.meaning.lexicon import DATA
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.suites.answers import read

FOLDS, C = 8, 0.5
THRESHOLD = 0.45
"""Where precision and recall meet across folds."""
PART = (0.1, 0.8)
"""Up to which chance a phrase counts nothing in the coverage, and from which it counts wholly."""
AMONG = (0, 3, 9)
"""Answers of other fields that each answer is put among."""


def rows(vectors: Vectors) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels, the case, and how many other answers stood beside it."""
    found = cases.records(cases.path("dev", "job_match", "job_match.jsonl", kind="content"))
    table: list[tuple[list[float], bool, int, int]] = []
    for number, case in enumerate(found):
        wanted = case["covered"] + case["missed"]
        for count in AMONG:
            others = [found[(number + 5 * k + 7) % len(found)]["answer"] for k in range(count)]
            lines = read(" ".join([case["answer"], *others]))
            seen = mentions.features(wanted, lines, vectors)
            for phrase, (values, _) in zip(wanted, seen, strict=True):
                row = [values[name] for name in mentions.FEATURES]
                table.append((row, phrase in case["covered"], number, count))
    first, labels, groups, beside = zip(*table, strict=True)
    return np.array(first), np.array(labels), np.array(groups), np.array(beside)


def fit(table: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias for features as they are."""
    mean, spread = table.mean(axis=0), table.std(axis=0)
    model = LogisticRegression(C=C).fit((table - mean) / spread, labels)
    weights: np.ndarray = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    if not vectors.available:
        sys.exit("the embedding model is not installed")
    table, labels, groups, beside = rows(vectors)
    chances = np.zeros(len(labels))
    for fold in range(FOLDS):
        inside = groups % FOLDS == fold
        weights, bias = fit(table[~inside], labels[~inside])
        chances[inside] = 1 / (1 + np.exp(-(table[inside] @ weights + bias)))
    for count in AMONG:
        own, got = beside == count, chances >= THRESHOLD
        counts = Counts(
            int((labels & got & own).sum()),
            int((~labels & got & own).sum()),
            int((labels & ~got & own).sum()),
        )
        sys.stdout.write(
            f"among {count} other answers: precision {counts.precision:.3f}, "
            f"recall {counts.recall:.3f} across folds\n"
        )
    weights, bias = fit(table, labels)
    result: dict[str, Any] = {
        "about": "Whether an answer covers a phrase, by workers/training/fit_mentions.py.",
        "threshold": THRESHOLD,
        "part": PART,
        "bias": round(bias, 4),
        "weights": {
            name: round(float(one), 4) for name, one in zip(mentions.FEATURES, weights, strict=True)
        },
    }
    (DATA / "mentions-2.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
