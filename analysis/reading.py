"""The transcript as it is read on the page: sentences of tokens, each with its marks and times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

LONG_PAUSE_S = 1.0
UNSURE_BELOW = 0.5
"""A recognised word less certain than this is shown as a guess."""
_MARKED_SECTIONS = (
    ("filler", "fillers"),
    ("repetition", "repetitions"),
    ("repair", "repairs"),
    ("hedge", "hedges"),
    ("weak", "weak_words"),
    ("absolute", "absolutes"),
    ("inclusive", "non_inclusive"),
    ("grammar", "grammar"),
    ("swearing", "profanity"),
)
_SENTENCE_SECTIONS = (("run_on", "run_ons"), ("long", "long_sentences"))
"""What is said of a whole sentence; the first that holds."""


@dataclass(frozen=True)
class Token:
    """A word, a sound the recogniser left out, or a pause between two words."""

    kind: Literal["word", "sound", "pause"]
    text: str
    start: float | None = None
    end: float | None = None
    marks: tuple[str, ...] = ()
    long: bool = False

    @property
    def seconds(self) -> float:
        return (self.end or 0) - (self.start or 0)


@dataclass(frozen=True)
class ReadSentence:
    position: int
    start: float | None
    end: float | None
    speaker: str | None
    tokens: list[Token] = field(default_factory=list)
    note: str = ""
    """`run_on` or `long`, where it is."""


def read_transcript(document: dict[str, Any]) -> list[ReadSentence]:
    """Sentences of the document's transcript with fillers, pauses, hedges ... marked in place.

    A word carries every mark whose moment covers the word's middle. A pause or a sound filler
    stands before the first word that starts after it, so it opens no sentence of its own.
    """
    words: list[dict[str, Any]] = document["transcript"]["words"] or []
    if not words:
        return []
    marks = _Marks(document["fluency"])
    between = _between(document["fluency"], words)
    notes = {
        item["first_word"]: note
        for note, section in reversed(_SENTENCE_SECTIONS)
        for item in _items(document["fluency"], section)
        if "first_word" in item
    }
    return [
        ReadSentence(
            position=position,
            start=words[first]["start"],
            end=words[last]["end"],
            speaker=words[first].get("speaker"),
            note=next((notes[i] for i in range(first, last + 1) if i in notes), ""),
            tokens=[
                token
                for index in range(first, last + 1)
                for token in (*between.get(index, ()), _word(words[index], marks))
            ],
        )
        for position, (first, last) in enumerate(_bounds(document["transcript"], len(words)))
    ]


def _bounds(transcript: dict[str, Any], count: int) -> list[tuple[int, int]]:
    starts = [s["first_word"] for s in transcript.get("sentences") or [] if s["first_word"] < count]
    edges = sorted({0, *starts, count})
    return [(first, after - 1) for first, after in pairwise(edges)]


def _word(word: dict[str, Any], marks: _Marks) -> Token:
    found = marks.at(word["start"], word["end"])
    confidence = word.get("confidence")
    if confidence is not None and confidence < UNSURE_BELOW:
        found = (*found, "unsure")
    return Token("word", word["text"], word["start"], word["end"], found)


class _Marks:
    """Looks a moment up in the marked spans of every kind."""

    def __init__(self, fluency: dict[str, Any]) -> None:
        self._spans = {
            mark: sorted(
                (item["start"], item["end"])
                for item in _items(fluency, section)
                if item.get("source", "word") == "word" and item.get("start") is not None
            )
            for mark, section in _MARKED_SECTIONS
        }

    def at(self, start: float | None, end: float | None) -> tuple[str, ...]:
        if start is None or end is None:
            return ()
        middle = (start + end) / 2
        return tuple(mark for mark, spans in self._spans.items() if _covers(spans, middle))


def _covers(spans: list[tuple[float, float]], moment: float) -> bool:
    index = bisect_right(spans, (moment, float("inf"))) - 1
    return any(end >= moment for _, end in spans[max(index - 3, 0) : index + 1])


def _between(fluency: dict[str, Any], words: list[dict[str, Any]]) -> dict[int, list[Token]]:
    """Pauses and sound fillers by the index of the word they stand before."""
    starts = [word["start"] for word in words]
    if any(start is None for start in starts):
        return {}
    found: dict[int, list[Token]] = {}
    tokens = [
        *(
            Token("pause", "", item["start"], item["end"], ("pause",),
                  long=item["end"] - item["start"] >= LONG_PAUSE_S)
            for item in _items(fluency, "pauses")
        ),
        *(
            Token("sound", item["text"], item["start"], item["end"], ("filler",))
            for item in _items(fluency, "fillers")
            if item.get("source") == "sound"
        ),
    ]  # fmt: skip
    for token in sorted(tokens, key=lambda token: token.start or 0):
        assert token.start is not None and token.end is not None  # noqa: S101
        index = bisect_left(starts, (token.start + token.end) / 2)
        found.setdefault(min(index, len(words) - 1), []).append(token)
    return found


def _items(fluency: dict[str, Any], section: str) -> Iterable[dict[str, Any]]:
    return (fluency.get(section) or {}).get("items") or []
