"""Repetitions and repairs: said twice, and said again differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workers.engines.fluency.lexicon import (
    ASKING,
    CUTS,
    EDITING,
    EDITING_ALWAYS,
    FUNCTION,
    MEANT_TWICE,
)
from workers.engines.fluency.words import Token, item

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
    lowers = [tokens[i].lower for i in unit]
    if len(set(lowers)) == 1 and (lowers[0] in MEANT_TWICE or lowers[0][:1].isdigit()):
        return False
    set_off = tokens[unit[-1]].edge == "comma"
    spoken_for_effect = set_off and not any(lower in FUNCTION for lower in lowers)
    return not (spoken_for_effect and (times > 2 or len(lowers) > 1))


def repairs(tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """One item for each place where the speaker went back and said it differently.

    Three shapes: a word broken off ("pro- project"), an editing term inside a sentence ("on
    Monday, sorry, on Tuesday"), and a retraced start ("to the, uh, to our clients": the same
    function word again within three words, after a comma, a pause or a filled pause).
    """
    items = []
    for first_of, end_of in sentences:
        i = first_of
        while i < end_of:
            end = _repair_at(tokens, i, first_of, end_of)
            if end:
                items.append(item(tokens, i, end))
            i = max(i + 1, end)
    return items


def _repair_at(tokens: Sequence[Token], i: int, first_of: int, end_of: int) -> int:
    """End of the repair that starts at token `i`; 0 for none."""
    if tokens[i].fragment and i + 1 < end_of:
        return i + 2
    for term in (*EDITING_ALWAYS, *EDITING):
        end = i + len(term)
        said = tuple(token.lower for token in tokens[i:end]) == term
        if said and first_of < i and end < end_of:
            if term in EDITING_ALWAYS or _edits(tokens, i, end, first_of, end_of):
                return end
            break
    if tokens[i].lower in CUTS and _takes_up(tokens, i, first_of, end_of):
        return i + 2
    return _retrace_at(tokens, i, end_of)


def _takes_up(tokens: Sequence[Token], i: int, first_of: int, end_of: int) -> bool:
    """Whether the word after token `i` is a small word from just before it."""
    if i + 1 >= end_of:
        return False
    following = tokens[i + 1].lower
    before = {token.lower for token in tokens[max(first_of, i - 4) : i]}
    return following in before and following in FUNCTION | ASKING


def _edits(tokens: Sequence[Token], i: int, end: int, first_of: int, end_of: int) -> bool:
    """Whether an editing term mends something: set off, and a word from before comes again."""
    interrupted = tokens[i - 1].edge != "" or tokens[i - 1].filled_pause
    if tokens[i].lower == "sorry" and tokens[i - 1].lower in {
        "i'm",
        "am",
        "so",
        "very",
        "was",
        "be",
    }:
        return False
    if not interrupted:
        return False
    earlier = {t.lower for t in tokens[max(first_of, i - 5) : i] if not t.filled_pause}
    later = [t.lower for t in tokens[end : min(end_of, end + 4)] if not t.filled_pause]
    explicit = (tokens[i].lower, tokens[end - 1].lower) not in {
        ("i", "mean"),
        ("hang", "on"),
        ("hold", "on"),
    }
    return explicit or any(word in earlier for word in later[:3])


def _retrace_at(tokens: Sequence[Token], i: int, end_of: int) -> int:
    """ "to the, uh, to our": a function word again, the cut marked, another word after it."""
    start = tokens[i].lower
    if start not in FUNCTION or tokens[i].filled_pause:
        return 0
    words = [k for k in range(i + 1, min(end_of, i + 8)) if not tokens[k].filled_pause][:4]
    for place, k in enumerate(words):
        if place == 0 or tokens[k].lower != start or k + 1 >= end_of:
            continue
        cut = any(tokens[m].filled_pause for m in range(i + 1, k))
        cut = cut or (tokens[k - 1].edge == "comma" and tokens[k - 1].lower in FUNCTION)
        if cut and tokens[k + 1].lower != tokens[words[0]].lower:
            return k + 1
    return 0
