"""Fit which sentences of a talk are signposts.

    python -m workers.training.fit_signposts MODELS_DIR

Says how it does on excerpts it has not seen, and writes
workers/engines/data/signposts-model-1.npz: seconds on a CPU, the same file each time.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines.meaning import signposts
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.suites.answers import lines

FOLDS, C = 7, 0.02
"""The inverse strength of the regularisation: chosen by this cross-validation, and by fitting to
excerpts of one manner and judging those of another."""


def fit(table: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=C, max_iter=500, class_weight="balanced").fit(table, labels)


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    found = cases.records(cases.path("dev", "signposts", "signposts.jsonl", kind="content"))
    tables, all_labels = [], []
    for excerpt in found:
        told = lines([one["text"] for one in excerpt["sentences"]])
        rows = vectors.matrix([line.clean for line in told])
        if rows is None:
            sys.exit("the embedding model is not installed")
        tables.append(signposts.features(told, rows))
        all_labels.append(np.array([bool(one["signpost"]) for one in excerpt["sentences"]]))
    counts = Counts()
    for fold in range(FOLDS):
        known = [n for n in range(len(found)) if n % FOLDS != fold]
        model = fit(
            np.vstack([tables[n] for n in known]), np.hstack([all_labels[n] for n in known])
        )
        for number in range(fold, len(found), FOLDS):
            given, labels = model.predict(tables[number]), all_labels[number]
            counts += Counts(
                int((labels & given).sum()), int((~labels & given).sum()),
                int((labels & ~given).sum()),
            )  # fmt: skip
    sys.stdout.write(
        f"precision {counts.precision:.3f}, recall {counts.recall:.3f}, F1 {counts.f1:.3f} "
        f"in {len(found)} excerpts it had not seen\n"
    )
    model = fit(np.vstack(tables), np.hstack(all_labels))
    np.savez_compressed(
        signposts.MODEL,
        weights=model.coef_[0].astype(np.float32),
        bias=model.intercept_[0].astype(np.float32),
    )


if __name__ == "__main__":
    main(sys.argv[1])
