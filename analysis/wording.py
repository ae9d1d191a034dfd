"""Two texts of the same speech, word by word: what changed, and whose times still hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from workers.engines.types import Word

_SIMPLIFY = re.compile(r"[^\w']+")


@dataclass(frozen=True)
class Change:
    """A stretch of words that differs between two texts; one side may be empty."""

    kind: Literal["same", "replaced", "added", "removed"]
    before: str
    after: str


def carry_times(before: list[Word], after: list[Word]) -> list[Word]:
    """`after` with the times, confidence and speaker of each word that stood in `before`.

    Only spelling and punctuation count as the same word: `Move.` keeps the time of `move`. A
    changed word has no time; its speaker is its neighbour's.
    """
    carried: list[Word] = [Word(**word) for word in after]
    for kind, i, _i_end, j, j_end in _opcodes(before, after):
        speaker = before[max(i - 1, 0)]["speaker"] if before else None
        for offset in range(j_end - j):
            word = carried[j + offset]
            if kind == "equal":
                old = before[i + offset]
                word["start"], word["end"] = old["start"], old["end"]
                word["confidence"] = old["confidence"]
                word["speaker"] = word["speaker"] or old["speaker"]
            else:
                word["start"] = word["end"] = word["confidence"] = None
                word["speaker"] = word["speaker"] or speaker
    return carried


def difference(before: list[Word], after: list[Word]) -> list[Change]:
    """What leads from one text to the other, in reading order."""
    kinds: dict[str, Literal["same", "replaced", "added", "removed"]] = {
        "equal": "same", "replace": "replaced", "insert": "added", "delete": "removed",
    }  # fmt: skip
    return [
        Change(
            kinds[kind],
            " ".join(word["text"] for word in before[i:i_end]),
            " ".join(word["text"] for word in after[j:j_end]),
        )
        for kind, i, i_end, j, j_end in _opcodes(before, after)
    ]


def _opcodes(before: list[Word], after: list[Word]) -> list[tuple[str, int, int, int, int]]:
    """Edit operations between the words of two texts.

    What both begin and end with is set aside first: a correction is short, a lecture is not, and
    the matcher's time grows with the square of what it is given.
    """
    old = [_simple(word["text"]) for word in before]
    new = [_simple(word["text"]) for word in after]
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    middle = SequenceMatcher(
        None,
        old[head : len(old) - tail],
        new[head : len(new) - tail],
        autojunk=max(len(old), len(new)) > 2000,
    )
    found: list[tuple[str, int, int, int, int]] = []
    if head:
        found.append(("equal", 0, head, 0, head))
    found += [
        (kind, head + i, head + i_end, head + j, head + j_end)
        for kind, i, i_end, j, j_end in middle.get_opcodes()
    ]
    if tail:
        found.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return found


def _simple(text: str) -> str:
    return _SIMPLIFY.sub("", text).casefold() or text


def bare_words(text: str) -> list[Word]:
    return [
        Word(text=part, start=None, end=None, confidence=None, speaker=None)
        for part in text.split()
    ]
