"""Pronunciations for any word at all, so that alignment loses none.

The recogniser's dictionary (CMU, 134,000 entries) first; else the word is taken apart into known
ones; else letters are read by rule. A rough guess is enough to hold a word's place in time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

LETTERS = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY",
    "h": "EY CH", "i": "AY", "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N",
    "o": "OW", "p": "P IY", "q": "K Y UW", "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW",
    "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S", "y": "W AY", "z": "Z IY",
}  # fmt: skip
GRAPHEMES = (
    ("tion", "SH AH N"), ("sion", "ZH AH N"), ("ough", "AO"), ("eigh", "EY"), ("igh", "AY"),
    ("tch", "CH"), ("sch", "SH"), ("ch", "CH"), ("sh", "SH"), ("th", "TH"), ("ph", "F"),
    ("wh", "W"), ("ck", "K"), ("ng", "NG"), ("qu", "K W"), ("oo", "UW"), ("ee", "IY"),
    ("ea", "IY"), ("ai", "EY"), ("ay", "EY"), ("oa", "OW"), ("ou", "AW"), ("ow", "OW"),
    ("oi", "OY"), ("oy", "OY"), ("au", "AO"), ("aw", "AO"), ("ie", "IY"), ("ei", "EY"),
    ("er", "ER"), ("ir", "ER"), ("ur", "ER"), ("ar", "AA R"), ("or", "AO R"),
    ("a", "AE"), ("b", "B"), ("c", "K"), ("d", "D"), ("e", "EH"), ("f", "F"), ("g", "G"),
    ("h", "HH"), ("i", "IH"), ("j", "JH"), ("k", "K"), ("l", "L"), ("m", "M"), ("n", "N"),
    ("o", "AA"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"), ("t", "T"), ("u", "AH"),
    ("v", "V"), ("w", "W"), ("x", "K S"), ("y", "IY"), ("z", "Z"),
)  # fmt: skip
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
            return " ".join(LETTERS[letter] for letter in word)
        return None


def by_letters(word: str) -> str:
    """Phones by rule, longest spelling first; every character gives something."""
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(char for char in plain if not unicodedata.combining(char) and char.isalnum())
    sounds: list[str] = []
    at = 0
    while at < len(plain):
        for spelling, sound in GRAPHEMES:
            if plain.startswith(spelling, at):
                sounds.append(sound)
                at += len(spelling)
                break
        else:
            sounds.append(UNKNOWN)
            at += 1
    return " ".join(sounds) or UNKNOWN


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
