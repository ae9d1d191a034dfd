"""A summary in the speaker's own sentences: near the centre of the talk, far from each other.

Maximal marginal relevance (Carbonell & Goldstein 1998) over sentence embeddings, in the order they
were said. Without the embedding model, the share of the talk's frequent words stands in.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import content_stems
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors

SENTENCES = 3
_SHORTEST, _LONGEST = 5, 45
"""Words a sentence of the summary may have; what is outside says too little or too much."""
_DIVERSITY = 0.4


def summary(lines: list[Line], vectors: Vectors) -> list[dict[str, Any]]:
    """Up to three `{index, text, start, end}`, in spoken order."""
    fit = [line for line in lines if _SHORTEST <= len(line.tokens) <= _LONGEST] or lines
    unique = list({line.clean.lower(): line for line in fit}.values())
    chosen = _by_meaning(unique, vectors) if vectors.available else _by_words(unique)
    return [
        {"index": line.index, "text": line.text, "start": line.start, "end": line.end}
        for line in sorted(chosen, key=lambda line: line.index)
    ]


def _by_meaning(lines: list[Line], vectors: Vectors) -> list[Line]:
    rows = vectors.matrix([line.clean for line in lines])
    if rows is None:
        return _by_words(lines)
    centre = rows.mean(axis=0)
    worth = rows @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    chosen: list[int] = []
    while len(chosen) < min(SENTENCES, len(lines)):
        repeated = rows @ rows[chosen].T if chosen else np.zeros((len(lines), 1))
        gain = (1 - _DIVERSITY) * worth - _DIVERSITY * repeated.max(axis=1)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [lines[index] for index in chosen]


def _by_words(lines: list[Line]) -> list[Line]:
    counts = Counter(word for line in lines for word in set(content_stems(line.clean)))

    def worth(line: Line) -> float:
        stems = set(content_stems(line.clean))
        return sum(counts[word] for word in stems) / (3 + len(stems))

    return sorted(lines, key=worth, reverse=True)[:SENTENCES]
