"""A summary in the speaker's own sentences: those that carry the message, far from each other.

A logistic model weighs each sentence's meaning (MiniLM), how central it is to the talk, where it
stands, and signs in its words: numbers, *recommend* or *so that* for it, *by the way* or *hello*
against it. Chosen one by one, less what repeats a chosen one (maximal marginal relevance, Carbonell
& Goldstein 1998), shown in the order they were said. workers/training/fit_summary.py fits it.
Without the embedding model, the share of the talk's frequent words stands in.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import content_stems, data, phrase_pattern, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors

SENTENCES = 3
MEANING = 4.0
"""How much meaning weighs against the other facts before the fit."""
FACTS = (
    "central", "near", "place", "last", "number", "message", "messages", "aside", "points_back",
    "repeats", "asks",
)  # fmt: skip
_SHORTEST, _LONGEST = 5, 45
"""Words a sentence of the summary may have; what is outside says too little or too much."""
_DIVERSITY = 0.5
"""What a sentence loses that says the same as a chosen one, in log-odds."""
_POINTERS = frozenset(["it", "that", "he", "she", "they", "this", "there", "one", "you", "some"])


def summary(lines: list[Line], vectors: Vectors) -> list[dict[str, Any]]:
    """Up to three `{index, text, start, end}`, in spoken order."""
    fit = [line for line in lines if _SHORTEST <= len(line.tokens) <= _LONGEST] or lines
    unique = list({line.clean.lower(): line for line in reversed(fit)}.values())[::-1]
    chosen = _by_meaning(unique, vectors) if vectors.available else _by_words(unique)
    return [
        {"index": line.index, "text": line.text, "start": line.start, "end": line.end}
        for line in sorted(chosen, key=lambda line: line.index)
    ]


def _by_meaning(lines: list[Line], vectors: Vectors) -> list[Line]:
    rows = vectors.matrix([line.clean for line in lines])
    if rows is None:
        return _by_words(lines)
    model = data("summary-1")
    worth = features(lines, rows) @ np.array(model["weights"])
    chosen: list[int] = []
    while len(chosen) < min(SENTENCES, len(lines)):
        repeated = rows @ rows[chosen].T if chosen else np.zeros((len(lines), 1))
        gain = worth - _DIVERSITY * repeated.max(axis=1)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [lines[index] for index in chosen]


def features(lines: list[Line], rows: np.ndarray) -> np.ndarray:
    """A row a sentence: the facts, in the order of FACTS, then its meaning."""
    count = len(lines)
    centre = rows.mean(axis=0)
    cosines = rows @ rows.T
    central = rows @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    near = np.sort(cosines, axis=1)[:, -2] if count > 1 else np.zeros(1)
    stems = [set(content_stems(line.clean)) for line in lines]
    shared = Counter(stem for own in stems for stem in own)
    table = []
    for place, (line, own) in enumerate(zip(lines, stems, strict=True)):
        messages = len(_pattern("message").findall(line.clean))
        repeats = sum(shared[stem] - 1 for stem in own) / (3 + len(own)) / count
        table.append(
            [
                central[place], near[place], place / max(1, count - 1), place == count - 1,
                _has_number(line), messages > 0, messages,
                bool(_pattern("aside").search(line.clean)), line.tokens[0] in _POINTERS,
                repeats, line.clean.endswith("?"),
            ]
        )  # fmt: skip
    return np.hstack([np.array(table, dtype=float), MEANING * rows])


@lru_cache
def _pattern(kind: str) -> re.Pattern[str]:
    return phrase_pattern(tuple(data("summary-words-1")[kind]))


def _has_number(line: Line) -> bool:
    return any(token[0].isdigit() or token in words("number_words") for token in line.tokens)


def _by_words(lines: list[Line]) -> list[Line]:
    counts = Counter(word for line in lines for word in set(content_stems(line.clean)))

    def worth(line: Line) -> float:
        stems = set(content_stems(line.clean))
        return sum(counts[word] for word in stems) / (3 + len(stems))

    return sorted(lines, key=worth, reverse=True)[:SENTENCES]
