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
UNITS = {
    "x": "times", "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz",
    "kb": "kilobytes", "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes", "mm": "millimetres",
    "cm": "centimetres", "km": "kilometres", "kg": "kilograms", "mg": "milligrams",
    "ms": "milliseconds", "min": "minutes", "hrs": "hours", "pts": "points",
}  # fmt: skip
FRACTIONS = {
    "1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter",
    "3/4": "three quarters",
}  # fmt: skip
DOMAINS = frozenset({"com", "org", "net", "io", "ai", "dev", "edu", "gov", "uk", "de", "eu"})
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONEY = re.compile(rf"([$£€])({_NUMBER})(k|m|bn|b)?", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.IGNORECASE)
_DECADE = re.compile(r"(\d{2}|\d{4})s")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_AMOUNT = re.compile(rf"({_NUMBER})(k|m|bn)?(%)?", re.IGNORECASE)
_MEASURE = re.compile(rf"({_NUMBER})([a-z]+)", re.IGNORECASE)
_VERSION = re.compile(r"(v?)(\d+(?:\.\d+){2,})", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"[-−](?=[$£€]?\d)")
_SHARP = re.compile(r"[A-Ga-gJj]#")
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
    if plain in FRACTIONS:
        return FRACTIONS[plain].split()
    found: list[str] = []
    if _BELOW_ZERO.match(plain):
        found, plain = ["minus"], plain[1:]
    for part in re.split(r"[-–—/_]+", plain):
        found += _part(part)
    return found


def _part(part: str) -> list[str]:
    if part.lower() in ABBREVIATIONS:
        return ABBREVIATIONS[part.lower()].split()
    if _SHARP.fullmatch(part):
        return [part[0].lower(), "sharp"]
    if part.startswith("#") and part[1:].isdigit():
        return ["number", *_part(part[1:])]
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
            words += _dotted(piece.lower())
    return words


def _dotted(piece: str) -> list[str]:
    """An address is read with its dots, initials run together, a forgotten space is one."""
    parts = piece.split(".")
    if any(len(part) == 1 for part in parts):
        return ["".join(parts)]
    if parts[-1] in DOMAINS:
        return " dot ".join(parts).split()
    return parts


def _numeric(part: str) -> str | None:
    """A whole token of digits as it is read aloud, or None where it is none of the known forms."""
    if len(part) > _LONGEST_NUMBER:
        return None
    if part[0] == "0" and part.isdecimal() and len(part) > 1:
        return _digits(part)
    if match := _VERSION.fullmatch(part):
        numbers = " point ".join(_cardinal(number) for number in match[2].split("."))
        return f"{match[1]} {numbers}"
    if (match := _MEASURE.fullmatch(part)) and match[2].lower() in UNITS:
        return f"{_cardinal(match[1])} {UNITS[match[2].lower()]}"
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
