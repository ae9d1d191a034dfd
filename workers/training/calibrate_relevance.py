"""Fit the calibration of relevance to right and wrong pairs of question and answer.

    python -m workers.training.calibrate_relevance MODELS_DIR

Each answer of data/answers.txt makes one right pair, and a wrong one with every other question;
both kinds weigh the same. The weights go to workers/engines/data/relevance-1.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from workers.engines.meaning.lexicon import DATA, tokens, without_fillers
from workers.engines.meaning.lines import Line
from workers.engines.meaning.relevance import FEATURES, features
from workers.engines.meaning.vectors import Vectors

ANSWERS = Path(__file__).parent / "data" / "answers.txt"


def read(path: Path) -> list[tuple[str, list[Line], list[str]]]:
    """Labelled answers: question, sentences, labels (S, T, A, R or N)."""
    found: list[tuple[str, list[Line], list[str]]] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        mark, text = row[0], row[2:]
        if mark == "?":
            found.append((text, [], []))
            continue
        lines, labels = found[-1][1:]
        clean = without_fillers(text)
        lines.append(Line(len(lines), text, None, None, "", tuple(tokens(clean)), clean))
        labels.append(mark)
    return found


def main(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    answers = read(ANSWERS)
    rows, right = [], []
    for asked, (question, _, _) in enumerate(answers):
        for given, (_, lines, _) in enumerate(answers):
            found = features(question, lines, vectors)
            if found is None:
                sys.exit("the embedding model is not installed")
            rows.append([found[name] for name in FEATURES])
            right.append(asked == given)
    model = LogisticRegression(class_weight="balanced", C=3.0)
    model.fit(np.array(rows), np.array(right))
    result: dict[str, Any] = {
        "about": "Logistic calibration of relevance, by workers/training/calibrate_relevance.py.",
        "pairs": len(rows),
        "auc_in_sample": round(float(roc_auc_score(right, model.decision_function(rows))), 3),
        "bias": round(float(model.intercept_[0]), 4),
        "weights": {
            name: round(float(weight), 4)
            for name, weight in zip(FEATURES, model.coef_[0], strict=True)
        },
    }
    (DATA / "relevance-1.json").write_text(json.dumps(result, indent=1) + "\n")
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
