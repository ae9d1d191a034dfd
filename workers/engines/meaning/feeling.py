"""Sentiment along the answer: positive, neutral or negative, sentence by sentence.

A logistic model over a sentence's meaning (MiniLM) and VADER's compound (Hutto & Gilbert, ICWSM
2014), which knows negation and degree; fitted by workers/training/fit_sentiment.py. Without the
embedding model VADER decides alone. Words the question itself brought in are made neutral first:
who is asked for a *weakness* or a *conflict* and names it has not turned negative.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import DATA, stem, tokens, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors
from workers.engines.shipped import arrays

LABELS = ("negative", "neutral", "positive")
MODEL = DATA / "sentiment-1.npz"
MEANING = 3.0
"""How much meaning weighs against VADER before the fit."""
NEUTRAL = 0.05
"""Within ± this a value is neutral whatever pulls at it: VADER's authors' bound, and ours."""
_NOBODY = re.compile(r"\b(?:nobody|no one)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def sentiment(lines: list[Line], question: str, vectors: Vectors) -> dict[str, Any]:
    """`{label, value, series[{index, start, end, value}]}`.

    A value is the probability of positive less that of negative, −1…1; that of the whole, and its
    label, from the mean by words.
    """
    asked = {stem(token) for token in tokens(question) if token not in words("function_words")}
    chances = _chances([_without(line.clean, asked) for line in lines], vectors)
    weights = np.array([len(line.tokens) for line in lines], dtype=float)
    whole = weights @ chances / max(1.0, weights.sum())
    series = [
        {"index": line.index, "start": line.start, "end": line.end, "value": _value(row)}
        for line, row in zip(lines, chances, strict=True)
    ]
    return {"label": _label(whole), "value": _value(whole), "series": series}


def _label(chances: np.ndarray) -> str:
    mixed = abs(_value(chances)) < NEUTRAL
    return "neutral" if mixed else LABELS[int(chances.argmax())]


def _value(chances: np.ndarray) -> float:
    return round(float(chances[2] - chances[0]), 3)


def _chances(texts: list[str], vectors: Vectors) -> np.ndarray:
    """A row a text, a column a label."""
    compounds = np.array([compound(text) for text in texts])
    rows = vectors.matrix(texts)
    if rows is None:
        return _by_vader(compounds)
    scores = features(rows, compounds) @ _model()["weights"] + _model()["bias"]
    found: np.ndarray = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    return found


def features(rows: np.ndarray, compounds: np.ndarray) -> np.ndarray:
    """What the model reads: the embedding, and VADER's compound."""
    return np.column_stack([MEANING * rows, compounds])


def _by_vader(compounds: np.ndarray) -> np.ndarray:
    """No probabilities, but rows whose value and label are those of the compound."""
    neutral = (np.abs(compounds) < NEUTRAL).astype(float)
    return np.column_stack([np.maximum(0, -compounds), neutral, np.maximum(0, compounds)])


@lru_cache
def _model() -> dict[str, np.ndarray]:
    return {name: part.astype(float) for name, part in arrays(MODEL, "weights", "bias").items()}


def compound(text: str) -> float:
    """VADER's verdict, −1…1."""
    return float(_analyser().polarity_scores(text)["compound"])


def _without(text: str, stems: set[str]) -> str:
    """The text with those words made neutral, and *nobody* as the negation VADER overlooks."""
    text = _NOBODY.sub("none", text)
    if not stems:
        return text
    return _WORD.sub(lambda m: "it" if stem(m.group().lower()) in stems else m.group(), text)


@lru_cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
