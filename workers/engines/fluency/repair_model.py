"""Where a speaker went back: a small model of our own over what was said before and after.

A repair is what was said first, an editing term ("no wait", "I mean", "um"; it may be missing
where a word comes again), and what is said instead. For every place at which words could be said
instead, the model weighs each way to have gone back to there against going on (docs/models.md).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from workers.engines.fluency.context import DATA, FILLED_PAUSE, OUTSIDE, clusters, kind, model
from workers.engines.fluency.lexicon import (
    ASKING,
    BEGINNING,
    CHANGED,
    FUNCTION,
    MENDING,
    MENDING_WITH,
    UNFINISHED,
)
from workers.engines.fluency.words import Token
from workers.engines.trained import Loaded, Unusable, load

MODEL = "repairs-2"
FORMAT = 2
FURTHEST, NEAREST = 22, 6
"""How many words before the editing term a repair may begin; without such a term."""
LIKELY, SURE = 0.0, 0.8
"""Least log odds with an editing term, and where at most a filled pause stands for one: chosen on
the development part."""
_TERM = 8
"""Words of the longest run of editing terms."""


_WEIGHTS: ContextVar[Mapping[str, float] | None] = ContextVar("repair weights", default=None)
"""Those of `using`; None: what ships."""


def loaded(engines: Mapping[str, Any]) -> Loaded[Mapping[str, float]]:
    return load("disfluency", DATA / f"{MODEL}.json", engines, parsed)


def parsed(data: bytes) -> Mapping[str, float]:
    """Weights of facts. Raises Unusable."""
    try:
        found = json.loads(data)
        if found["format"] != FORMAT:
            raise Unusable(f"of another version: format {found['format']}, not {FORMAT}")
        return {str(fact): float(weight) for fact, weight in found["weights"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable("file damaged") from error


@contextmanager
def using(weights: Mapping[str, float]) -> Iterator[None]:
    """Find repairs by these weights; by none, no repair is found."""
    token = _WEIGHTS.set(weights)
    try:
        yield
    finally:
        _WEIGHTS.reset(token)


def known() -> bool:
    """Whether there are weights to find repairs by."""
    return _WEIGHTS.get() != {}


class Way(NamedTuple):
    """Words [first, term) were taken back, [term, instead) edit; `instead` is said for them."""

    first: int
    term: int
    instead: int


class Line:
    """The words of a sentence as the model sees them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.words = [FILLED_PAUSE if t.filled_pause else t.lower for t in tokens]
        self.kinds = [kind(word) for word in self.words]
        self.likes = [clusters(word)[:2][-1] for word in self.words]
        self.marks = [token.edge != "" for token in tokens]
        self.names = [token.text[:1].isupper() and token.lower not in FUNCTION | ASKING
                      for token in tokens]  # fmt: skip

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else OUTSIDE

    def kind(self, i: int) -> str:
        return self.kinds[i] if 0 <= i < len(self.words) else OUTSIDE


def find(tokens: Sequence[Token]) -> list[Way]:
    """The repairs of one sentence, none overlapping another, in order."""
    weights = _WEIGHTS.get()
    if weights is None:
        weights = model(MODEL)["weights"]
    if not weights:
        return []
    line = Line(tokens)
    scored = []
    for ways in choices(line):
        scores = [weigh(weights, line, way) for way in ways]
        best = max(range(len(ways)), key=scores.__getitem__)
        odds = scores[best] + math.log(sum(math.exp(score - scores[best]) for score in scores))
        if odds > (LIKELY if _edited(line, ways[best]) else SURE):
            scored.append((odds, ways[best]))
    taken: list[Way] = []
    for _, way in sorted(scored, reverse=True):
        if all(way.instead <= other.first or other.instead <= way.first for other in taken):
            taken.append(way)
    return sorted(taken)


def weigh(weights: Mapping[str, float], line: Line, way: Way) -> float:
    """Log odds against going on."""
    return sum(weights.get(fact, 0.0) for fact in facts(line, way))


def choices(line: Line) -> Iterator[list[Way]]:
    """For each place where something may be said instead, every way to have gone back to it."""
    words = line.words
    for instead in range(1, len(words)):
        term = term_before(words, instead)
        if term < instead:
            first = max(0, term - FURTHEST)
            only_pauses = all(word == FILLED_PAUSE for word in words[term:instead])
            ways = [Way(i, term, instead) for i in range(first, term + (not only_pauses))]
        else:
            first = max(0, instead - NEAREST)
            broken = _broken_off(words[instead - 1], words[instead])
            ways = [
                Way(i, instead, instead)
                for i in range(first, instead)
                if broken or _again(words[i], words[instead]) or _alike(words[i], words[instead])
            ]
        if ways:
            yield ways


def _edited(line: Line, way: Way) -> bool:
    return any(word != FILLED_PAUSE for word in line.words[way.term : way.instead])


def _again(one: str, other: str) -> bool:
    """Whether a start may have been taken up again: "I'm ... I", "what ... which"."""
    if one in ASKING and other in ASKING:
        return True
    return one.partition("'")[0] == other.partition("'")[0]


def _alike(one: str, other: str) -> bool:
    """Whether one may have been said for the other: "he ... she", "could you ... would you"."""
    return any(one in group and other in group for group in CHANGED)


def _broken_off(last: str, following: str) -> bool:
    """Whether a word asks for more and something new begins: "we went to the | they told us"."""
    return last in UNFINISHED and following in BEGINNING


def term_before(words: Sequence[str], end: int) -> int:
    """Where the longest run of editing terms that ends before `end` begins; `end` for none."""
    reached = {end: False}
    begin = end
    for at in range(end, max(0, end - _TERM), -1):
        if at not in reached:
            continue
        for length in range(1, min(5, at) + 1):
            said = tuple(words[at - length : at])
            alone = said in MENDING or said == (FILLED_PAUSE,)
            if alone or said in MENDING_WITH:
                reached[at - length] = reached.get(at - length, False) or reached[at] or alone
                if reached[at - length]:
                    begin = min(begin, at - length)
    return begin


def facts(line: Line, way: Way) -> list[str]:
    """Everything the model sees of a way: the names of what holds there."""
    a, m, b = way
    term = line.words[m:b]
    manner = "none" if m == b else "um" if set(term) == {FILLED_PAUSE} else "said"
    size = m - a
    long = str(size) if size < 7 else "7" if size < 10 else "10"
    same = "!"
    if size and _again(line.word(a), line.word(b)):
        same = "="
    elif line.kind(a) == line.kind(b):
        same = "~"
    start = "start" if a == 0 else "in"
    marks = f"{_holds(line.marks, m - 1)}{_holds(line.marks, b - 1)}"
    said = " ".join(term) or "-"
    last = line.kind(m - 1) if size else OUTSIDE
    return [
        "way", f"manner={manner}", f"term={said}", f"term long={b - m}", f"marks={manner}{marks}",
        f"term before={said}_{last}", f"term next={said}_{line.kind(b)}", f"last={last} {manner}",
        f"term word={line.word(m - 1)}_{said}", f"term next word={said}_{line.word(b)}",
        f"long={manner}{long}", f"long first={long}{same}", f"{start} {manner}", f"{start} {same}",
        f"{start} long={long}", f"first={same}{manner}",
        *_copies(line, way, long, same, start),
        *_kinds(line, way, long, manner),
        *_junction(line, way),
    ]  # fmt: skip


def _copies(line: Line, way: Way, long: str, same: str, start: str) -> list[str]:
    """How much of what was taken back is said again."""
    a, m, b = way
    taken, instead = line.words[a:m], line.word(b)
    again = set(taken) & set(line.words[b : b + len(taken) + 3])
    share = "all" if len(again) == len(set(taken)) else "some" if again else "none"
    earlier, later = instead in line.words[max(0, a - 8) : a], instead in taken[1:]
    asks = any(word in ASKING for word in taken[1:])
    return [
        f"copied={share}{len(again)}", f"copied long={share}{long}",
        f"share first={share}{same}{start}", f"pos={min(a, 3)}{same}{share}",
        f"earlier={earlier}{same}", f"later={later}{same}",
        f"instead asks={instead in ASKING}{line.word(a) in ASKING}{start}",
        f"asks inside={asks}{instead in ASKING}",
    ]  # fmt: skip


def _kinds(line: Line, way: Way, long: str, manner: str) -> list[str]:
    """Whether what was taken back and what is said instead are built alike."""
    a, m, b = way
    size, small = m - a, FUNCTION | ASKING
    end = b + size - 1
    last = line.kind(m - 1) if size else OUTSIDE
    alike = _parallel(line.kinds[a:m], line.kinds[b : b + size])
    used_alike = size > 0 and end < len(line.likes) and line.likes[m - 1] == line.likes[end]
    named = size > 0 and all(line.names[a:m])
    back, instead = line.word(a), line.word(b)
    heads = f"{line.kind(a)}_{line.kind(b)}"
    return [
        f"parallel={alike}", f"parallel long={alike}{long}", f"like={used_alike}",
        f"heads={heads}", f"heads manner={heads}_{manner}",
        f"head words={back}_{instead}" if back in small else f"head like={line.likes[a]}",
        f"instead={instead if instead in small else line.kind(b)}",
        f"ends={last}_{line.kind(b)}_{line.kind(end)}", f"last same={last == line.kind(end)}{long}",
        f"names={named}{_holds(line.names, b)}",
        f"name cut={_holds(line.names, a - 1)}{_holds(line.names, a)}",
    ]  # fmt: skip


def _junction(line: Line, way: Way) -> list[str]:
    """How well the words before what was taken back go on with what is said instead."""
    a, m, b = way
    meet = f"{line.kind(a - 1)}_{line.kind(b)}"
    return [
        f"junction={meet}", f"junction back={line.kind(a - 1)}_{line.kind(a)}_{line.kind(b)}",
        f"junction word={line.word(a - 1)}_{line.kind(b)}",
        f"junction words={line.word(a - 1)}_{line.word(b)}",
        f"junction long={line.kind(a - 2)}_{meet}", f"junction on={meet}_{line.kind(b + 1)}",
        f"broken={m == b}{line.word(b - 1)}_{line.kind(b)}",
        f"broken words={m == b}{line.word(b - 1)}_{line.word(b)}",
        f"end={b + 1 == len(line.words)}",
    ]  # fmt: skip


def _holds(found: Sequence[bool], i: int) -> bool:
    return 0 <= i < len(found) and found[i]


def _parallel(one: Sequence[str], other: Sequence[str]) -> str:
    """How far two runs of words are of the same kinds."""
    if not one or len(one) != len(other):
        return "no"
    same = sum(a == b for a, b in zip(one, other, strict=True))
    return "all" if same == len(one) else "most" if 2 * same >= len(one) else "few"
