"""Train the model that tells a filling "like" from a meaning one.

    python -m workers.training.train_fillers [--check]

Every marker of the labelled utterances (cases/fillers/dev, data/fillers.txt) is an example, three
times: as written, without any mark, and with marks only where a recogniser's pauses might stand;
in every fourth the first two once more, among other utterances, as in a talk.
Logistic regression over the facts of markers.facts; a fact weighs for all markers, for those of its
kind and for its own family, so that the rare ones learn from the others. The weights go to
workers/engines/data/fillers-1.json. `--check` prints five-fold cross-validated figures by utterance
and leaves the file alone. What the model is and is not good for: docs/models.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from workers.engines.fluency.context import DATA
from workers.engines.fluency.markers import MODEL, Place, candidates, facts
from workers.training.evaluation.scores import Counts
from workers.training.suites.fillers import Labelled, labelled
from workers.training.suites.language import bare, read

HERE = Path(__file__).parent
SOURCES = (HERE / "cases" / "fillers" / "dev" / "fillers.txt", HERE / "data" / "fillers.txt")
GROUPS = {
    "like": "like", "you know": "aside", "i mean": "aside", "so": "turn", "well": "turn",
    "right": "turn", "okay": "turn", "basically": "adverb", "actually": "adverb",
    "literally": "adverb", "kind of": "adverb",
}  # fmt: skip
SHARED, GROUPED, OWN = 0.5, 0.7, 1.0
"""How far a fact may carry from one marker to all, to those of its kind, to itself."""
STRENGTH = 1.0
FORMS = ("written", "bare", "paused", "written talk", "bare talk")
AROUND, TALKS = 2, 4
"""Other utterances before and after one in a talk, and of how many one is put into one."""
PAUSED = 0.6
"""Share of the written marks at which the paused form has a pause."""
LEAST = 0.004
"""A weight smaller than this is left out."""


@dataclass(frozen=True)
class Example:
    utterance: int
    form: str
    family: str
    facts: tuple[str, ...]
    fills: bool


def utterances() -> list[Labelled]:
    lines = (line.strip() for file in SOURCES for line in file.read_text("utf-8").splitlines())
    return [labelled(line) for line in lines if line and not line.startswith("#")]


def examples() -> Iterator[Example]:
    return (example for example, _ in placed_examples())


def placed_examples() -> Iterator[tuple[Example, Place]]:
    lines = utterances()
    for number, utterance in enumerate(lines):
        for form in FORMS if number % TALKS == 0 else FORMS[:3]:
            before, after = _around(lines, number) if form.endswith(" talk") else ("", "")
            start = len(before.split())
            own = range(start, start + len(utterance.text.split()))
            whole = f"{before} {utterance.text} {after}"
            text = read(_as(whole, form.removesuffix(" talk"), number), "written")
            for family, place in candidates(text.tokens, text.sentences):
                first, last = text.tokens[place.first].index, text.tokens[place.end - 1].index
                if first in own:
                    fills = (first - start, last + 1 - start) in utterance.fillers
                    yield Example(number, form, family, tuple(facts(place)), fills), place


def _around(lines: list[Labelled], number: int) -> tuple[str, str]:
    """Others before and after, drawn by a fixed seed: neighbours in the file are too alike."""
    drawn = random.Random(number).sample(lines, 2 * AROUND)  # noqa: S311 - repeatable, not secret
    texts = [one.text for one in drawn]
    return " ".join(texts[:AROUND]), " ".join(texts[AROUND:])


def _as(text: str, form: str, seed: int) -> str:
    if form == "written":
        return text
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    pieces = []
    for piece in text.split():
        pause = form == "paused" and piece[-1] in ",.;?!" and chance.random() < PAUSED
        pieces.append((bare(piece) or "-") + ("," if pause else ""))
    return " ".join(pieces)


def row(example: Example) -> dict[str, float]:
    found = {f"{example.family}|bias": OWN}
    for fact in example.facts:
        found[fact] = SHARED
        found[f"{GROUPS[example.family]}|{fact}"] = GROUPED
        found[f"{example.family}|{fact}"] = OWN
    return found


def fit(matrix: Any, fills: np.ndarray) -> LogisticRegression:
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    model = LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear", random_state=0)
    return model.fit(matrix, fills)


def folds(found: list[Example]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Places of the examples to learn from and to judge, no utterance in both."""
    shuffled = np.random.default_rng(0).permutation(1 + max(one.utterance for one in found))
    groups = [shuffled[one.utterance] for one in found]
    return list(GroupKFold(5).split(found, groups=groups))


def cross_validate(found: list[Example]) -> np.ndarray:
    """Each example's probability by a model that never saw its utterance."""
    matrix = DictVectorizer().fit_transform([row(one) for one in found])
    fills = np.array([one.fills for one in found])
    given = np.zeros(len(found))
    for train, test in folds(found):
        given[test] = fit(matrix[train], fills[train]).predict_proba(matrix[test])[:, 1]
    return given


def show(found: list[Example], given: np.ndarray, threshold: float = 0.5) -> None:
    for form in FORMS:
        total = {name: Counts() for name in ("all", *sorted(GROUPS))}
        for one, chance in zip(found, given, strict=True):
            if one.form == form:
                said = bool(chance > threshold)
                counts = Counts(one.fills and said, said and not one.fills, one.fills and not said)
                total["all"] += counts
                total[one.family] += counts
        for name, counts in total.items():
            sys.stdout.write(
                f"{form:12} {name:10} P {counts.precision:.3f} R {counts.recall:.3f}"
                f" F1 {counts.f1:.3f} n {counts.expected}\n"
            )


def weights(found: list[Example]) -> dict[str, dict[str, float]]:
    """The model, with what a fact weighs for all, its kind and its own added up."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([row(one) for one in found])
    trained = fit(matrix, np.array([one.fills for one in found]))
    weigh = dict(zip(vectorizer.feature_names_, trained.coef_[0], strict=True))
    result = {}
    for family, group in sorted(GROUPS.items()):
        own = {fact for one in found if one.family == family for fact in one.facts}
        total = {
            fact: SHARED * weigh[fact] + GROUPED * weigh[f"{group}|{fact}"]
            + OWN * weigh[f"{family}|{fact}"]
            for fact in sorted(own)
        }  # fmt: skip
        bias = float(trained.intercept_[0]) + OWN * weigh[f"{family}|bias"]
        kept = {
            fact: round(float(value), 3) for fact, value in total.items() if abs(value) >= LEAST
        }
        result[family] = {"bias": round(bias, 3), **kept}
    return result


def digest() -> str:
    """Of the labelled text, so that a test sees weights that belong to other text."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in SOURCES)).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the filler model.")
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    found = list(examples())
    if parser.parse_args().check:
        show(found, cross_validate(found))
        return
    result = {
        "about": "Logistic regression: does a discourse marker fill? docs/models.md has its card.",
        "made_by": "workers/training/train_fillers.py",
        "text_sha256": digest(),
        "examples": len(found),
        "weights": weights(found),
    }
    (DATA / f"{MODEL}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} examples\n")


if __name__ == "__main__":
    main()
