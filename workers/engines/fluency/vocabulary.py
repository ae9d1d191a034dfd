"""Richness of the words, ease of reading, and phrases said too often."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from workers.engines.fluency.lexicon import STOP
from workers.engines.fluency.syllables import said
from workers.engines.fluency.words import Token, item
from workers.engines.timeline import rounded

LEAST_WORDS = 100
_FACTOR = 0.72


def mtld(words: Sequence[str]) -> float | None:
    """Measure of textual lexical diversity (McCarthy & Jarvis 2010); None under 100 words.

    Mean length of stretches that keep a type-token ratio above 0.72, forwards and backwards.
    """
    if len(words) < LEAST_WORDS:
        return None
    return (_mtld_one_way(words) + _mtld_one_way(words[::-1])) / 2


def _mtld_one_way(words: Sequence[str]) -> float:
    factors, types, count = 0.0, set[str](), 0
    for word in words:
        count += 1
        types.add(word)
        if len(types) / count <= _FACTOR:
            factors, types, count = factors + 1, set(), 0
    if count:
        factors += (1 - len(types) / count) / (1 - _FACTOR)
    return len(words) / factors if factors else float(len(words))


def readability(tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Flesch reading ease and Flesch-Kincaid grade (Kincaid et al. 1975); None under 100 words."""
    counts = [said(token.lower) for token in tokens if not token.filled_pause]
    words, syllables = sum(w for w, _ in counts), sum(s for _, s in counts)
    if words < LEAST_WORDS or not sentences:
        return {"flesch_reading_ease": None, "flesch_kincaid_grade": None}
    per_sentence, per_word = words / len(sentences), syllables / words
    return {
        "flesch_reading_ease": rounded(206.835 - 1.015 * per_sentence - 84.6 * per_word, 1),
        "flesch_kincaid_grade": rounded(0.39 * per_sentence + 11.8 * per_word - 15.59, 1),
    }


def overused(tokens: Sequence[Token], lemmas: Sequence[str]) -> list[dict[str, Any]]:
    """Phrases of 2-4 words said three times or more, and content words over four times and 2.5 %.

    Items {text, count, items}: the most frequent ten; a phrase inside a longer one as frequent is
    left out.
    """
    spoken = [i for i, token in enumerate(tokens) if not token.filled_pause]
    phrases: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for size in (2, 3, 4):
        for k in range(len(spoken) - size + 1):
            first, last = spoken[k], spoken[k + size - 1]
            words = tuple(tokens[i].lower for i in spoken[k : k + size])
            crosses = any(tokens[i].edge in {"stop", "question"} for i in spoken[k : k + size - 1])
            if not crosses and _says_something(words):
                phrases.setdefault(words, []).append((first, last + 1))
    frequent = {words: _apart(places) for words, places in phrases.items()}
    frequent = {words: places for words, places in frequent.items() if len(places) >= 3}
    covered: dict[tuple[str, ...], int] = {}
    for words, places in frequent.items():
        for part in _parts(words):
            covered[part] = max(covered.get(part, 0), len(places))
    kept = {
        words: places for words, places in frequent.items() if covered.get(words, 0) < len(places)
    }
    said_in_phrases = {word for words in kept for word in words}
    content = Counter(
        lemmas[i] for i in spoken if tokens[i].lower not in STOP and len(lemmas[i]) > 2
    )
    least = max(5, math.ceil(0.025 * len(spoken)))
    for lemma, count in content.items():
        if count >= least and lemma not in said_in_phrases:
            kept[(lemma,)] = [(i, i + 1) for i in spoken if lemmas[i] == lemma]
    ranked = sorted(kept.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:10]
    return [
        {
            "text": " ".join(words),
            "count": len(places),
            "items": [item(tokens, first, end) for first, end in places],
        }
        for words, places in ranked
    ]


def _says_something(words: tuple[str, ...]) -> bool:
    return (
        words[0] not in {"the", "a", "of"}
        and words[-1] not in {"the", "a", "of", "and"}
        and (sum(word not in STOP for word in words) >= max(1, len(words) / 3))
    )


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that do not overlap."""
    kept: list[tuple[int, int]] = []
    for place in places:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def _parts(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Every shorter phrase in a phrase."""
    return {
        words[first:end]
        for first in range(len(words))
        for end in range(first + 2, len(words) + 1)
        if end - first < len(words)
    }
