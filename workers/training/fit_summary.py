"""Fit which sentences of a talk carry its message.

    python -m workers.training.fit_summary MODELS_DIR

Says how many of the sentences it chooses are key ones in talks it has not seen, and writes
workers/engines/data/summary-1.json: seconds on a CPU, the same file each time.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines.meaning import summary
from workers.engines.meaning.lexicon import DATA
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.suites.answers import lines

FOLDS, C = 8, 0.03
"""The inverse strength of the regularisation: chosen by this cross-validation, and by fitting to
talks of one manner and judging those of another."""


def fit(table: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Weights of the features as they are; the bias does not matter for a ranking."""
    facts = len(summary.FACTS)
    spread = np.ones(table.shape[1])
    spread[:facts] = table[:, :facts].std(axis=0)
    model = LogisticRegression(C=C, class_weight="balanced", max_iter=500)
    weights: np.ndarray = model.fit((table - table.mean(axis=0)) / spread, key).coef_[0] / spread
    return weights


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    talks = cases.records(cases.path("dev", "summary", "summaries.jsonl", kind="content"))
    tables, keys = [], []
    for talk in talks:
        told = lines(talk["sentences"])
        rows = vectors.matrix([line.clean for line in told])
        if rows is None:
            sys.exit("the embedding model is not installed")
        tables.append(summary.features(told, rows))
        keys.append(np.isin(np.arange(len(told)), talk["key"]))
    hits = 0
    for number, (table, key) in enumerate(zip(tables, keys, strict=True)):
        known = [place for place in range(len(talks)) if place % FOLDS != number % FOLDS]
        weights = fit(
            np.vstack([tables[n] for n in known]), np.concatenate([keys[n] for n in known])
        )
        hits += int(key[np.argsort(table @ weights)[-summary.SENTENCES :]].sum())
    share = hits / (summary.SENTENCES * len(talks))
    sys.stdout.write(f"{share:.3f} of the chosen are key in {len(talks)} talks it had not seen\n")
    result = {
        "about": "Weights of the summary, by workers/training/fit_summary.py: facts, then meaning.",
        "weights": [round(float(one), 4) for one in fit(np.vstack(tables), np.concatenate(keys))],
    }
    (DATA / "summary-1.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
