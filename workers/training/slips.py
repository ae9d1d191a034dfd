"""Fluent text said as people say it: with words begun, repeated, changed and given up.

What is put in follows what transcribed talk is full of (Shriberg 1994): repeats, words changed for
others, words left out and put in, and starts given up; mostly at the start of a sentence or of a
phrase, mostly without any editing term.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from workers.engines.fluency.context import kind
from workers.engines.fluency.lexicon import ASKING, CHANGED, CONJUNCTIONS, FUNCTION

CASES = Path(__file__).parent / "cases"
TERMS = (
    "I mean,", "sorry,", "no,", "or rather", "no, sorry,", "uh,", "um,", "uh, no,", "actually,",
    "no wait,", "wait,", "well,", "I should say", "or,", "well, actually,", "um, I mean,",
    "sorry, I mean", "make that", "or actually", "oh no,", "let me rephrase,", "what I meant was",
)  # fmt: skip
NUMBERS = sorted(next(group for group in CHANGED if "seventeen" in group) - {"one", "first"})
KINDS = {"again": 2, "changed": 5, "begun": 4, "other": 4, "less": 2, "given_up": 3, "term": 6}
"""How often each sort of slip is put in, in parts."""
_STOP = ",.?!;:"


def _told() -> Iterator[list[str]]:
    """The sentences of each answer and talk written for other models of this project."""
    for path in ("relevance/dev/relevance.jsonl", "star/dev/star.jsonl"):
        for line in (CASES / path).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            told = case.get("answer") or " ".join(one["text"] for one in case["sentences"])
            yield [one for one in re.split(r"(?<=[.?!])\s+", told) if "[" not in one]


def fluent() -> list[str]:
    """Their sentences, neither short nor long."""
    found = dict.fromkeys(one for told in _told() for one in told)
    return [one for one in found if 5 <= len(one.split()) <= 30]


def in_a_row() -> list[str]:
    """Two that follow each other: without marks the second looks like a new start of the first."""
    pairs = (f"{one} {other}" for told in _told() for one, other in itertools.pairwise(told))
    return [pair for pair in dict.fromkeys(pairs) if 8 <= len(pair.split()) <= 26]


class Slips:
    """Puts slips into lines, the same for the same `chance`."""

    def __init__(self, lines: Iterable[str], chance: Random) -> None:
        self.chance = chance
        self.lines = [line.split() for line in lines]
        known: dict[str, set[str]] = {}
        for line in self.lines:
            for word in map(_plain, line):
                known.setdefault(kind(word.lower()), set()).add(word.lower())
        self._known = {name: sorted(words) for name, words in known.items()}

    def put(self, line: str) -> str:
        """The line with [brackets] round a slip; as it was where it is too short or has one."""
        words = line.split()
        if len(words) < 5 or "[" in line:
            return line
        sort = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        at = self._start() if sort == "given_up" else self._place(words)
        size = min(self.chance.choice((1, 1, 2, 2, 3, 4)), len(words) - at - 1)
        said = [_plain(word) for word in words[at : at + size]]
        taken = list(getattr(self, f"_{sort}")(said, words[at + size :]))
        if not taken:
            return line
        if at == 0 and words[0][0].isupper():
            taken[0] = taken[0][0].upper() + taken[0][1:]
        if self.chance.random() < 0.4 and taken[-1][-1] not in _STOP:
            taken[-1] += ","
        return " ".join([*words[:at], "[" + " ".join(taken) + "]", *words[at:]])

    def _start(self) -> int:
        return 0

    def _place(self, words: list[str]) -> int:
        drawn = self.chance.random()
        if drawn < 0.4:
            return int(words[0].lower() in CONJUNCTIONS and self.chance.random() < 0.5)
        at = self.chance.randrange(0, len(words) - 1)
        while drawn < 0.85 and at < len(words) - 2 and _plain(words[at]).lower() not in FUNCTION:
            at += 1
        return at

    def _again(self, said: list[str], _: list[str]) -> list[str]:
        return said

    def _changed(self, said: list[str], _: list[str]) -> list[str]:
        """ "[we could] we had": its last word is another."""
        return [*said[:-1], self._instead_of(said[-1])]

    def _begun(self, said: list[str], after: list[str]) -> list[str]:
        """ "[and we] and then": goes on with another small word."""
        small = self.chance.choice(("the", "a", "to", "I", "we", "it", "in", "was", "he", "they"))
        other = self.chance.choice(self.chance.choice(self.lines))
        following = small if self.chance.random() < 0.6 else _plain(other).lower()
        return [*said, following] if after and following != _plain(after[0]).lower() else said

    def _other(self, said: list[str], after: list[str]) -> list[str]:
        """ "[he] she", "[could you] would you", "[by eight] by eighteen": its first word is."""
        first = said[0] if len(said) > 1 and said[0].lower() in FUNCTION else ""
        if first and self.chance.random() < 0.4:
            return [first, self._instead_of(said[1]), *said[2:]]
        return [self._instead_of(said[0]), *said[1:]]

    def _less(self, said: list[str], after: list[str]) -> list[str]:
        """ "[a van] a second-hand van": without a word that is put in then."""
        rest = [*said, *map(_plain, after)][:4]
        if len(rest) < 3 or rest[0].lower() not in FUNCTION:
            return self._changed(said, after)
        out = self.chance.randrange(1, len(rest) - 1)
        return rest[:out] + rest[out + 1 :]

    def _given_up(self, _: list[str], after: list[str]) -> Iterator[str]:
        """Another sentence's beginning, up to a word that asks for more."""
        other = [_plain(word) for word in self.chance.choice(self.lines)]
        ends = [i for i in range(1, min(7, len(other))) if other[i].lower() in FUNCTION - ASKING]
        if ends:
            yield from other[: self.chance.choice(ends) + 1]
            if self.chance.random() < 0.5:
                yield self.chance.choice(("well,", "um,", "I mean,", "uh,", "actually,", "sorry,"))

    def _term(self, said: list[str], after: list[str]) -> list[str]:
        """Any of them with an editing term, or what was wrong alone: "[Monday, sorry,] Tuesday"."""
        sort = self.chance.choice(("changed", "other", "begun", "less", "again", "changed"))
        taken = list(getattr(self, f"_{sort}")(said, after))
        mark = self.chance.choice((",", ""))
        return [*taken[:-1], taken[-1] + mark, self.chance.choice(TERMS)] if taken else []

    def _instead_of(self, word: str) -> str:
        """Another word of the same kind."""
        if word.lower() in NUMBERS:
            return self.chance.choice(NUMBERS)
        return self.chance.choice(self._known.get(kind(word.lower())) or [word])


def _plain(word: str) -> str:
    return word.strip(_STOP + "\"'()\u201c\u201d\u2018\u2014\u2013") or word
