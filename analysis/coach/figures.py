"""Numbers in a text, whether in digits or in words, so that one can be looked up in another."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {word: n for n, word in enumerate(_ONES.split())} | {
    word: 20 + 10 * n for n, word in enumerate(_TENS.split())
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+")
SMALL = 10
"""Up to here a number in words is a way of speaking ("one thing") more than a figure."""


def numbers(text: str) -> set[float]:
    """Every number in `text`, of each word alone and of each run of words ("twenty-seven")."""
    found: set[float] = set()
    for run in _runs(text):
        found |= {_total(run)} | {_total([part]) for part in run if part not in _SCALES}
    return found


def claimed(text: str) -> set[float]:
    """The numbers in `text` that state something: those in digits, and words above SMALL."""
    return {
        _total(run)
        for run in _runs(text)
        if _total(run) > SMALL or any(part[0].isdecimal() for part in run)
    }


def _runs(text: str) -> Iterator[list[str]]:
    """Neighbouring number words; a number in digits begins its own."""
    run: list[str] = []
    for match in _TOKEN.finditer(text.lower()):
        part = match[0]
        if part == "and" and run and run[-1] in _SCALES:
            continue
        is_number = part in _VALUES or part in _SCALES
        if run and not is_number:
            yield run
            run = []
        if is_number:
            run.append(part)
        elif part[0].isdecimal():
            run = [part]
    if run:
        yield run


def _total(run: list[str]) -> float:
    total = current = 0.0
    for word in run:
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
        else:
            current += _VALUES[word] if word in _VALUES else float(word.replace(",", ""))
    return total + current
