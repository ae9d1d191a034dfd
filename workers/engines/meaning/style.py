"""How the content is put: specific or vague, owned or not, its opening, close and signposts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from workers.engines.meaning import star
from workers.engines.meaning.lexicon import (
    content_stems,
    data,
    is_past,
    phrase_pattern,
    tokens,
    words,
)
from workers.engines.meaning.lines import Line, word_count

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


def signposting(lines: list[Line]) -> dict[str, Any]:
    """Phrases that show the way: `{count, per_100_words, kinds, items[{text, kind, start, end}]}`.

    A word like *next* or *then* counts only where a sentence begins with it.
    """
    items = []
    for line in lines:
        for kind, pattern in _signposts().items():
            for match in pattern.finditer(line.clean):
                text = match.group()
                if kind == "order" and " " not in text and match.start() > 4:
                    continue
                items.append({"text": text, "kind": kind, "start": line.start, "end": line.end})
    return {
        "count": len(items),
        "per_100_words": round(100 * len(items) / max(1, word_count(lines)), 2),
        "kinds": sorted({item["kind"] for item in items}),
        "items": items,
    }


@lru_cache
def _signposts() -> dict[str, re.Pattern[str]]:
    kinds = data("signposts-1")["kinds"]
    return {kind: phrase_pattern(tuple(phrases)) for kind, phrases in kinds.items()}


def _holds(group: str, kind: str, text: str) -> bool:
    return bool(phrase_pattern(tuple(data("signposts-1")[group][kind])).search(text))


def opening(lines: list[Line], question: str, labels: dict[int, str]) -> dict[str, Any]:
    """The first impression: `{value, kind, text, start, end}` of the first two sentences.

    Kinds: direct (takes up the question), story, question, number, preview, greeting, plain,
    stall, apology. What each is worth (0-1) is our choice, in data/signposts-1.json.
    """
    first = lines[:2]
    text = " ".join(line.clean for line in first)
    wanted = set(content_stems(question))
    shared = len(wanted & set(content_stems(text))) / len(wanted) if wanted else 0.0
    if _holds("opening", "apology", text):
        kind = "apology"
    elif _signposts()["preview"].search(text):
        kind = "preview"
    elif "?" in text:
        kind = "question"
    elif any(labels.get(line.index, "none") != "none" for line in first):
        kind = "story"
    elif shared >= 0.5:
        kind = "direct"
    elif _has_number(first):
        kind = "number"
    elif _holds("opening", "greeting", text):
        kind = "greeting"
    else:
        kind = "stall" if _holds("opening", "stall", text) else "plain"
    return _impression("opening", kind, first)


def close(lines: list[Line], labels: dict[int, str]) -> dict[str, Any]:
    """The last impression: `{value, kind, text, start, end}` of the last two sentences.

    Kinds: summary, result, call (to do something), thanks, plain, trailing (*so yeah, that's it*).
    """
    last = lines[-2:]
    text = " ".join(line.clean for line in last)
    ending = last[-1].clean
    if _holds("close", "trailing", ending) and len(tokens(ending)) <= 8:
        kind = "trailing"
    elif _holds("close", "summary", text):
        kind = "summary"
    elif _holds("close", "call", text):
        kind = "call"
    elif any(labels.get(line.index) == "result" for line in last):
        kind = "result"
    else:
        kind = "thanks" if _holds("close", "thanks", text) else "plain"
    return _impression("close", kind, last)


def _has_number(lines: list[Line]) -> bool:
    numbers = words("number_words")
    return any(t[0].isdigit() or t in numbers for line in lines for t in line.tokens)


def _impression(which: str, kind: str, lines: list[Line]) -> dict[str, Any]:
    return {
        "value": data("signposts-1")["values"][which][kind],
        "kind": kind,
        "text": " ".join(line.text for line in lines),
        "start": lines[0].start,
        "end": lines[-1].end,
    }


def profanity(lines: list[Line]) -> list[dict[str, Any]]:
    """Swear words with the sentence they stand in: `[{text, start, end}]`."""
    listed = words("profanity")
    allowed: dict[str, list[str]] = data("lexicon-1")["profanity_allowed_after"]
    found = []
    for line in lines:
        for token, after in zip(line.tokens, (*line.tokens[1:], ""), strict=True):
            if token in listed and after not in allowed.get(token, []):
                found.append({"text": token, "start": line.start, "end": line.end})
    return found


def star_of(sentences: list[dict[str, Any]], enough: bool) -> dict[str, Any]:
    """A STAR record of an answer; measures are None without a story or with too few words."""
    told = enough and any(sentence["label"] != "none" for sentence in sentences)
    return {
        "sentences": sentences,
        "completeness": round(star.completeness(sentences), 3) if told else None,
        "balance": round(star.balance(sentences), 3) if told else None,
        "elements": sorted({s["label"] for s in sentences} - {"none"}, key=star.LABELS.index),
    }
