"""Words into sentences: by punctuation where there is some, else by pauses and length."""

from __future__ import annotations

import re
from typing import Any

from workers.engines.types import Word

PAUSE_S = 0.6
"""A silence this long ends a sentence where nothing is written."""
LONGEST = 40
"""Words after which an unpunctuated sentence is cut at its longest pause."""
_END = re.compile(r"[.?!…]+[\"'”’)\]]*$")
_NO_END = re.compile(
    r"^(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|etc|no|inc|ltd|[a-z])\.$", re.IGNORECASE
)


def sentences(words: list[Word]) -> list[dict[str, Any]]:
    """[{text, start, end, first_word, last_word}] covering every word once, in order."""
    ends = _punctuated(words)
    found: list[dict[str, Any]] = []
    first = 0
    for end in ends:
        for start, stop in _short_enough(words, first, end):
            found.append(_sentence(words, start, stop))
        first = end
    return found


def _punctuated(words: list[Word]) -> list[int]:
    """Index after each sentence's last word."""
    ends = [
        n + 1
        for n, word in enumerate(words)
        if (_END.search(word["text"]) and not _NO_END.match(word["text"]))
        or (n + 1 < len(words) and words[n + 1]["speaker"] != word["speaker"])
    ]
    return ends if ends and ends[-1] == len(words) else [*ends, len(words)] if words else []


def _short_enough(words: list[Word], first: int, end: int) -> list[tuple[int, int]]:
    """The stretch itself if a writer ended it; else cut at its pauses, then by length."""
    if end - first <= LONGEST and _END.search(words[end - 1]["text"]):
        return [(first, end)]
    pieces, start = [], first
    for n in range(first + 1, end):
        if (_gap(words, n) or 0) >= PAUSE_S:
            pieces.append((start, n))
            start = n
    pieces.append((start, end))
    return [cut for piece in pieces for cut in _cut(words, *piece)]


def _cut(words: list[Word], first: int, end: int) -> list[tuple[int, int]]:
    if end - first <= LONGEST:
        return [(first, end)]
    inner = range(first + LONGEST // 4, end - LONGEST // 4)
    at = max(inner, key=lambda n: (_gap(words, n) or 0.0, -abs(n - (first + end) // 2)))
    return _cut(words, first, at) + _cut(words, at, end)


def _gap(words: list[Word], n: int) -> float | None:
    """Silence before word n in seconds, where both times are known."""
    start, end = words[n]["start"], words[n - 1]["end"]
    return None if start is None or end is None else start - end


def _sentence(words: list[Word], first: int, end: int) -> dict[str, Any]:
    return {
        "text": " ".join(word["text"] for word in words[first:end]),
        "start": words[first]["start"],
        "end": words[end - 1]["end"],
        "first_word": first,
        "last_word": end - 1,
    }
