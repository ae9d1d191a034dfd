"""Pronunciations for any word at all, so that alignment loses none.

The recogniser's dictionary (CMU, 134,000 entries) first; else the word is taken apart into known
ones; else its letters are read as they are in the dictionary's words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from workers.engines.shipped import lines

LETTERS = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY",
    "h": "EY CH", "i": "AY", "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N",
    "o": "OW", "p": "P IY", "q": "K Y UW", "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW",
    "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S", "y": "W AY", "z": "Z IY",
}  # fmt: skip
WINDOWS = ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4))
"""How many letters before and after one are looked at, narrowest first; each of another length."""
WIDEST = 4
END = "_"
SOUNDS = Path(__file__).parents[1] / "data" / "sounds-1.txt"
LINES = 28_349
"""Of the file: one with others is none of ours, or not whole."""
ENDINGS = (
    ("'s", "S"), ("s", "Z"), ("es", "IH Z"), ("ed", "D"), ("ing", "IH NG"), ("ly", "L IY"),
    ("er", "ER"), ("ness", "N AH S"), ("less", "L AH S"), ("ment", "M AH N T"),
    ("able", "AH B AH L"),
)  # fmt: skip
UNKNOWN = "AH"
"""Stands for a character of no known sound (another script)."""
SHORTEST_PART = 3


class Lexicon:
    """Looks words up; `known` maps a word to its phones, `others` to further ways to say it."""

    def __init__(self, known: dict[str, str], others: dict[str, list[str]] | None = None) -> None:
        self.known, self.others = known, others or {}

    def variants(self, word: str) -> list[str]:
        """Every way to say it, the usual one first."""
        return [self.phones(word), *self.others.get(word.lower(), [])]

    def phones(self, word: str) -> str:
        """Space-separated ARPAbet phones; never empty."""
        word = word.lower()
        return (
            self.known.get(word)
            or self._ending(word)
            or self._compound(word)
            or self._initials(word)
            or by_letters(word)
        )

    def _ending(self, word: str) -> str | None:
        for ending, sound in ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= SHORTEST_PART:
                for form in (stem, stem + "e", re.sub(r"(.)\1$", r"\1", stem)):
                    if form in self.known:
                        return f"{self.known[form]} {sound}"
        return None

    def _compound(self, word: str) -> str | None:
        for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            head, tail = word[:at], word[at:]
            if head in self.known and tail in self.known:
                return f"{self.known[head]} {self.known[tail]}"
        return None

    def _initials(self, word: str) -> str | None:
        if re.fullmatch("[b-df-hj-np-tv-xz]{1,5}", word):
            return spelled(word)
        return None


def spelled(word: str) -> str:
    """Phones of a word of plain letters said letter by letter."""
    return " ".join(LETTERS[letter] for letter in word.lower())


def by_letters(word: str) -> str:
    """Phones letter by letter, each by the longest stretch of letters round it that tells its
    sound in the dictionary's words (IGTree; Daelemans and van den Bosch 1997)."""
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char) and char.isalnum())
    around = padded(plain)
    sounds = [_sound(around, at) for at in range(WIDEST, WIDEST + len(plain))]
    return " ".join(filter(None, sounds)) or UNKNOWN


def padded(letters: str) -> str:
    """With marks of the word's ends on both sides, as far as the widest window reaches."""
    return f"{END * WIDEST}{letters}{END * WIDEST}"


def _sound(around: str, at: int) -> str:
    for before, after in reversed(WINDOWS):
        found = _sounds().get(around[at - before : at + after + 1])
        if found is not None:
            return found
    return UNKNOWN


@cache
def _sounds() -> dict[str, str]:
    """Letters of a window -> phones of the letter it is about (none for a silent one), made by
    `python -m workers.training.train_pronunciation`. A window's length says which of WINDOWS."""
    found = (line.partition(" ") for line in lines(SOUNDS, LINES))
    return {window: phones for window, _, phones in found}


@cache
def english() -> Lexicon:
    """The dictionary PocketSphinx carries."""
    from pocketsphinx import get_model_path

    known: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as file:
        for line in file:
            word, _, phones = line.strip().partition(" ")
            if word.endswith(")"):
                others.setdefault(word.partition("(")[0], []).append(phones)
            elif phones:
                known[word] = phones
    return Lexicon(known, others)
