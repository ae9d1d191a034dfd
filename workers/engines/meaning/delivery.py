"""How each answer was delivered: what fluency found from its first sentence to its last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.engines.fluency.rates import LEAST_S, TURN_GAP_S
from workers.engines.types import Span

Moments = list[dict[str, Any]]


def delivery(answer: Mapping[str, Any], fluency: Mapping[str, Any]) -> dict[str, Any] | None:
    """`{duration_s, fillers, pauses, longest_pause_s}`, and `words_per_minute` from 10 s of
    speaking on; None where the answer has no times.

    Pauses over 3 s are no speaking time, as in the recording's own rate (DESIGN.md section 5).
    """
    if answer["start"] is None or answer["end"] is None:
        return None
    span = Span(start=answer["start"], end=answer["end"])
    pauses = [
        one["end"] - one["start"] for one in _inside(span, fluency.get("pauses")) if one["end"]
    ]
    duration = span["end"] - span["start"]
    speaking = duration - sum(length for length in pauses if length > TURN_GAP_S)
    found: dict[str, Any] = {
        "duration_s": round(duration, 2),
        "fillers": len(_inside(span, fluency.get("fillers"))),
        "pauses": len(pauses),
        "longest_pause_s": round(max(pauses, default=0.0), 2),
    }
    if speaking >= LEAST_S:
        found["words_per_minute"] = round(answer["words"] / speaking * 60, 1)
    return found


def _inside(span: Span, section: Mapping[str, Any] | None) -> Moments:
    """Moments of a section's list that begin inside."""
    return [
        one
        for one in (section or {}).get("items") or []
        if one["start"] is not None and span["start"] <= one["start"] < span["end"]
    ]
