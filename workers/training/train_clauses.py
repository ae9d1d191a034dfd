"""Train the model that sees where clauses begin.

    python -m workers.training.train_clauses [--check]

From data/clauses.txt and the development part of the suite: as written, without any mark, and
several in a row without any mark.
Logistic regression over the facts of clauses.facts, each word seen with the clauses before it as
they truly are. Weights go to workers/engines/data/clauses-2.json; `--check` prints cross-validated
figures by sentence instead. docs/models.md has the card.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from workers.engines.fluency import clauses
from workers.engines.fluency.context import DATA
from workers.engines.fluency.inputs import Text
from workers.training.evaluation.scores import Counts
from workers.training.suites.clauses import opened
from workers.training.suites.language import read

HERE = Path(__file__).parent
LINES, CASES = HERE / "data" / "clauses.txt", HERE / "cases" / "clauses" / "dev" / "clauses.jsonl"
FOLDS = 8
ROW = 4
"""Sentences said in a row."""
STRENGTH = 0.7
LEAST = 0.01
Marked = tuple[str, frozenset[int]]
"""A text and the places of the words that open a clause, its first apart."""


def sentences() -> list[Marked]:
    cases = (json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines())
    lines = LINES.read_text(encoding="utf-8").splitlines()
    return [
        *(_marked(line) for line in lines if line and not line.startswith("#")),
        *((case["text"], frozenset(case["boundaries"])) for case in cases),
    ]


def _marked(line: str) -> Marked:
    words: list[str] = []
    places = set()
    for piece in line.split():
        if piece == "|":
            places.add(len(words))
        else:
            words.append(piece)
    return " ".join(words), frozenset(places)


def _in_rows(found: Sequence[Marked]) -> Iterator[Marked]:
    """The sentences four by four; each opens a clause."""
    for n in range(0, len(found), ROW):
        words: list[str] = []
        places: set[int] = set()
        for text, own in found[n : n + ROW]:
            places |= {len(words) + k for k in own} | ({len(words)} if words else set())
            words += text.split()
        yield " ".join(words), frozenset(places)


def forms(found: Sequence[Marked]) -> Iterator[tuple[str, Text, frozenset[int]]]:
    for text, places in found:
        yield "written", read(text), places
        yield "bare", read(text, "bare"), places
    for text, places in _in_rows(found):
        yield "row", read(text, "bare"), places


def _ends(text: Text) -> set[int]:
    return {end - 1 for _, end in text.sentences} if text.punctuated else set()


def train(found: Sequence[Marked]) -> dict[str, float]:
    rows: list[dict[str, float]] = []
    opens: list[bool] = []
    for _, text, places in forms(found):
        seen, last = clauses.words_of(text.tokens, _ends(text)), 0
        for i in range(1, len(text.tokens)):
            right = text.tokens[i].index in places
            if seen.before[i] != ".":
                rows.append(dict.fromkeys(clauses.facts(seen, i, last), 1.0))
                opens.append(right)
            last = i if right else last
    vectorizer = DictVectorizer()
    matrix: Any = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    fitted = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, random_state=0)
    fitted.fit(matrix, opens)
    named = zip(vectorizer.feature_names_, fitted.coef_[0], strict=True)
    weights = {name: round(float(weight), 3) for name, weight in named if abs(weight) >= LEAST}
    return {"bias": round(float(fitted.intercept_[0]), 3), **weights}


def judged(found: Sequence[Marked]) -> dict[str, Counts]:
    """How right the model in use is, by form."""
    total: dict[str, Counts] = {}
    for form, text, places in forms(found):
        got = opened(text)
        counts = Counts(len(places & got), len(got - places), len(places - got))
        total[form] = total.get(form, Counts()) + counts
    return total


def cross_validate(found: Sequence[Marked]) -> dict[str, Counts]:
    """Each sentence judged by a model that never saw it."""
    order = np.random.default_rng(0).permutation(len(found))
    total: dict[str, Counts] = {}
    for fold in range(FOLDS):
        rest = [found[n] for n in order if n % FOLDS != fold]
        weights = train(rest)
        clauses.model = lambda _, weights=weights: {"weights": weights}  # type: ignore
        for form, counts in judged([found[n] for n in order if n % FOLDS == fold]).items():
            total[form] = total.get(form, Counts()) + counts
    return total


def digest() -> str:
    """Of the sentences, so that a test sees weights that belong to others."""
    return hashlib.sha256(LINES.read_bytes() + CASES.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the clause model.")
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    found = sentences()
    if parser.parse_args().check:
        for form, c in cross_validate(found).items():
            sys.stdout.write(f"{form:8} P {c.precision:.3f} R {c.recall:.3f} F1 {c.f1:.3f}\n")
        return
    result = {
        "about": "Logistic regression: does a word open a clause? docs/models.md has its card.",
        "made_by": "workers/training/train_clauses.py",
        "text_sha256": digest(),
        "weights": train(found),
    }
    file = DATA / f"{clauses.MODEL}.json"
    file.write_text(json.dumps(result, indent=0) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} sentences, {len(result['weights'])} weights\n")


if __name__ == "__main__":
    main()
