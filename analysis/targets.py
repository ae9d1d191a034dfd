"""Where a measure should lie in a kind of talk: the curve's own range, in words and as a band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import Entry
from workers.engines.types import SKILLS

_SHOWN_AS = {
    "derived.pauses_between_thoughts": "fluency.pauses.at_boundary_ratio",
    "derived.signal_to_noise_db": "prosody.signal_to_noise_db",
    "derived.hand_to_face_per_minute": "body.hand_to_face.per_minute",
    "derived.story_completeness": "content.star.completeness",
}
"""Measures that curves read under another name than the page."""
_GOOD = {
    "interview": gettext_lazy("Good in an interview: %(range)s."),
    "presentation": gettext_lazy("Good in a presentation: %(range)s."),
    "pitch": gettext_lazy("Good in a pitch: %(range)s."),
    "lecture": gettext_lazy("Good in a lecture: %(range)s."),
    "free": gettext_lazy("Good in free talk: %(range)s."),
}
HEADROOM = 1.25
"""How far the scale goes beyond the target or the value, whichever is further."""


@dataclass(frozen=True)
class Target:
    """`start`, `width` and `at` are per cent of the scale."""

    sentence: str
    start: float
    width: float
    at: float


def targets(document: Mapping[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    """The range that scores well by catalogue path; None where it is open to that side.

    A measure that two skills read has the first one's.
    """
    found: dict[str, tuple[float | None, float | None]] = {}
    for skill in SKILLS:
        for part in document["scores"][skill].get("parts") or []:
            low, high = part.get("target") or (None, None)
            if low is not None or high is not None:
                found.setdefault(_SHOWN_AS.get(part["measure"], part["measure"]), (low, high))
    return found


def target(
    entry: Entry, value: float, low: float | None, high: float | None, scenario: str
) -> Target:
    top = 1.0 if entry.is_share else HEADROOM * max(value, low or 0.0, high or 0.0, 1e-6)
    bottom = min(0.0, value)

    def place(x: float) -> float:
        return round(100 * min(1.0, max(0.0, (x - bottom) / (top - bottom))), 2)

    start, end = place(bottom if low is None else low), place(top if high is None else high)
    good = str(_GOOD.get(scenario, _GOOD["free"])) % {"range": range_in_words(entry, low, high)}
    return Target(f"{good} {_where(value, low, high)}", start, round(end - start, 2), place(value))


def range_in_words(entry: Entry, low: float | None, high: float | None) -> str:
    """“120 to 150 words/min”, “up to 2.0 per minute”, “70 % or more”."""
    unit = f" {entry.unit}" if entry.unit else ""
    if low is None:
        return _("up to %(high)s%(unit)s") % {"high": entry.figure(high or 0), "unit": unit}
    if high is None:
        return _("%(low)s%(unit)s or more") % {"low": entry.figure(low), "unit": unit}
    return _("%(low)s to %(high)s%(unit)s") % {
        "low": entry.figure(low), "high": entry.figure(high), "unit": unit,
    }  # fmt: skip


def _where(value: float, low: float | None, high: float | None) -> str:
    if low is not None and value < low:
        return _("You are below it.")
    if high is not None and value > high:
        return _("You are above it.")
    return _("You are there.")
