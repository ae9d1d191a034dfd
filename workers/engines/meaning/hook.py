"""Whether the first words make one listen: a logistic model over facts of an opening.

What counts is a moment, a number, a question to the listener, a claim or a contrast, against
housekeeping, excuses, agendas and what is true of anything. Beside the plain facts stands the
meaning of the text (MiniLM). workers/training/fit_opening.py fits it; without the embedding model
the worth of the opening's kind stands in (frame.opening).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from workers.engines.meaning import signposts
from workers.engines.meaning.lexicon import DATA, data, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.traits import is_deed, is_narrated
from workers.engines.meaning.vectors import Vectors
from workers.engines.shipped import arrays

MODEL = DATA / "opening-1.npz"
DIMENSIONS = 384
MEANING = 4.0
"""How much meaning weighs against the facts before the fit."""
_ABSTRACT = ("tion", "tions", "ity", "ities", "ment", "ments", "ness", "ance", "ence", "ism")


def worth(lines: list[Line], rule: float, vectors: Vectors) -> float | None:
    """How likely the sentences are a good opening, 0-1; None without the embedding model. `rule`:
    what the kind of the opening is worth."""
    row = vectors.matrix([" ".join(line.clean for line in lines)])
    if row is None:
        return None
    model = _model()
    odds = features(lines, rule, row[0]) @ model["weights"] + model["bias"][0]
    return 1 / (1 + math.exp(-float(odds)))


def features(lines: list[Line], rule: float, meaning: np.ndarray) -> np.ndarray:
    """What the rule says, facts of the words, then the meaning."""
    said = [token for line in lines for token in line.tokens]
    count, distinct = max(1, len(said)), set(said)
    numbers = sum(token[0].isdigit() or token in words("number_words") for token in said)
    facts = [
        rule, rule < 0.58, rule > 0.82,
        *(bool(distinct & own) for own in _facts().values()),
        numbers > 0, min(numbers, 3) / 3,
        any(is_narrated(line) for line in lines), any(is_deed(line) for line in lines),
        any(line.clean.endswith("?") for line in lines),
        sum(token.endswith(_ABSTRACT) for token in said) / count,
        sum(token in words("vague") for token in said) / count,
        sum(token in words("concrete_nouns") for token in said) / count,
        min(count, 30) / 30, len(lines[0].tokens) < 8,
    ]  # fmt: skip
    return np.hstack([np.array(facts, dtype=float), MEANING * meaning])


@lru_cache
def _facts() -> dict[str, frozenset[str]]:
    """Words by what they do: turn against what was said, push to the edge, point to the listener,
    to the speaker, to the occasion, to how things are in general."""
    listed = data(signposts.LEXICON)["opening_words"]
    return {kind: frozenset(str(own).split()) for kind, own in listed.items()}


@lru_cache
def _model() -> dict[str, np.ndarray]:
    return {name: part.astype(float) for name, part in arrays(MODEL, "weights", "bias").items()}
