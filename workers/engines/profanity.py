"""Swear words in a text: where they are, and how to show the text without them.

The one lexicon (data/profanity-1.toml) both counts them for the learner and masks them for whom a
transcript is shared with, so that nothing is shown that was not counted. Standard library only: the
web process reads it too.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).with_name("data") / "profanity-1.toml"
_WORD = re.compile(r"[^\W\d_]+")


class Swearing(NamedTuple):
    """Characters [start, end) of a text. `strength`: strong or mild."""

    start: int
    end: int
    strength: str


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Words of phrases that are no swear words themselves."""
    return frozenset(_lexicon()["plain"].split())


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    groups = (f"(?P<{name}>{'|'.join(_lexicon()[name])})" for name in ("strong", "mild"))
    between = "|".join(groups).replace(" ", r"\s")
    return re.compile(rf"(?<!\w)(?<!\w')(?:{between})(?!\w)", re.IGNORECASE)


def find(text: str) -> list[Swearing]:
    """Every place, in order, none overlapping."""
    return [
        Swearing(match.start(), match.end(), match.lastgroup or "mild")
        for match in _pattern().finditer(text)
    ]


def hidden_by_context(text: str) -> frozenset[str]:
    """Words that are masked in this text and would not be where somebody quotes them alone."""
    hidden = {
        word[0].lower()
        for place in find(text)
        for word in _WORD.finditer(text, place.start, place.end)
    }
    return frozenset(word for word in hidden - _plain() if not find(word))


def masked(text: str, quoted: frozenset[str] = frozenset()) -> str:
    """The text with every letter but the first of each such word as an asterisk, and of each word
    of `quoted` (lower case) wherever it stands.

    >>> masked("What the hell, this shit works.")
    'What the h***, this s*** works.'
    """
    for place in reversed(find(text)):
        hidden = _WORD.sub(_hidden, text[place.start : place.end])
        text = text[: place.start] + hidden + text[place.end :]
    return _WORD.sub(lambda word: _hidden(word) if word[0].lower() in quoted else word[0], text)


def _hidden(word: re.Match[str]) -> str:
    plain = word[0].lower() in _plain()
    return word[0] if plain else word[0][0] + "*" * (len(word[0]) - 1)
