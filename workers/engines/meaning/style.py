"""How the content is put: specific or vague, owned or not, clean or not."""

from __future__ import annotations

import re
from typing import Any

from workers.engines.meaning import star
from workers.engines.meaning.lexicon import is_past, tokens, words
from workers.engines.meaning.lines import Line, word_count
from workers.engines.profanity import find

_NAME = re.compile(r"(?<=[\w,;] )(?!I\b|I')[A-Z][\w'’&-]+(?: [A-Z][\w'’&-]+)*")
_BE = frozenset(tokens("was were been being is are be got get wasn't weren't isn't aren't"))
_MODEST = frozenset(["think", "guess", "suppose", "mean", "believe", "know", "feel", "hope"])
"""After *I* these hedge or fill rather than claim."""


def specificity(lines: list[Line]) -> dict[str, Any]:
    """Numbers, names and concrete nouns against vague words: `{value, numbers, names, concrete,
    vague, per_100_words, items[{text, kind, start, end}]}`.

    `per_100_words` counts a number 1, a name 1 and a concrete noun 0.5, less 1 a vague word; value
    is that over 10, within 0-1 (our choice). Names need capitals: a transcript without any
    has none.
    """
    items: list[dict[str, Any]] = []
    counts = dict.fromkeys(("numbers", "names", "concrete", "vague"), 0)
    numbers, concrete = words("number_words"), words("concrete_nouns")
    dates, vague = words("months_and_days"), words("vague")
    for line in lines:
        found = [(name.group(), "names") for name in _NAME.finditer(line.clean)]
        named = {token for name, _ in found for token in tokens(name)}
        previous_number = False
        for token in line.tokens:
            number = token[0].isdigit() or token in numbers
            if number and not previous_number:
                found.append((token, "numbers"))
            elif token in dates and token not in named:
                found.append((token, "names"))
            elif token in vague:
                found.append((token, "vague"))
            elif token in concrete and token not in named:
                counts["concrete"] += 1
            previous_number = number
        for text, kind in found:
            counts[kind] += 1
            items.append({"text": text, "kind": kind, "start": line.start, "end": line.end})
    weighed = counts["numbers"] + counts["names"] + counts["concrete"] / 2 - counts["vague"]
    rate = 100 * weighed / max(1, word_count(lines))
    value = min(1.0, max(0.0, rate / 10))
    return {"value": round(value, 3), "per_100_words": round(rate, 2), **counts, "items": items}


def ownership(lines: list[Line]) -> dict[str, Any]:
    """Whose deeds they are: `{value, i, we, passive, items}`; value = I ÷ (I + we + passive).

    *I think*, *I guess* and their like are no deeds. A passive is a form of be before a
    participle without *by me*. Value is None where nothing of the three occurs.
    """
    counts = {"i": 0, "we": 0, "passive": 0}
    items: list[dict[str, Any]] = []
    for line in lines:
        for place, token in enumerate(line.tokens):
            after = line.tokens[place + 1 : place + 4]
            if token in {"i", "i've", "i'd", "i'm", "i'll"}:
                counts["i"] += not (after and after[0] in _MODEST)
            elif token in {"we", "we've", "we'd", "we're", "we'll"}:
                counts["we"] += 1
            elif token in _BE and _participle(after):
                counts["passive"] += 1
                text = " ".join((token, *after[:2]))
                items.append({"text": text, "start": line.start, "end": line.end})
    total = sum(counts.values())
    value = round(counts["i"] / total, 3) if total else None
    return {"value": value, **counts, "items": items}


def _participle(after: tuple[str, ...]) -> bool:
    """Whether a participle comes next, an adverb between them allowed."""
    following = after[1:] if after and after[0] in {"not", "just", "also", "never"} else after
    if not following or "me" in after:
        return False
    token = following[0]
    return token in words("participles") or (token.endswith("ed") and is_past(token))


def profanity(lines: list[Line]) -> list[dict[str, Any]]:
    """Swear words with the sentence they stand in: `[{text, start, end}]`."""
    said = [(line, " ".join(tokens(line.text))) for line in lines]
    return [
        {"text": text[place.start : place.end], "start": line.start, "end": line.end}
        for line, text in said
        for place in find(text)
    ]


def star_of(sentences: list[dict[str, Any]], enough: bool) -> dict[str, Any]:
    """A STAR record of an answer; measures are None without a story or with too few words."""
    told = enough and any(sentence["label"] != "none" for sentence in sentences)
    return {
        "sentences": sentences,
        "completeness": round(star.completeness(sentences), 3) if told else None,
        "balance": round(star.balance(sentences), 3) if told else None,
        "elements": star.elements(sentences),
    }
