"""Words a recording may well hold: those of its question and its job description.

A recogniser knows neither a company's name nor, of most trades, the words; the learner has given
them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from workers.engines.asr.pronounce import by_letters, english, spelled
from workers.engines.asr.spoken import spoken_token
from workers.engines.types import StageSettings

MOST = 300
"""Words taken of one session: a long description would make everything likely."""
FULL, WEAK = frozenset({"AA", "AE", "AO", "EH", "OW"}), "AH"
_WORD = re.compile(r"[a-z\u0300-\u036f]+(?:'[a-z\u0300-\u036f]+)*")
"""Of letters whose sound is known, marks apart: any other would be heard in every "uh"."""
_INITIALS = re.compile(r"[A-Z]{2,5}")
_SENTENCE_END = (".", "?", "!", ":", "•", "-", "–")
SHORTEST, LONGEST = 3, 24
HEADING = 2
"""More words than this all in capitals are no names."""


@dataclass(frozen=True)
class Expected:
    """A word as it is said (lower case) and as it is written, with the ways to say it."""

    word: str
    written: str
    phones: tuple[str, ...]


def expected(settings: StageSettings) -> list[Expected]:
    """The words of title, questions, job title and description, each once, in this order."""
    texts = [settings["title"], *(part["question"] for part in settings["parts"]),
             settings["job_title"], settings["job_description"]]  # fmt: skip
    found: dict[str, Expected] = {}
    for text in texts:
        for line in text.splitlines():
            _read(line, found)
    return list(found.values())[:MOST]


def _read(line: str, found: dict[str, Expected]) -> None:
    tokens = line.split()
    if line.isupper() and len(tokens) > HEADING:
        tokens = line.lower().split()
    opens = True
    for token in tokens:
        for word in spoken_token(token):
            if word in found or not _WORD.fullmatch(unicodedata.normalize("NFKD", word)):
                continue
            letters = _as_written(word, token)
            initials = _INITIALS.fullmatch(letters) is not None
            if initials or SHORTEST <= len(word) <= LONGEST:
                name = letters != word and (initials or not opens or word not in english().known)
                found[word] = Expected(word, letters if name else word, _phones(word, initials))
        opens = token.endswith(_SENTENCE_END)


def _phones(word: str, initials: bool) -> tuple[str, ...]:
    """Every way it may be said; a word that no dictionary has also as its letters are read, and
    with one vowel weak, since spelling does not tell which is stressed."""
    ways = [spelled(word)] if initials else []
    ways += english().variants(word)
    if word not in english().known:
        ways += [by_letters(word)]
        ways += [weak for way in ways for weak in _weakened(way)]
    return tuple(dict.fromkeys(ways))


def _weakened(phones: str) -> Iterator[str]:
    """With the second full vowel weak, with the third, and so on."""
    said = phones.split()
    full = [at for at, phone in enumerate(said) if phone in FULL]
    for at in full[1:]:
        yield " ".join((*said[:at], WEAK, *said[at + 1 :]))


def _as_written(word: str, token: str) -> str:
    """The stretch of the token that this word is, as it stands there; else the word itself."""
    at = token.replace("’", "'").lower().find(word)
    return token.replace("’", "'")[at : at + len(word)] if at >= 0 else word
