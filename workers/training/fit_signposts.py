"""Fit which sentences of a talk are signposts.

    python -m workers.training.fit_signposts MODELS_DIR

Says how it does on excerpts it has not seen, and writes workers/engines/data/signposts-model-2.npz
and, without MiniLM's states, signposts-plain-2.npz: seconds on a CPU, the same files each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

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


def cross_validate(tables: list[np.ndarray], all_labels: list[np.ndarray]) -> Counts:
    counts = Counts()
    for fold in range(FOLDS):
        known = [n for n in range(len(tables)) if n % FOLDS != fold]
        model = fit(
            np.vstack([tables[n] for n in known]), np.hstack([all_labels[n] for n in known])
        )
        for number in range(fold, len(tables), FOLDS):
            given, labels = model.predict(tables[number]), all_labels[number]
            counts += Counts(
                int((labels & given).sum()), int((~labels & given).sum()),
                int((labels & ~given).sum()),
            )  # fmt: skip
    return counts


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    found = cases.records(cases.path("dev", "signposts", "signposts.jsonl", kind="content"))
    tables: dict[Path, list[np.ndarray]] = {signposts.MODEL: [], signposts.PLAIN_MODEL: []}
    all_labels = []
    for excerpt in found:
        told = lines([one["text"] for one in excerpt["sentences"]])
        texts = [line.clean for line in told]
        rows, states = vectors.matrix(texts), vectors.states(texts, signposts.OPENING)
        if rows is None or states is None:
            sys.exit("the embedding model is not installed, or in an older form")
        tables[signposts.MODEL].append(signposts.features(told, rows, states))
        tables[signposts.PLAIN_MODEL].append(signposts.features(told, rows, None))
        all_labels.append(np.array([bool(one["signpost"]) for one in excerpt["sentences"]]))
    for path, table in tables.items():
        counts = cross_validate(table, all_labels)
        sys.stdout.write(
            f"{path.name}: precision {counts.precision:.3f}, recall {counts.recall:.3f}, "
            f"F1 {counts.f1:.3f} in {len(found)} excerpts it had not seen\n"
        )
        model = fit(np.vstack(table), np.hstack(all_labels))
        np.savez_compressed(
            path,
            weights=model.coef_[0].astype(np.float32),
            bias=model.intercept_[0].astype(np.float32),
        )


if __name__ == "__main__":
    main(sys.argv[1])
