"""The learner's words, ready for rules: lower case, with what stands and sounds around them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workers.engines.types import Span, Word

Edge = Literal["", "comma", "stop", "question"]

_FILLED_PAUSE = re.compile(r"(u+m+|u+h+m*|e+r+m*|a+h+|h+m+|m{2,}|e+h+m*|a+hm+)")
_STRIP = re.compile(r"^[^\w+']+|[^\w+'%]+$")
_COMMA = re.compile(r"[,;:\u2013\u2014]|\.\.\.|\u2026|--")
UNIT_AFTER_NUMBER = {"mm", "er"}


@dataclass(frozen=True)
class Token:
    """A word of the learner. `index` is its place in `transcript.words`."""

    index: int
    text: str
    lower: str
    start: float | None
    end: float | None
    sure_times: bool
    """False where neighbours lent the times."""
    edge: Edge
    """What the text or a pause puts after the word."""
    filled_pause: bool
    fragment: bool
    """A word broken off: `pro-`."""
    confidence: float | None
    """The recogniser's, 0-1; None where it gave none."""


def tokens_of(words: Sequence[Word], is_learner: Callable[[Word], bool]) -> list[Token]:
    """The learner's words; what has neither letter nor digit belongs to the word before."""
    tokens: list[Token] = []
    for index, word in enumerate(words):
        if not is_learner(word):
            continue
        text = word["text"].replace("\u2019", "'").strip()
        lower = _STRIP.sub("", text.lower()).strip("'+_")
        if not any(char.isalnum() for char in lower):
            if tokens:
                tokens[-1] = _with_edge(tokens[-1], _edge(text) or tokens[-1].edge)
            continue
        before = tokens[-1].lower if tokens else ""
        tokens.append(
            Token(
                index=index,
                text=text,
                lower=lower,
                start=word["start"],
                end=word["end"],
                sure_times=word["start"] is not None and not word.get("interpolated", False),
                edge=_edge(text),
                filled_pause=is_filled_pause(lower, text, before),
                fragment=bool(re.search(r"\w-+[,.]?$", text)),
                confidence=word["confidence"],
            )
        )
    return tokens


def _edge(text: str) -> Edge:
    tail = text.rstrip("\"')]\u201d")
    comma = _COMMA.search(tail[-3:]) and not tail.endswith((".", "!", "?"))
    if comma or tail.endswith("..."):
        return "comma"
    if tail.endswith("?"):
        return "question"
    if tail.endswith(("!", ".")) and not re.fullmatch(r"(mr|mrs|ms|dr|st|vs)\.", tail.lower()):
        return "stop"
    return ""


def _with_edge(token: Token, edge: Edge) -> Token:
    return Token(**{**token.__dict__, "edge": edge})


def is_filled_pause(lower: str, text: str = "", before: str = "") -> bool:
    """um, uh, er, ah, hmm, mm and the ways to spell them; not "5 mm", not "the ER"."""
    if not _FILLED_PAUSE.fullmatch(lower):
        return False
    if before and (before[-1].isdigit() and lower in UNIT_AFTER_NUMBER):
        return False
    return not (text.isupper() and lower == "er" and before in {"the", "an", "to"})


def with_pauses(tokens: list[Token], pauses: Sequence[Span]) -> list[Token]:
    """Where the text has no mark after a word, a pause there counts as a comma."""
    marked = list(tokens)
    gaps = sorted(pauses, key=lambda pause: pause["start"])
    at = 0
    for i, token in enumerate(tokens[:-1]):
        following = tokens[i + 1]
        if token.edge or token.end is None or following.start is None:
            continue
        while at < len(gaps) and gaps[at]["end"] <= token.end:
            at += 1
        if at < len(gaps) and gaps[at]["start"] < (following.end or following.start):
            middle = (gaps[at]["start"] + gaps[at]["end"]) / 2
            if token.end - 0.15 <= middle <= following.start + 0.15:
                marked[i] = _with_edge(token, "comma")
    return marked


def is_punctuated(tokens: Sequence[Token]) -> bool:
    """Whether the text carries sentence marks of its own (recognisers without them exist)."""
    marks = sum(token.edge in {"stop", "question"} for token in tokens)
    return marks >= max(1, len(tokens) / 80)


def sentences_of(tokens: Sequence[Token], given: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Sentences as ranges [first, end) of `tokens`: as the transcript has them, else by marks."""
    ends: set[int] = {len(tokens)}
    if given:
        last_words = {int(sentence["last_word"]) for sentence in given}
        place = {token.index: i for i, token in enumerate(tokens)}
        for last in last_words:
            while last >= 0 and last not in place:  # the last word was someone else's
                last -= 1
            if last >= 0:
                ends.add(place[last] + 1)
    else:
        ends |= {i + 1 for i, token in enumerate(tokens) if token.edge in {"stop", "question"}}
    edges = [0, *sorted(ends)]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]


def item(tokens: Sequence[Token], first: int, end: int, **more: Any) -> dict[str, Any]:
    """{text, start, end, first_word, last_word} of the range [first, end)."""
    return {
        "text": " ".join(token.text for token in tokens[first:end]).strip(
            " ,;:.\u2013\u2014\u2026"
        ),
        "start": tokens[first].start,
        "end": tokens[end - 1].end,
        "first_word": tokens[first].index,
        "last_word": tokens[end - 1].index,
        **more,
    }
