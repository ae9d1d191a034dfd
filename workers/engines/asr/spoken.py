"""How a written word is said: numbers, money, times and signs as words."""

from __future__ import annotations

import re
import unicodedata

from num2words import num2words

CURRENCIES = {"$": ("dollar", "dollars"), "£": ("pound", "pounds"), "€": ("euro", "euros")}
SIGNS = {"&": "and", "+": "plus", "@": "at", "=": "equals", "%": "percent", "°": "degrees"}
MAGNITUDES = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}
ABBREVIATIONS = {
    "mr": "mister", "mrs": "missus", "dr": "doctor", "vs": "versus", "etc": "et cetera",
    "e.g": "for example", "i.e": "that is", "approx": "approximately",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONEY = re.compile(rf"([$£€])({_NUMBER})(k|m|bn|b)?", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.IGNORECASE)
_DECADE = re.compile(r"(\d{2}|\d{4})s")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_AMOUNT = re.compile(rf"({_NUMBER})(k|m|bn)?(%)?", re.IGNORECASE)
_PIECES = re.compile(r"\d[\d.,:]*|[^\W\d_]+(?:['’.][^\W\d_]+)*|[&+@=%°$£€]")
_LONGEST_NUMBER = 15


def spoken_words(text: str) -> list[str]:
    """The words a text has when it is said, in lower case.

    "In 2019 we grew 25%" has seven: numbers count as they are verbalised, a hyphenated
    compound as its parts, an acronym as one word, punctuation as none.
    """
    return [word for token in text.split() for word in spoken_token(token)]


def spoken_token(token: str) -> list[str]:
    """The spoken words of one written token; empty for bare punctuation."""
    plain = unicodedata.normalize("NFKC", token).replace("’", "'").strip("“”‘\"'()[]{}<>*_~…,;:!?")
    plain = plain.rstrip(".") if plain.rstrip(".").lower() not in ABBREVIATIONS else plain[:-1]
    found: list[str] = []
    for part in re.split(r"[-–—/_]+", plain):
        found += _part(part)
    return found


def _part(part: str) -> list[str]:
    if part.lower() in ABBREVIATIONS:
        return ABBREVIATIONS[part.lower()].split()
    if any(char.isdigit() for char in part):
        said = _numeric(part)
        if said is not None:
            return re.findall(r"[a-z']+", said.lower())
    words: list[str] = []
    for piece in _PIECES.findall(part):
        if piece in SIGNS:
            words.append(SIGNS[piece])
        elif piece[0].isdigit():
            words += re.findall(
                r"[a-z']+", (_numeric(piece.rstrip(".,:")) or _digits(piece)).lower()
            )
        elif piece not in CURRENCIES:
            words.append(piece.lower().replace(".", ""))
    return words


def _numeric(part: str) -> str | None:
    """A whole token of digits as it is read aloud, or None where it is none of the known forms."""
    if len(part) > _LONGEST_NUMBER:
        return None
    if match := _MONEY.fullmatch(part):
        sign, amount, size = match.groups()
        one, many = CURRENCIES[sign]
        unit = one if amount == "1" and not size else many
        return f"{_cardinal(amount)} {MAGNITUDES.get((size or '').lower(), '')} {unit}"
    if match := _ORDINAL.fullmatch(part):
        return str(num2words(int(match[1]), to="ordinal"))
    if match := _DECADE.fullmatch(part):
        return _decade(match[1])
    if match := _CLOCK.fullmatch(part):
        minutes = "" if match[2] == "00" else _cardinal(match[2].lstrip("0") or "0")
        oh = "oh" if match[2].startswith("0") and match[2] != "00" else ""
        return f"{_cardinal(match[1])} {oh} {minutes}"
    if _YEAR.fullmatch(part):
        return str(num2words(int(part), to="year"))
    if match := _AMOUNT.fullmatch(part):
        amount, size, percent = match.groups()
        return f"{_cardinal(amount)} {MAGNITUDES.get((size or '').lower(), '')} " + (
            "percent" if percent else ""
        )
    return None


def _cardinal(digits: str) -> str:
    value = digits.replace(",", "")
    return str(num2words(value if "." in value else int(value)))


def _decade(digits: str) -> str:
    said = str(num2words(int(digits), to="year" if len(digits) == 4 else "cardinal"))
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _digits(piece: str) -> str:
    return " ".join(num2words(int(char)) for char in piece if char.isdecimal())
