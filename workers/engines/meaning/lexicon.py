"""The word lists, and the plain-text tools that read with them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from workers.engines.shipped import record

DATA = Path(__file__).resolve().parents[1] / "data"
_TOKEN = re.compile(r"[^\W\d_](?:#|\+\+)(?!\w)|[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,:]\d+)*%?")


@lru_cache
def data(name: str) -> dict[str, Any]:
    """A data file of the engines, by name without its ending. Do not change what comes back."""
    return record(DATA / f"{name}.json", "about")


@lru_cache
def words(name: str) -> frozenset[str]:
    """One of the lexicon's space-separated lists."""
    return frozenset(str(data("lexicon-1")[name]).split())


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers, filled pauses too; contractions and names like C# whole."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def without_fillers(text: str) -> str:
    """The text without um, uh and their like, for whatever reads meaning."""
    fillers = words("filled_pauses")
    kept = [word for word in text.split() if word.strip(".,?!;:…-").lower() not in fillers]
    return " ".join(kept)


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """A crude stem, enough to match *managed* with *managing*; never shown."""
    token = token.removesuffix("'s")
    for ending, instead in (
        ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ations", "at"), ("ation", "at"),
        ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""), ("edly", ""), ("ed", ""),
        ("ers", ""), ("er", ""), ("ors", ""), ("or", ""), ("es", ""), ("s", ""), ("ly", ""),
        ("e", ""),
    ):  # fmt: skip
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            token = token[: len(token) - len(ending)] + instead
            break
    return token[:-1] if len(token) > 4 and token[-1] == token[-2] else token.rstrip("e")


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    skip = words("function_words")
    return [stem(token) for token in tokens(text) if token not in skip and len(token) > 1]


def is_past(token: str) -> bool:
    """Whether a word can only be read as a past form (or a participle)."""
    if token in words("irregular_past"):
        return True
    return token.endswith("ed") and len(token) > 3 and token not in words("not_past")


@lru_cache
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern that finds any of the phrases as whole words, the longest first."""
    ordered = sorted(phrases, key=len, reverse=True)
    inner = "|".join(re.escape(phrase).replace(r"\ ", r"[\s,]+") for phrase in ordered)
    return re.compile(rf"(?<![\w'])(?:{inner})(?![\w'])", re.IGNORECASE)
