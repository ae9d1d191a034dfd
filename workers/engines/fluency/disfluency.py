"""Repetitions and repairs: said twice, and said again differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workers.engines.fluency import repair_model
from workers.engines.fluency.lexicon import CONJUNCTIONS, FUNCTION, MEANT_TWICE, PREPOSITIONS
from workers.engines.fluency.words import Token, item
from workers.engines.lexis import look_up

LONGEST = 4


def repetitions(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """One item for each stretch of 1-4 words said twice or more in a row.

    Filled pauses between do not matter. Rhetorical triples of content words set off by commas
    ("location, location, location"), doubled on purpose ("very very") and across a sentence's end
    are none.
    """
    items = []
    for first_of, end_of in sentences:
        words = [i for i in range(first_of, end_of) if not tokens[i].filled_pause]
        k = 0
        while k < len(words):
            size, times, counts = _repeat_at(tokens, words, k)
            if counts:
                end = k + size * times
                items.append(item(tokens, words[k], words[end - 1] + 1, times=times))
            # the last time may start the next repetition
            k += max(1, size * (times - 1) if counts else size * times)
    return items


def _repeat_at(tokens: Sequence[Token], words: Sequence[int], k: int) -> tuple[int, int, bool]:
    """(words, times, whether it counts) of the longest repetition that starts at `words[k]`.

    (0, 0, False) for none.
    """
    meant = (0, 0, False)
    for size in range(LONGEST, 0, -1):
        unit = [tokens[i].lower for i in words[k : k + size]]
        times = 1
        while [tokens[i].lower for i in words[k + size * times : k + size * (times + 1)]] == unit:
            times += 1
        if times > 1 and len(unit) == size:
            if _counts(tokens, words[k : k + size], times):
                return size, times, True
            meant = (size, times, False)
    return meant


def _counts(tokens: Sequence[Token], unit: Sequence[int], times: int) -> bool:
    """Whether a repetition is a slip: not where a word is doubled for its weight ("very very", "a
    long long time"), and not where words come again by grammar or for effect ("and on and on")."""
    lowers = [tokens[i].lower for i in unit]
    small = any(lower in FUNCTION for lower in lowers)
    if len(set(lowers)) == 1:
        tag = look_up(lowers[0]).tag
        if lowers[0] in MEANT_TWICE or lowers[0][:1].isdigit() or (not small and tag in {"J", "R"}):
            return False
    if len(lowers) == 2 and _link(tokens, unit, times):
        return False
    if times > 2 and not small:  # "location, location, location"
        return False
    set_off = tokens[unit[-1]].edge == "comma"
    return small or not (set_off and len(lowers) > 1)


def _link(tokens: Sequence[Token], unit: Sequence[int], times: int) -> bool:
    """ "Day after day after day", "on and on and on": linked by design."""
    first, second = (tokens[i].lower for i in unit)
    before = tokens[unit[0] - 1].lower if unit[0] else ""
    end = unit[0] + 2 * times
    after = tokens[end].lower if end < len(tokens) else ""
    linking = PREPOSITIONS | CONJUNCTIONS
    return (first in linking and before == second) or (second in linking and after == first)


def repairs(tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """One item for each place where the speaker went back and said it differently.

    Its words are what was taken back, with the editing term after it: "[on Monday, sorry,] on
    Tuesday", by a small model (repair_model.py); besides, a word broken off ("[pro-] project").
    What is only said twice is a repetition.
    """
    found = []
    for first_of, end_of in sentences:
        said = tokens[first_of:end_of]
        ways = [way for way in repair_model.find(said) if not _said_twice(said, way)]
        inside = {i for way in ways for i in range(way.first, way.instead)}
        broken = [
            (i, i + 1) for i, token in enumerate(said[:-1]) if token.fragment and i not in inside
        ]
        for first, end in sorted([(way.first, way.instead) for way in ways] + broken):
            found.append(item(tokens, first_of + first, first_of + end))
    return found


def _said_twice(tokens: Sequence[Token], way: repair_model.Way) -> bool:
    """The same words again, however often, with nothing but filled pauses between."""
    taken = [token.lower for token in tokens[way.first : way.term] if not token.filled_pause]
    again = [token.lower for token in tokens[way.instead :] if not token.filled_pause]
    edited = any(not token.filled_pause for token in tokens[way.term : way.instead])
    return not edited and (taken == again[: len(taken)] or set(taken) == set(again[:1]))
