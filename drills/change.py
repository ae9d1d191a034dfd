"""Before and after: how a measure moved over practices, and about the time of drills.

Figures are in the measure's unit. A change is called one only where it is larger than the values
scatter by themselves; whether the drills brought it about nobody can tell from this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.catalogue import Entry
from analysis.targets import range_in_words
from drills.marks import beyond

ENOUGH = 3
"""Practices on each side of the first drill from which a change says anything (our choice)."""
Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Change:
    """`sentence` first; the figures where there are any."""

    sentence: str
    before: str = ""
    after: str = ""
    better: bool | None = None
    """None: neither, or nobody can say."""


def first_to_latest(entry: Entry, values: Sequence[float], aim: Range | None) -> Change | None:
    """From the first of these practices to the newest; None below two."""
    if len(values) < 2:
        return None
    first, latest = values[0], values[-1]
    told = {"before": _figure(entry, first), "after": _figure(entry, latest)}
    return Change(
        _("From %(before)s in the first of these practices to %(after)s in the latest.") % told
        + _toward(entry, first, latest, aim),
        told["before"],
        told["after"],
        _better(first, latest, aim),
    )


def around_drills(
    entry: Entry, points: Sequence[tuple[datetime, float]], first_drill: datetime | None,
    aim: Range | None,
) -> Change | None:  # fmt: skip
    """The mean of up to ENOUGH practices right before the first drill against that of as many of
    the newest since; None without a drill. `points` are (when, value), oldest first."""
    if first_drill is None:
        return None
    before = [value for at, value in points if at < first_drill]
    after = [value for at, value in points if at >= first_drill]
    if short := _too_few(len(before), len(after)):
        return Change(short)
    old, new = before[-ENOUGH:], after[-ENOUGH:]
    was, now = fmean(old), fmean(new)
    scatter = max(stdev(old), stdev(new))
    told = {"before": _figure(entry, was), "after": _figure(entry, now)}
    if abs(now - was) <= scatter:
        said = _("About the same: %(before)s before the drills, %(after)s since, less apart than "
                 "single practices are.")  # fmt: skip
        return Change(said % told, told["before"], told["after"])
    said = _("%(before)s before your first drill of this skill, %(after)s in the latest practices "
             "since.")  # fmt: skip
    return Change(
        said % told + _toward(entry, was, now, aim),
        told["before"],
        told["after"],
        _better(was, now, aim),
    )


def _too_few(before: int, after: int) -> str:
    if before < ENOUGH:
        told = ngettext(
            "Too little to say: %(n)d practice before your first drill. From %(enough)d on, a "
            "change means something.",
            "Too little to say: %(n)d practices before your first drill. From %(enough)d on, a "
            "change means something.",
            before,
        )
        return told % {"n": before, "enough": ENOUGH}
    if after < ENOUGH:
        told = ngettext(
            "Too little to say yet: %(n)d practice since your first drill. From %(enough)d on, "
            "this compares before and after.",
            "Too little to say yet: %(n)d practices since your first drill. From %(enough)d on, "
            "this compares before and after.",
            after,
        )
        return told % {"n": after, "enough": ENOUGH}
    return ""


def _better(before: float, after: float, aim: Range | None) -> bool | None:
    if aim is None:
        return None
    was, now = (abs(beyond(one, *aim)) for one in (before, after))
    return None if was == now else now < was


def _toward(entry: Entry, before: float, after: float, aim: Range | None) -> str:
    """Where that is against the range that scores well; empty without one."""
    if aim is None:
        return ""
    told = {"range": range_in_words(entry, *aim)}
    better = _better(before, after, aim)
    if not beyond(after, *aim):
        return " " + (
            _("Both are in the good range (%(range)s).") % told
            if not beyond(before, *aim)
            else _("That is now in the good range (%(range)s).") % told
        )
    if better:
        return " " + _("That is nearer to the good range (%(range)s).") % told
    if better is None:
        return " " + _("The good range is %(range)s.") % told
    return " " + _("The good range is %(range)s, so a drill is worth it.") % told


def _figure(entry: Entry, value: float) -> str:
    return f"{entry.figure(value)} {entry.unit}".strip()
