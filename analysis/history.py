"""A result beside the learner's own earlier ones: never beside anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import Entry, shown
from analysis.selectors.history import Earlier, Past

ENOUGH = 5
"""Earlier results from which a place among them says something."""
SAME = 1.0
"""Points by which scores may differ without one being better."""
WIDTH, HEIGHT, EDGE = 160, 40, 5
_BEST = {
    "interview": gettext_lazy("Better than all of your last %(n)d interviews."),
    "presentation": gettext_lazy("Better than all of your last %(n)d presentations."),
    "pitch": gettext_lazy("Better than all of your last %(n)d pitches."),
    "lecture": gettext_lazy("Better than all of your last %(n)d lectures."),
    "free": gettext_lazy("Better than all of your last %(n)d free talks."),
}
_BETTER = {
    "interview": gettext_lazy("Better than %(k)d of your last %(n)d interviews."),
    "presentation": gettext_lazy("Better than %(k)d of your last %(n)d presentations."),
    "pitch": gettext_lazy("Better than %(k)d of your last %(n)d pitches."),
    "lecture": gettext_lazy("Better than %(k)d of your last %(n)d lectures."),
    "free": gettext_lazy("Better than %(k)d of your last %(n)d free talks."),
}
_NOT_BETTER = {
    "interview": gettext_lazy("Not above any of your last %(n)d interviews."),
    "presentation": gettext_lazy("Not above any of your last %(n)d presentations."),
    "pitch": gettext_lazy("Not above any of your last %(n)d pitches."),
    "lecture": gettext_lazy("Not above any of your last %(n)d lectures."),
    "free": gettext_lazy("Not above any of your last %(n)d free talks."),
}


def standing(earlier: Earlier, skill: str, value: float | None) -> str:
    """*Better than 7 of your last 10 interviews.* Empty without enough to compare with."""
    before = earlier.scores.get(skill, [])
    if value is None or len(before) < ENOUGH:
        return ""
    beaten = sum(value - score > SAME for score in before)
    said = _BEST if beaten == len(before) else _BETTER if beaten else _NOT_BETTER
    return str(said.get(earlier.scenario, said["free"])) % {"k": beaten, "n": len(before)}


@dataclass(frozen=True)
class Step:
    """One session's value, as the table behind the line says it."""

    title: str
    url: str
    date: str
    figure: str


@dataclass(frozen=True)
class Trend:
    """A measure over the sessions, oldest first; the last is the one on the page."""

    label: str
    path: str
    x: float
    y: float
    steps: list[Step]


def trend(entry: Entry, before: Sequence[Past], value: float, now: datetime) -> Trend | None:
    """The line of `before` and now; None without anything before."""
    if not before:
        return None
    values = [*(past.value for past in before), value]
    points = _points(values)
    steps = [
        Step(
            past.session.title,
            past.session.get_absolute_url(),
            _day(past.session.created),
            shown(entry.path, past.value),
        )
        for past in before
    ]
    steps.append(Step(_("This one"), "", _day(now), shown(entry.path, value)))
    label = _("%(measure)s, oldest first: %(values)s") % {
        "measure": entry.label,
        "values": ", ".join(entry.figure(one) for one in values),
    }
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return Trend(label, line, *points[-1], steps)


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    across, up = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    return [
        (
            round(EDGE + across * place / (len(values) - 1), 1),
            round(HEIGHT - EDGE - up * ((value - low) / (high - low) if high > low else 0.5), 1),
        )
        for place, value in enumerate(values)
    ]


def _day(at: datetime) -> str:
    return date_format(localtime(at), "j M Y")
