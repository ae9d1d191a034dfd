"""What was read against what was written: skipped, added and changed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "skipped", "added", "changed"]
Token = tuple[Kind, str, str]
"""How a word was read, the word as written, and what was heard instead; either may be empty."""
_SOUND = re.compile(r"[^\w]+")
_SIGNS = {"%": "percent", "&": "and"}


def aligned(text: str, heard: Iterable[str]) -> list[Token]:
    """`text` word by word with what was `heard` beside it.

    The longest common run of words is found first and what lies beside it likewise (difflib);
    where words stand against others, they are paired in order.
    """
    written = [(piece, key) for piece in pieces(text) if (key := _key(piece))]
    said = [(piece, key) for word in heard for piece in pieces(word) if (key := _key(piece))]
    keys = [key for _piece, key in written], [key for _piece, key in said]
    found: list[Token] = []
    for op, i, to_i, j, to_j in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        one, other = [w for w, _ in written[i:to_i]], [w for w, _ in said[j:to_j]]
        found += [("same", word, "") for word in one] if op == "equal" else _paired(one, other)
    return found


def _paired(written: list[str], said: list[str]) -> Iterator[Token]:
    both = min(len(written), len(said))
    yield from (("changed", word, other) for word, other in zip(written, said, strict=False))
    yield from (("skipped", word, "") for word in written[both:])
    yield from (("added", "", word) for word in said[both:])


def pieces(text: str) -> list[str]:
    """Words; those joined by a hyphen apart, since a recogniser writes them either way."""
    return [part for word in text.split() for part in re.split(r"(?<=[^\s-]-)(?=\w)", word)]


def _key(word: str) -> str:
    """What of it can be heard."""
    word = word.casefold().replace("’", "'")
    return _SOUND.sub("", _SIGNS.get(word, word))


def kept(tokens: Iterable[Token]) -> tuple[int, int]:
    """How many of the words written were read as they stand, and how many there are."""
    written = [kind for kind, word, _heard in tokens if word]
    return written.count("same"), len(written)
