"""What part of speech a word mostly is, and which words are used like it: data/lexis-1.txt.

There is no trained tagger here. workers/training/make_lexis.py says where the lexicon comes from.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from workers.engines.shipped import lines

Tag = Literal["N", "NS", "V", "VZ", "VD", "VG", "J", "R"]
"""Noun, plural noun, verb, its -s form, past or participle, -ing form, adjective, adverb."""
DATA = Path(__file__).with_name("data") / "lexis-1.txt"
LINES = 24_004
"""Of the file: one with others is none of ours, or not whole."""
_ENDINGS: tuple[tuple[str, tuple[Tag, ...]], ...] = (
    ("ing", ("VG", "N")), ("ed", ("VD", "J")), ("ly", ("R",)), ("ies", ("NS", "VZ")),
    ("ness", ("N",)), ("ment", ("N",)), ("tion", ("N",)), ("sion", ("N",)), ("ity", ("N",)),
    ("ism", ("N",)), ("ist", ("N",)), ("ous", ("J",)), ("ful", ("J",)), ("able", ("J",)),
    ("ible", ("J",)), ("ical", ("J",)), ("ive", ("J",)), ("ise", ("V",)), ("ize", ("V",)),
    ("us", ("N",)), ("ss", ("N",)), ("s", ("NS", "VZ")),
)  # fmt: skip


class Entry(NamedTuple):
    """`cluster`: words that stand in like places share its low bits, the more the liker; 0 for an
    unknown word. `tags`: what it may be, the most likely first. `sure`: it is mostly the first."""

    cluster: int
    tags: tuple[str, ...]
    sure: bool

    @property
    def tag(self) -> str:
        return self.tags[0] if self.tags else ""


@lru_cache(maxsize=1)
def _entries() -> dict[str, Entry]:
    found = {}
    for line in lines(DATA, LINES):
        if line.startswith("#"):
            continue
        word, cluster, tags = line.split()
        names = tuple(tag.rstrip("!") for tag in tags.split(",") if tag != "-")
        found[word] = Entry(int(cluster), names, "!" in tags)
    return found


@lru_cache(maxsize=50_000)
def look_up(word: str) -> Entry:
    """The entry of a lower-case word with straight apostrophes; by its ending where unknown.

    >>> look_up("manager").tag, look_up("walked").tag, look_up("blorping").tag
    ('N', 'VD', 'VG')
    """
    entries = _entries()
    for form in (word, word.removesuffix("'s"), word.rpartition("-")[2]):
        if form in entries:
            return entries[form]
    for ending, tags in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return Entry(0, tags, False)
    return Entry(0, ("N",) if word.isalpha() else (), False)
