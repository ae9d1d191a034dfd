"""Pauses: silence measured in the sound, located by the words around it (DESIGN.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from workers.engines.fluency.words import Token
from workers.engines.timeline import overlap, rounded, subtract, total
from workers.engines.types import Span

LEAST_S, LONG_S = 0.25, 1.0
_CORE_MAX_S = 0.6
"""A word longer than this may have swallowed a pause (recognisers without alignment do that)."""


def find(silences: Sequence[Span], tokens: Sequence[Token], others: Sequence[Span]) -> list[Span]:
    """Silences between the first and the last word, less what is spoken in them.

    `silences` come from the energy envelope. A filler, another speaker's words (`others`) or the
    core of a short, surely timed word splits a silence. The recording's edges are no pauses.
    """
    timed = [token for token in tokens if token.start is not None and token.end is not None]
    if not timed:
        return []
    spoken = [*others, *(_core(token) for token in timed if _has_core(token))]
    first, last = timed[0], timed[-1]
    # half a word's leeway: a recogniser may put an edge a little into the silence
    inner = Span(start=_middle(first), end=_middle(last))
    pauses: list[Span] = []
    spoken.sort(key=lambda span: span["start"])
    at = 0
    for silence in silences:
        while at < len(spoken) and spoken[at]["end"] <= silence["start"]:
            at += 1
        holes = []
        for span in spoken[at:]:
            if span["start"] >= silence["end"]:
                break
            holes.append(span)
        pauses += [
            piece
            for piece in subtract(silence, holes)
            if piece["end"] - piece["start"] >= LEAST_S - 1e-6
            and piece["start"] >= inner["start"] - 1e-6
            and piece["end"] <= inner["end"] + 1e-6
        ]
    return _outside_other_turns(pauses, timed, others)


def find_by_voice(silences: Sequence[Span], speech: Sequence[Span]) -> list[Span]:
    """Without words: the silences between the first and the last speech that VAD heard."""
    if not speech:
        return []
    return [
        silence
        for silence in silences
        if silence["start"] >= speech[0]["start"] and silence["end"] <= speech[-1]["end"]
    ]


def _outside_other_turns(
    pauses: list[Span], timed: Sequence[Token], others: Sequence[Span]
) -> list[Span]:
    """Without the silences around another speaker's turn: those are not the learner's."""
    if not others:
        return pauses
    kept = []
    for pause in pauses:
        before = max((t.end or 0.0 for t in timed if _middle(t) <= pause["start"]), default=0.0)
        after = min((t.start or 0.0 for t in timed if _middle(t) >= pause["end"]), default=before)
        gap = Span(start=before, end=max(before, after))
        if not any(overlap(gap, other) > 0.05 for other in others):
            kept.append(pause)
    return kept


def _middle(token: Token) -> float:
    return ((token.start or 0.0) + (token.end or 0.0)) / 2


def _has_core(token: Token) -> bool:
    length = (token.end or 0.0) - (token.start or 0.0)
    return token.sure_times and (token.filled_pause or 0 < length <= _CORE_MAX_S)


def _core(token: Token) -> Span:
    start, end = token.start or 0.0, token.end or 0.0
    margin = 0.0 if token.filled_pause else (end - start) * 0.3
    return Span(start=start + margin, end=end - margin)


def places(pauses: Sequence[Span], words: Sequence[Token]) -> list[int]:
    """For each pause in turn the index of the word before it, among `words` (no fillers)."""
    found: list[int] = []
    i = 0
    for pause in pauses:
        while i + 1 < len(words) and _middle(words[i + 1]) <= (pause["start"] + pause["end"]) / 2:
            i += 1
        found.append(i)
    return found


def describe(
    pauses: Sequence[Span], after: Sequence[int] | None, opening: Set[int]
) -> list[dict[str, Any]]:
    """Items {start, end, position, long, hesitation}.

    `after`: the word before each pause (`places`), None where words are unsure, whose `position`
    is None. `opening`: the words that open a clause. Pauses with only a filler between them share
    the number `hesitation`.
    """
    items, hesitation = [], -1
    for n, pause in enumerate(pauses):
        if after is None or n == 0 or after[n] != after[n - 1]:
            hesitation += 1
        place = None
        if after is not None:
            place = "boundary" if after[n] + 1 in opening else "inside"
        items.append(
            {
                "start": rounded(pause["start"]),
                "end": rounded(pause["end"]),
                "position": place,
                "long": pause["end"] - pause["start"] >= LONG_S - 1e-6,
                "hesitation": hesitation,
            }
        )
    return items


def summary(items: Sequence[dict[str, Any]], speaking_s: float | None) -> dict[str, Any]:
    """The section `pauses`: counts, rate over speaking time, mean length, share at boundaries."""
    lengths = [item["end"] - item["start"] for item in items]
    placed = [item["position"] for item in items if item["position"] is not None]
    return {
        "count": len(items),
        "per_minute": rounded(len(items) / speaking_s * 60, 2) if speaking_s else None,
        "long_count": sum(item["long"] for item in items),
        "mean_s": rounded(sum(lengths) / len(lengths)) if lengths else None,
        "at_boundary_ratio": rounded(placed.count("boundary") / len(placed)) if placed else None,
        "total_s": rounded(total(Span(start=i["start"], end=i["end"]) for i in items)),
        "hesitations": len({item["hesitation"] for item in items}),
        "items": list(items),
    }
