"""Fit the STAR model to the development answers, and say how it does on fields it has not seen.

    python -m workers.training.fit_star MODELS_DIR

Writes workers/engines/data/star-model-1.npz: logistic weights and label chain, once with sentence
embeddings and once without. Seconds on a CPU, the same file each time.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from workers.engines.meaning import star, traits
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import cases
from workers.training.suites.answers import lines as read_lines

FOLDS, LEAST_ANSWERS, DIRECTIONS, C = 5, 8, 64, 0.15
"""Folds over fields; answers a frame must occur in; directions of meaning that are kept, and the
inverse strength of the regularisation: chosen by this cross-validation."""


@dataclass(frozen=True)
class Answer:
    field: str
    lines: list[Line]
    rows: np.ndarray
    asked: float
    labels: np.ndarray


def read(vectors: Vectors) -> list[Answer]:
    found = []
    for one in cases.records(cases.path("dev", "star", "star.jsonl", kind="content")):
        told = read_lines([sentence["text"] for sentence in one["sentences"]])
        rows = vectors.matrix([line.clean for line in told])
        if rows is None:
            sys.exit("the embedding model is not installed")
        asked = 1.0 if star.expects_story(one["question"]) else -1.0
        labels = [star.LABELS.index(sentence["label"]) for sentence in one["sentences"]]
        found.append(Answer(one["field"], told, rows, asked, np.array(labels)))
    return found


def fit(answers: list[Answer], frames: tuple[str, ...], meaning: bool) -> star.Model:
    """Each answer is shown with its question and without one, since many have none."""
    rows = [
        star.features(one.lines, one.rows if meaning else None, asked, frames)
        for one in answers
        for asked in (one.asked, 0.0)
    ]
    labels = np.concatenate([one.labels for one in answers for _ in range(2)])
    table = np.vstack(rows)
    wide = 3 * answers[0].rows.shape[1] if meaning else 0
    turn = _directions(answers) if meaning else np.zeros((0, 0))
    narrow = np.hstack([table[:, : table.shape[1] - wide], *_turned(table, wide, turn)])
    found = LogisticRegression(C=C / 2, max_iter=300).fit(narrow, labels)
    weights = found.coef_.T
    if meaning:
        split = table.shape[1] - wide
        back = np.vstack([turn.T @ part for part in np.split(weights[split:], 3)])
        weights = np.vstack([weights[:split], back])
    return star.Model(frames, weights, found.intercept_, *_chain(answers))


def _directions(answers: list[Answer]) -> np.ndarray:
    rows = np.vstack([one.rows for one in answers])
    found: np.ndarray = PCA(DIRECTIONS, random_state=0).fit(rows).components_
    return found


def _turned(table: np.ndarray, wide: int, turn: np.ndarray) -> list[np.ndarray]:
    return [part @ turn.T for part in np.split(table[:, -wide:], 3, axis=1)] if wide else []


def _chain(answers: list[Answer]) -> tuple[np.ndarray, np.ndarray]:
    """What follows what, and what comes first, each against how frequent it is, in logs."""
    count = len(star.LABELS)
    step, start, all_of = np.ones((count, count)), np.ones(count), np.ones(count)
    for one in answers:
        start[one.labels[0]] += 1
        np.add.at(step, (one.labels[:-1], one.labels[1:]), 1)
        np.add.at(all_of, one.labels, 1)
    prior = np.log(all_of / all_of.sum())
    follows = np.log(step / step.sum(axis=1, keepdims=True))
    return follows - prior, np.log(start / start.sum()) - prior


def frames_of(answers: list[Answer]) -> tuple[str, ...]:
    counts = Counter(
        name
        for one in answers
        for name in {frame for line in one.lines for frame in traits.frames(line)}
    )
    return tuple(sorted(name for name, count in counts.items() if count >= LEAST_ANSWERS))


def predict(model: star.Model, one: Answer, meaning: bool) -> np.ndarray:
    rows = one.rows if meaning else None
    scores = star.features(one.lines, rows, one.asked, model.frames) @ model.weights + model.bias
    scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)
    found: np.ndarray = star.chained(scores, model.start, model.step).argmax(axis=1)
    return found


def cross_validated(answers: list[Answer], meaning: bool) -> float:
    """Macro-F1 where no field is in both what is fitted and what is judged."""
    fields = sorted({one.field for one in answers})
    fold = {field: place % FOLDS for place, field in enumerate(fields)}
    right, given = [], []
    for number in range(FOLDS):
        known = [one for one in answers if fold[one.field] != number]
        model = fit(known, frames_of(known), meaning)
        for one in answers:
            if fold[one.field] == number:
                right.append(one.labels)
                given.append(predict(model, one, meaning))
    return float(f1_score(np.concatenate(right), np.concatenate(given), average="macro"))


def main(models_dir: str) -> None:
    answers = read(Vectors(models_dir))
    frames = frames_of(answers)
    stored: dict[str, Any] = {"frames": np.array(frames)}
    for name, meaning in (("full", True), ("plain", False)):
        score = cross_validated(answers, meaning)
        sys.stdout.write(f"{name}: macro-F1 {score:.3f} across fields\n")
        model = fit(answers, frames, meaning)
        for part in ("weights", "bias", "step", "start"):
            stored[f"{name}_{part}"] = getattr(model, part).astype(np.float32)
    np.savez_compressed(star.MODEL, **stored)
    sys.stdout.write(f"{len(answers)} answers, {len(frames)} frames: {star.MODEL}\n")


if __name__ == "__main__":
    main(sys.argv[1])
