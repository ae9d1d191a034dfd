"""Signposts: sentences that tell the listener where the talk stands.

Regular expressions know the common phrases and their kind. A logistic model over what they found,
plain facts of the words, the sentence's meaning, that of its neighbours and how it is worded, its
opening above all (MiniLM's vectors and states), decides, since there are more ways to say *and now
to something else* than a list holds; workers/training/fit_signposts.py fits it, and once more
without the states, for an older export of MiniLM. Without MiniLM the expressions decide alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import DATA, data, is_past
from workers.engines.meaning.lines import Line, word_count
from workers.engines.meaning.vectors import Vectors
from workers.engines.shipped import arrays

LEXICON = "signposts-2"
MODEL, PLAIN_MODEL = DATA / "signposts-model-2.npz", DATA / "signposts-plain-2.npz"
"""With MiniLM's states, and without."""
MEANING, NEAR, WORDING = 4.0, 0.5, 0.3
"""How much a sentence's meaning weighs against its facts before the fit; how much the facts of its
neighbours (and twice that their meaning); its states."""
OPENING = 4
"""Words of an opening."""
OTHER = "turn"
"""The kind of a signpost that no expression knows."""


def signposting(lines: list[Line], vectors: Vectors) -> dict[str, Any]:
    """`{count, per_100_words, kinds, items[{text, kind, start, end}]}`: what shows the way.

    Text is the phrase that an expression found, else the sentence.
    """
    phrases = [phrase(line) for line in lines]
    rows = vectors.matrix([line.clean for line in lines])
    if rows is None:
        points = [found is not None for found in phrases]
    else:
        states = vectors.states([line.clean for line in lines], OPENING)
        model = _model(PLAIN_MODEL if states is None else MODEL)
        points = (features(lines, rows, states) @ model["weights"] + model["bias"] > 0).tolist()
    items = []
    for line, found, is_one in zip(lines, phrases, points, strict=True):
        if is_one:
            kind, text = found or (OTHER, line.clean)
            items.append({"text": text, "kind": kind, "start": line.start, "end": line.end})
    return {
        "count": len(items),
        "per_100_words": round(100 * len(items) / max(1, word_count(lines)), 2),
        "kinds": sorted({str(item["kind"]) for item in items}),
        "items": items,
    }


def phrase(line: Line) -> tuple[str, str] | None:
    """Kind and text of what an expression finds: what the sentence mostly does.

    *First* or *next* count where they open a sentence and stand apart, not in a tale (*then I
    called*).
    """
    text = line.clean.lower().replace("’", "'").strip()
    for kind, patterns in expressions().items():
        for pattern in patterns:
            found = pattern.search(text)
            if found and found.group().strip():
                return kind, found.group().strip(" ,")
    return None


@lru_cache
def expressions() -> dict[str, list[re.Pattern[str]]]:
    kinds = data(LEXICON)["kinds"]
    return {kind: [re.compile(one) for one in patterns] for kind, patterns in kinds.items()}


def features(lines: list[Line], rows: np.ndarray, states: np.ndarray | None) -> np.ndarray:
    """A row a sentence: what the expressions found, facts of its words, its meaning, the same of
    the sentences before and after it, then its states, if there are any."""
    table = []
    for line in lines:
        said, found = set(line.tokens), phrase(line)
        table.append(
            [
                found is not None,
                *(found is not None and found[0] == kind for kind in expressions()),
                len(line.tokens) < 6, len(line.tokens) / 15, line.clean.endswith("?"),
                *(bool(said & own) for own in _facts()),
                any(is_past(token) for token in line.tokens),
            ]
        )  # fmt: skip
    facts = np.array(table, dtype=float)
    near = np.hstack([NEAR * facts, 2 * NEAR * rows])
    edge = np.zeros((1, near.shape[1]))
    before, after = np.vstack([edge, near[:-1]]), np.vstack([near[1:], edge])
    own = [] if states is None else [WORDING * states]
    return np.hstack([facts, MEANING * rows, before, after, *own])


@lru_cache
def _facts() -> list[frozenset[str]]:
    """Words of the speaker, of both, of the listener, that point, that talks are made of."""
    return [frozenset(listed.split()) for listed in data(LEXICON)["facts"].values()]


@lru_cache
def _model(path: Path) -> dict[str, np.ndarray]:
    return {name: part.astype(float) for name, part in arrays(path, "weights", "bias").items()}
