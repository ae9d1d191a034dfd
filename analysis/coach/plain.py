"""Text as it may go out, and as it may come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[ ().-]?\d){7,14}(?!\w)")
_HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs"}
"""Unicode categories nobody sees: controls, joiners, direction marks, tags, private use."""
_LEAST = 3
"""Shorter parts of a name are words of their own too often ("Jo", "An")."""


def plain(text: str) -> str:
    """One line of what a person could read: nothing hidden, no line of its own."""
    seen = (" " if c.isspace() else "" if unicodedata.category(c) in _HIDDEN else c for c in text)
    return " ".join("".join(seen).split())


def names_of(*given: str) -> frozenset[str]:
    """The words of a person's name that are masked."""
    return frozenset(
        part.casefold()
        for name in given
        for part in re.findall(r"\w+", name)
        if len(part) >= _LEAST
    )


def masked(text: str, names: Iterable[str]) -> str:
    """`text` as `plain`, without addresses, telephone numbers and the speaker's own names."""
    text = _PHONE.sub("[number]", _EMAIL.sub("[address]", plain(text)))
    hidden = frozenset(names)
    return re.sub(r"\w+", lambda m: _unnamed(m[0], hidden), text)


def _unnamed(word: str, names: frozenset[str]) -> str:
    # "Will" is a name, "will" is not: transcripts write names large
    return "[name]" if word[0].isupper() and word.casefold() in names else word
