"""Situation, task, action, result: which sentence of an answer does what.

A multinomial logistic model scores each sentence by its meaning and its neighbours' (MiniLM), by
cues in its words and the frame of its grammar, by its place, and by how much of the answer
narrates. A first-order chain over the labels (a task is followed by actions, not by the situation
again) gives each sentence's probabilities by the forward-backward algorithm (Rabiner 1989). An
answer of which too little remains is `none` throughout. docs/models.md is the model's card.

A sentence has one label. Where an element has none, one of two clauses may stand for it: "We threw
away ninety loaves a night and I was asked to halve that" is a situation and a task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from workers.engines.meaning import traits
from workers.engines.meaning.lexicon import DATA, data
from workers.engines.meaning.lines import Line, distinct, lines_of
from workers.engines.meaning.vectors import Vectors
from workers.engines.shipped import arrays

LABELS = ("situation", "task", "action", "result", "none")
STORY = LABELS[:4]
MODEL = DATA / "star-model-1.npz"
MEANING, NEIGHBOUR, FRAME = 4.0, 0.5, 0.7
"""How much a sentence's meaning, its neighbours' traits and its frames weigh against the rest
before the fit: a stronger feature is less held back by the regularisation."""
CHAIN = 0.6
"""How much the chain counts against what each sentence says by itself."""
SURE = 0.8
"""How sure of a clause the model is, for it to stand for an element that no sentence stands for:
of the 125 labelled development stories none gains one."""
MOST_LINES = 40
"""In a longer answer who speaks of an element gives it a sentence."""
_CLAUSES = re.compile(
    r"(?P<first>(?:when|as|while|because|since|after|once)\b[^,]{8,}),\s+(?P<second>.+)"
    r"|(?P<one>\S+(?:\s+\S+){3,}?),?\s+(?:and|so|but)\s+"
    r"(?P<other>(?:i|we|my|our|it|they)\b(?:\s+\S+){3,})",
    re.IGNORECASE | re.DOTALL,
)


def label_answer(lines: list[Line], vectors: Vectors, question: str = "") -> list[dict[str, Any]]:
    """One `{index, text, start, end, label, confidence, clauses}` a sentence of one answer.

    In order; one said again word for word does what it did the first time. `clauses` are two
    `{text, label}` where one of them is all that stands for an element, else none.
    """
    once = distinct(lines)
    chances = probabilities(once, vectors, question)
    labels = [LABELS[int(row.argmax())] for row in chances]
    if not _hangs_together(labels):
        labels = ["none"] * len(labels)
    shared = _shared(once, labels, vectors, question)
    does = {
        line.clean: (label, round(float(chance[LABELS.index(label)]), 3))
        for line, label, chance in zip(once, labels, chances, strict=True)
    }
    return [
        {
            "index": line.index,
            "text": line.text,
            "start": line.start,
            "end": line.end,
            "label": does[line.clean][0],
            "confidence": does[line.clean][1],
            "clauses": shared.get(line.clean, []),
        }
        for line in lines
    ]


def _hangs_together(labels: list[str]) -> bool:
    """A single sentence is no story, unless the whole answer has hardly more."""
    told = sum(label != "none" for label in labels)
    return told >= 2 or (told == 1 and len(labels) < 4)


def _shared(
    lines: list[Line], labels: list[str], vectors: Vectors, question: str
) -> dict[str, list[dict[str, str]]]:
    """The clauses of sentences, by their text, one of which is all that stands for an element."""
    missing = set(STORY) - set(labels)
    found: dict[str, list[dict[str, str]]] = {}
    if len(missing) == len(STORY) or len(lines) > MOST_LINES:
        return found
    for place, (line, label) in enumerate(zip(lines, labels, strict=True)):
        clauses = _clauses(line)
        if label == "none" or len(clauses) < 2 or not missing:
            continue
        told = [*lines[:place], *clauses, *lines[place + 1 :]]
        chances = probabilities(told, vectors, question)[place : place + 2]
        names = [LABELS[int(row.argmax())] for row in chances]
        other = names[1 - names.index(label)] if label in names else label
        if other in missing and chances[names.index(other)].max() >= SURE:
            missing.remove(other)
            pairs = zip(clauses, names, strict=True)
            found[line.clean] = [{"text": one.text, "label": name} for one, name in pairs]
    return found


def _clauses(line: Line) -> list[Line]:
    """The two clauses of a compound sentence as lines of their own; fewer of another sentence, or
    where a clause is no words."""
    split = _CLAUSES.match(line.clean)
    texts = [text.rstrip(" ,") for text in split.groups() if text] if split else []
    return lines_of(
        [{"text": text[:1].upper() + text[1:], "start": None, "end": None} for text in texts]
    )


@dataclass(frozen=True)
class Model:
    """`weights` and `bias` of the features, `step[a, b]` and `start[a]` of the chain, in logs."""

    frames: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    step: np.ndarray
    start: np.ndarray


@lru_cache
def model(meaning: bool) -> Model:
    """The fitted model, or the one for machines without embeddings."""
    name = "full" if meaning else "plain"
    parts = ("weights", "bias", "step", "start")
    stored = arrays(MODEL, "frames", *(f"{name}_{part}" for part in parts))
    return Model(
        frames=tuple(str(one) for one in stored["frames"]),
        **{part: stored[f"{name}_{part}"].astype(float) for part in parts},
    )


def features(
    lines: list[Line], rows: np.ndarray | None, asked: float, frames: tuple[str, ...]
) -> np.ndarray:
    """A row a sentence. `rows` are the sentences' embeddings, or None without the model."""
    own = np.array([traits.of_sentence(line) for line in lines])
    told = np.repeat([traits.of_answer(lines, asked)], len(lines), axis=0)
    parts = [own, traits.of_place(len(lines)), told]
    parts += [NEIGHBOUR * one for one in _beside(own)]
    known = {name: place for place, name in enumerate(frames)}
    seen = np.zeros((len(lines), len(frames)))
    for place, line in enumerate(lines):
        seen[place, [known[name] for name in traits.frames(line) if name in known]] = FRAME
    parts.append(seen)
    if rows is not None:
        parts += [MEANING * rows, *(NEIGHBOUR * MEANING * one for one in _beside(rows))]
    return np.hstack(parts)


def _beside(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows before and the rows after, nothing beyond the edges."""
    edge = np.zeros((1, rows.shape[1]))
    return np.vstack([edge, rows[:-1]]), np.vstack([rows[1:], edge])


def probabilities(lines: list[Line], vectors: Vectors, question: str = "") -> np.ndarray:
    """A row a sentence, a column a label; each row sums to 1."""
    rows = vectors.matrix([line.clean for line in lines])
    fitted = model(rows is not None)
    asked = 0.0 if not question else 1.0 if expects_story(question) else -1.0
    scores = features(lines, rows, asked, fitted.frames) @ fitted.weights + fitted.bias
    return chained(_normalised(scores), fitted.start, fitted.step)


def chained(scores: np.ndarray, start: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Each sentence's probabilities given all the others; everything in logs but the result."""
    forward, backward = np.empty_like(scores), np.zeros_like(scores)
    forward[0] = CHAIN * start + scores[0]
    for place in range(1, len(scores)):
        before = forward[place - 1][:, None] + CHAIN * step
        forward[place] = scores[place] + np.logaddexp.reduce(before, axis=0)
    for place in range(len(scores) - 2, -1, -1):
        after = CHAIN * step + (scores[place + 1] + backward[place + 1])[None]
        backward[place] = np.logaddexp.reduce(after, axis=1)
    chances: np.ndarray = np.exp(_normalised(forward + backward))
    return chances


def _normalised(scores: np.ndarray) -> np.ndarray:
    total: np.ndarray = np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return scores - total


def elements(sentences: list[dict[str, Any]]) -> list[str]:
    """Which of the four the answer holds, in a story's order."""
    present = {piece["label"] for piece in _pieces(sentences)}
    return [name for name in STORY if name in present]


def _pieces(sentences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sentences, in place of some their clauses: what has one label each."""
    return [piece for one in sentences for piece in one.get("clauses") or [one]]


def completeness(sentences: list[dict[str, Any]]) -> float:
    """Share of the four elements that the answer holds, 0-1."""
    return len(elements(sentences)) / len(STORY)


def balance(sentences: list[dict[str, Any]]) -> float:
    """How near the elements' shares of the words lie to the advised ones, 0-1.

    One minus the total variation distance to 20 % situation, 10 % task, 50 % action and 20 %
    result (our choice, in line with what careers services advise: most of it is what you did).
    """
    counts = dict.fromkeys(STORY, 0)
    for piece in _pieces(sentences):
        if piece["label"] in counts:
            counts[piece["label"]] += len(piece["text"].split())
    total = sum(counts.values())
    ideal = data(traits.DATA)["ideal_share"]
    if not total:
        return 0.0
    return 1 - sum(abs(counts[name] / total - ideal[name]) for name in STORY) / 2


def expects_story(question: str) -> bool:
    """Whether a question asks for an experience (a behavioural question)."""
    return bool(_BEHAVIOURAL.search(question))


_BEHAVIOURAL = re.compile(
    r"\b((tell (me|us)|talk) about (a|an|the|one|your (last|biggest|proudest|worst|best))\b|"
    r"describe (a|an|one|the (last|most)|your (last|biggest)|how you \w+ed)\b|"
    r"give (me |us )?(an|one) example|have you ever|when (have|did) you|a time (when|that|you)|"
    r"what did you do)",
    re.IGNORECASE,
)
