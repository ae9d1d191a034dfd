"""How the content is framed: its opening and its close."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from workers.engines.meaning import hook, signposts
from workers.engines.meaning.lexicon import content_stems, data, phrase_pattern, tokens, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.style import specificity
from workers.engines.meaning.vectors import Vectors

FIRST = 2
"""Sentences that make the first impression, and the last."""
_LITTLE = 3
"""Content words beside a phrase like *that's it* with which a close still says nothing."""


@lru_cache
def _phrases(group: str, kind: str) -> re.Pattern[str]:
    return phrase_pattern(tuple(data(signposts.LEXICON)[group][kind]))


def opening(
    lines: list[Line], question: str, labels: dict[int, str], vectors: Vectors
) -> dict[str, Any]:
    """The first impression: `{value, kind, text, start, end}` of the first two sentences.

    The value is that of a model of openings (hook.py); without the embedding model what the kind is
    worth.
    """
    first = lines[:FIRST]
    kind = opening_kind(first, question, labels)
    found = _impression("opening", kind, first)
    learned = hook.worth(first, found["value"], vectors)
    return found if learned is None else found | {"value": round(learned, 3)}


def opening_kind(first: list[Line], question: str, labels: dict[int, str]) -> str:
    """What the first sentences do: direct (takes up the question), story, question, number,
    preview, greeting, topic (only names it), general (true of anything), plain, stall, apology."""
    text = " ".join(line.clean for line in first)
    wanted = set(content_stems(question))
    shared = len(wanted & set(content_stems(text))) / len(wanted) if wanted else 0.0
    if _phrases("opening", "apology").search(text):
        return "apology"
    if _phrases("opening", "stall").match(_start(first[0].text)):
        return "stall"
    if shared < 0.5 and _only_names_topic(text):
        return "topic"
    if _phrases("opening", "general").search(first[0].text):
        return "general"
    if any(one.search(text.lower()) for one in signposts.expressions()["preview"]):
        return "preview"
    if "?" in text:
        return "question"
    if any(labels.get(line.index, "none") != "none" for line in first):
        return "story"
    if shared >= 0.5:
        return "direct"
    if _has_number(first):
        return "number"
    if _phrases("opening", "greeting").search(text):
        return "greeting"
    return "stall" if _phrases("opening", "stall").search(text) else "plain"


def close(lines: list[Line], labels: dict[int, str]) -> dict[str, Any]:
    """The last impression: `{value, kind, text, start, end}` of the last two sentences.

    Kinds: summary, result, call (to do something), thanks, plain, trailing (*so yeah, that's it*).
    """
    last = lines[-FIRST:]
    text = " ".join(line.clean for line in last)
    ending = last[-1].clean
    if _trails_off(ending):
        kind = "trailing"
    elif _phrases("close", "summary").search(text):
        kind = "summary"
    elif _phrases("close", "call").search(text):
        kind = "call"
    elif any(labels.get(line.index) == "result" for line in last):
        kind = "result"
    else:
        kind = "thanks" if _phrases("close", "thanks").search(text) else "plain"
    return _impression("close", kind, last)


def _trails_off(ending: str) -> bool:
    """Whether the last sentence only says that it is the last."""
    rest = _phrases("close", "trailing").sub(" ", ending)
    return rest != ending and len(content_stems(rest)) <= _LITTLE


def _only_names_topic(text: str) -> bool:
    """*I'm going to talk about bridges*; with a number, as in *three bridges*, it promises more."""
    named = _phrases("opening", "topic").search(text)
    return named is not None and not _numbers(tokens(text[named.end() :])[:4])


def _start(text: str) -> str:
    """A sentence without the small words it begins with."""
    return re.sub(
        r"^(?:(?:so|okay|ok|and|yeah|yes|right|sure)\b[\s,.]*)+", "", text.strip().lower()
    )


def _has_number(lines: list[Line]) -> bool:
    return any(_numbers(line.tokens) for line in lines)


def _numbers(said: Sequence[str]) -> list[str]:
    return [token for token in said if token[0].isdigit() or token in words("number_words")]


def rule_value(which: str, kind: str, lines: list[Line]) -> float:
    """What an impression of this kind is worth, 0-1: our choice, in data/signposts-2.json."""
    values = data(signposts.LEXICON)["values"]
    text = " ".join(line.text for line in lines)
    unsure = len(_unsure().findall(text)) + sum(
        token in words("filled_pauses") for token in tokens(text)
    )
    lost = min(values["most"], values["per_hedge"] * unsure)
    concrete = specificity(lines)
    won = values["concrete"] if concrete["numbers"] or concrete["names"] else 0.0
    return round(min(1.0, max(0.0, float(values[which][kind]) + won - lost)), 3)


def _impression(which: str, kind: str, lines: list[Line]) -> dict[str, Any]:
    return {
        "value": rule_value(which, kind, lines),
        "kind": kind,
        "text": " ".join(line.text for line in lines),
        "start": lines[0].start,
        "end": lines[-1].end,
    }


@lru_cache
def _unsure() -> re.Pattern[str]:
    return phrase_pattern(tuple(data("lexicon-1")["hedges"]))
