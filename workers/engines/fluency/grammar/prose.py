"""The text a checker reads: what the speaker meant to say, each character's word still known.

Fillers, words said twice and words broken off are left out, as a listener leaves them out. What
stands inside a quotation, a name or a repair, and what the recogniser was unsure of, is read but
never blamed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from workers.engines.fluency.inputs import Text
from workers.engines.fluency.words import Token

SURE = 0.6
"""Recognised with less confidence, a word may be the recogniser's and not the speaker's."""
MOST_WORDS = 120
"""A longer sentence is no sentence: the transcript did not mark them there."""
MOST_LETTERS = 40
"""Nobody says a longer word; a checker may fail on it."""
_SAYING = frozenset(
    {"said", "says", "say", "asked", "asks", "told", "yelled", "shouted", "wrote", "replied",
     "answered", "like", "goes", "go", "went", "thought"}
)  # fmt: skip
_OPEN, _CLOSE = re.compile(r"^[\"“‘(\[]*[\"“]"), re.compile(r"[\"”][.,;:!?]*$")
_SELF = re.compile(r"i('\w+)?$")


@dataclass(frozen=True)
class Prose:
    """`tokens`: places in `Text.tokens` of the words of a sentence that are read. `muted`: places
    among `words` that must not be blamed."""

    words: tuple[str, ...]
    tokens: tuple[int, ...]
    muted: frozenset[int]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(word) + 1 for word in self.words[:-1])]

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """Places [first, end) of the words that characters [start, end) of `text` touch."""
        first = max(0, bisect_right(self._starts, start) - 1)
        return first, max(first + 1, bisect_right(self._starts, max(start, end - 1)))


def prose(text: Text, fillers: Sequence[tuple[int, int]]) -> list[Prose]:
    """The sentences of a text of two words and more. `fillers`: ranges of `text.tokens`."""
    left_out = {i for first, end in fillers for i in range(first, end)}
    left_out |= {i for i, token in enumerate(text.tokens) if token.fragment or token.filled_pause}
    left_out |= _said_twice(text)
    blameless = _repaired(text) | _quoted(text.tokens, text.sentences)
    if not text.given:
        blameless |= {
            i for i, token in enumerate(text.tokens)
            if token.confidence is not None and token.confidence < SURE
        }  # fmt: skip
    found = []
    for first, end in text.sentences:
        places = [i for i in range(first, end) if i not in left_out]
        longest = max((len(text.tokens[i].text) for i in places), default=0)
        if 1 < len(places) <= MOST_WORDS and longest <= MOST_LETTERS:
            muted = frozenset(
                n for n, i in enumerate(places)
                if i in blameless or (n and _is_name(text.tokens[i]))
            )  # fmt: skip
            words = tuple(_without_dangling_comma(text.tokens, i, left_out) for i in places)
            found.append(Prose(words, tuple(places), muted))
    return found


def _without_dangling_comma(tokens: Sequence[Token], i: int, left_out: set[int]) -> str:
    """ "We, um, agree" is read as "We agree"."""
    return tokens[i].text.rstrip(",") if i + 1 in left_out else tokens[i].text


def _is_name(token: Token) -> bool:
    """A capital inside a sentence."""
    letters = token.text.lstrip("\"'“‘(")
    return letters[:1].isupper() and not _SELF.match(token.lower)


def _said_twice(text: Text) -> set[int]:
    """All but the last time of what was said twice in a row."""
    place = {token.index: i for i, token in enumerate(text.tokens)}
    gone: set[int] = set()
    for found in text.repetitions:
        first, last = place[found["first_word"]], place[found["last_word"]]
        words = [i for i in range(first, last + 1) if not text.tokens[i].filled_pause]
        gone |= set(words[: -(len(words) // found["times"])])
    return gone


def _repaired(text: Text) -> set[int]:
    """A repair and the words beside it: what was meant to stay is anybody's guess."""
    place = {token.index: i for i, token in enumerate(text.tokens)}
    return {
        i
        for found in text.repairs
        for i in range(place[found["first_word"]] - 3, place[found["last_word"]] + 2)
    }


def _quoted(tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]) -> set[int]:
    """Words inside quotation marks, and what follows "he said," to the sentence's end."""
    found: set[int] = set()
    for first, end in sentences:
        inside = False
        for i in range(first, end):
            inside = inside or bool(_OPEN.search(tokens[i].text))
            if inside:
                found.add(i)
            if _CLOSE.search(tokens[i].text):
                inside = False
            if tokens[i].lower in _SAYING and tokens[i].edge == "comma":
                found |= set(range(i + 1, end))
                break
    return found
