"""What a small model sees of the words around a place, and the model: weights of plain facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from workers.engines.fluency.lexicon import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    SUBORDINATORS,
)
from workers.engines.lexis import look_up
from workers.engines.shipped import record

DATA = Path(__file__).resolve().parents[1] / "data"
OUTSIDE = "#"
"""Stands for a word beyond the sentence."""
FILLED_PAUSE = "um"
"""Stands for every filled pause."""
_CLOSED = {
    **dict.fromkeys(PREPOSITIONS, "P"),
    **dict.fromkeys(QUESTION_WORDS | SUBORDINATORS, "WH"),
    **dict.fromkeys(CONJUNCTIONS, "CC"),
    **dict.fromkeys(DETERMINERS, "DET"),
    **dict.fromkeys(PRONOUNS, "PRO"),
    **dict.fromkeys(AUXILIARIES, "AUX"),
    **dict.fromkeys(BE, "BE"),
    OUTSIDE: OUTSIDE,
    FILLED_PAUSE: FILLED_PAUSE,
}


@lru_cache(maxsize=50_000)
def kind(word: str) -> str:
    """The class of a word: a closed one (PRO, DET, BE ...), or its tag, with ? where that is
    only the most likely of several."""
    if word in _CLOSED:
        return _CLOSED[word]
    entry = look_up(word)
    if not entry.tags:
        return word if entry.cluster else "X"
    return entry.tag if entry.sure or len(entry.tags) == 1 else f"{entry.tag}?"


@lru_cache(maxsize=50_000)
def clusters(word: str) -> tuple[str, ...]:
    """What a word is used like, from roughly to closely."""
    cluster = look_up(word).cluster
    if not cluster:
        return (f"-{word[-2:]}",)
    return tuple(f"{bits}:{cluster & ((1 << bits) - 1)}" for bits in (4, 6, 10))


@lru_cache(maxsize=4)
def model(name: str) -> Mapping[str, Any]:
    """A trained model of data/: `weights` of facts, by family where it has families."""
    return record(DATA / f"{name}.json", "weights")


def probability(weights: Mapping[str, float], facts: Iterable[str]) -> float:
    """Logistic regression: how likely it is, 0-1, given what holds."""
    score = weights["bias"] + sum(weights.get(fact, 0.0) for fact in facts)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
