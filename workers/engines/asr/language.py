"""What language a text is in, by its most frequent small words and by its script.

Words like "the" or "der" make up half of any running text, so their share tells languages apart
after a few sentences. Between close relatives (Danish and Norwegian) it may take the wrong one;
whoever asks only needs to know whether it is English.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import import_module

CODES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "nl": "Dutch", "pt": "Portuguese", "sv": "Swedish", "da": "Danish", "nb": "Norwegian",
    "pl": "Polish", "cs": "Czech", "ro": "Romanian", "hu": "Hungarian", "fi": "Finnish",
    "tr": "Turkish", "id": "Indonesian",
}  # fmt: skip
SCRIPTS = (
    ("ja", 0x3040, 0x30FF), ("zh", 0x4E00, 0x9FFF), ("ko", 0xAC00, 0xD7AF), ("ru", 0x0400, 0x04FF),
    ("el", 0x0370, 0x03FF), ("ar", 0x0600, 0x06FF), ("he", 0x0590, 0x05FF), ("hi", 0x0900, 0x097F),
    ("th", 0x0E00, 0x0E7F),
)  # fmt: skip
"""The most spoken language of each script that is not Latin, with its code points."""
LEAST_SHARE = 0.25
"""Of the words that must be small words of the language; running text has 0.4 to 0.6."""
LEAST_LEAD = 0.06
"""By which another language must be ahead of English."""
FEW = 6
"""Words below which nothing is said."""


def of_text(words: Sequence[str]) -> str | None:
    """The code of the language of `words`; None where they tell too little."""
    plain = [word.strip(".,;:!?…\"'()“”«»").lower().replace("’", "'") for word in words]
    plain = [word for word in plain if any(char.isalpha() for char in word)]
    if by_script := _script(plain):
        return by_script
    if len(plain) < FEW:
        return None
    shares = {
        code: sum(word in _small_words(code) for word in plain) / len(plain) for code in CODES
    }
    best = max(shares, key=lambda code: shares[code])
    if shares[best] < LEAST_SHARE:
        return None
    return best if shares[best] >= shares["en"] + LEAST_LEAD else "en"


def named(code: str) -> str:
    """Its English name, or the code where it has none here."""
    return CODES.get(code.split("-")[0].lower(), code)


def is_english(code: str) -> bool:
    return code.lower().split("-")[0] == "en"


def _script(words: Sequence[str]) -> str | None:
    """The language of the script most letters are in, where that is not Latin."""
    letters = [ord(char) for word in words for char in word if char.isalpha()]
    found = Counter(
        code for letter in letters for code, low, high in SCRIPTS if low <= letter <= high
    )
    code, count = (found.most_common(1) or [("", 0)])[0]
    return code if count > len(letters) / 2 else None


@cache
def _small_words(code: str) -> frozenset[str]:
    """spaCy's list of them (MIT), the same kind of list for every language."""
    return frozenset(import_module(f"spacy.lang.{code}.stop_words").STOP_WORDS)
