"""Words that sound alike: what cannot be heard was written by who transcribed, not said."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

_RUN_TOGETHER = frozenset({("of", "have"), ("of", "'ve"), ("than", "then"), ("then", "than"),
                           ("use", "used"), ("suppose", "supposed")})  # fmt: skip
"""Alike in running speech."""
_MOST_WAYS = 2


@lru_cache(maxsize=1)
def _phones() -> dict[str, tuple[str, ...]]:
    """Word -> every pronunciation in the CMU dictionary that PocketSphinx carries."""
    found: dict[str, list[str]] = {}
    path = resources.files("pocketsphinx") / "model" / "en-us" / "cmudict-en-us.dict"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.strip().partition(" ")
            found.setdefault(re.sub(r"\(\d+\)$", "", word), []).append(phones)
    return {word: tuple(ways) for word, ways in found.items()}


def sound_alike(said: str, instead: str) -> bool:
    """Whether two phrases can be the same to the ear.

    >>> sound_alike("your late", "you're late"), sound_alike("could of", "could have")
    (True, True)
    >>> sound_alike("she go", "she goes")
    False
    """
    if _letters(said) == _letters(instead):
        return True
    first, second = said.lower().split(), instead.lower().split()
    if len(first) != len(second):
        return bool(_joined(first) & _joined(second))
    return all(_alike(_bare(a), _bare(b)) for a, b in zip(first, second, strict=True))


def _alike(a: str, b: str) -> bool:
    return a == b or (a, b) in _RUN_TOGETHER or bool(set(_ways(a)) & set(_ways(b)))


def _bare(word: str) -> str:
    return re.sub(r"[^\w']", "", word)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _ways(word: str) -> tuple[str, ...]:
    return _phones().get(word, ())[:_MOST_WAYS]


def _joined(words: list[str]) -> set[str]:
    """Every way to say the words in a row."""
    found = {""}
    for word in words[:4]:
        found = {f"{before} {way}".strip() for before in found for way in _ways(_bare(word))}
    return found
