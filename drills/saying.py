"""A plan in sentences: why a drill comes next, how hard it will be, where a skill stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drills.marks import figure, measure
from drills.models import Achievement, Drill, PlanSettings, RatingChange
from drills.ranking import Reason
from drills.selectors.plan import Choice, Habits
from sessions.models import Session

BANDS = (
    (gettext_lazy("Beginning"), gettext_lazy("First-step drills miss more often than they pass.")),
    (gettext_lazy("Finding its feet"), gettext_lazy("First-step drills pass more often than not.")),
    (gettext_lazy("Steady"), gettext_lazy("Steady drills pass more often than not.")),
    (gettext_lazy("Assured"), gettext_lazy("Demanding drills pass more often than not.")),
)  # fmt: skip
"""Name and sentence of each band of drills.rating.BANDS."""
_REASONS: dict[str, str | Promise] = {
    "taken_on": gettext_lazy("%(skill)s: you took it on after a practice."),
    "focus": gettext_lazy("You asked to work on %(skill)s."),
    "scored": gettext_lazy("%(skill)s: your last practices scored %(score)d of 100 there."),
    "unknown": gettext_lazy("%(skill)s: not measured in a drill yet."),
    "weakest": gettext_lazy("%(skill)s: the lowest of the skills you have tried."),
    "weak": gettext_lazy("%(skill)s: below the middle so far."),
    "keep": gettext_lazy("%(skill)s: it holds, and this keeps it."),
    "level": gettext_lazy("You chose this level."),
    "new": gettext_lazy("You have not tried this drill."),
    "missed": gettext_lazy("You missed it last time."),
    "early": gettext_lazy("You passed it not long ago."),
}


def reason_in_words(reason: Reason, skill: Drill.Skill) -> str:
    params: Mapping[str, Any] = {"skill": skill.label, **reason.params}
    if reason.code == "due":
        days = reason.params["days"]
        told = ngettext(
            "You passed it %(days)d day ago; it is due again.",
            "You passed it %(days)d days ago; it is due again.",
            days,
        )
        return told % params
    return str(_REASONS[reason.code]) % params


def why(choice: Choice) -> str:
    """In one or two sentences."""
    return " ".join(reason_in_words(one, choice.skill) for one in choice.reasons)


def likely(chance: float) -> str:
    """How hard it is expected to be, with the figure."""
    tenths = max(1, min(9, round(10 * chance)))
    told = (
        _("Hard for you now: about %(n)d in 10 attempts would pass.")
        if chance < 0.4
        else _("A stretch: about %(n)d in 10 attempts would pass.")
        if chance < 0.6
        else _("Within reach: about %(n)d in 10 attempts would pass.")
        if chance < 0.85
        else _("Easy for you now: about %(n)d in 10 attempts would pass.")
    )
    return told % {"n": tenths}


def goal_in_words(habits: Habits) -> str:
    goal, done, minutes = habits.settings.goal, habits.done, PlanSettings.Unit.MINUTES
    params = {"done": done, "goal": goal}
    if habits.settings.unit == minutes:
        return (
            ngettext("%(done)d of %(goal)d minute", "%(done)d of %(goal)d minutes", goal) % params
        )
    return ngettext("%(done)d of %(goal)d drill", "%(done)d of %(goal)d drills", goal) % params


def streak_in_words(habits: Habits) -> str:
    streak = habits.streak
    if not streak.days:
        return _("No streak at the moment. One judged drill or finished practice begins one.")
    told = ngettext("%(n)d day in a row.", "%(n)d days in a row.", streak.days)
    said = told % {"n": streak.days}
    if streak.today:
        return said
    if streak.at_risk:
        return f"{said} {_('Today is still open.')}"
    return f"{said} {_('Today is a rest day.')}"


def change_in_words(change: RatingChange) -> str:
    """“80 points where 62 were expected: up.”"""
    moved = change.after - change.before
    how = _("about as it was") if abs(moved) < 0.02 else _("up") if moved > 0 else _("down")
    return _("%(points)d points where %(expected)d were expected: %(how)s.") % {
        "points": round(100 * change.points), "expected": round(100 * change.expected), "how": how,
    }  # fmt: skip


def achieved(one: Achievement) -> tuple[str, str]:
    """What was achieved, and the figures behind it."""
    return _SAY[Achievement.Kind(one.kind)](one)


def _best(one: Achievement) -> tuple[str, str]:
    entry = measure(one.metric)
    title = _("Your best %(measure)s in a drill") % {
        "measure": str(entry.label).lower() if entry else ""
    }
    return title, _("%(now)s; before: %(before)s.") % {
        "now": figure(one.metric, one.value), "before": figure(one.metric, one.previous or 0.0),
    }  # fmt: skip


def _level_3(one: Achievement) -> tuple[str, str]:
    title = _("First demanding drill passed: %(skill)s") % {"skill": Drill.Skill(one.about).label}
    entry = measure(one.metric)
    return title, f"{entry.label}: {figure(one.metric, one.value)}." if entry else ""


def _week(one: Achievement) -> tuple[str, str]:
    title = _("Seven days in a row with your goal reached")
    goal = round(one.value)
    if one.metric == PlanSettings.Unit.MINUTES:
        told = ngettext("%(n)d minute a day.", "%(n)d minutes a day.", goal)
    else:
        told = ngettext("%(n)d drill a day.", "%(n)d drills a day.", goal)
    return title, told % {"n": goal}


def _band(one: Achievement) -> tuple[str, str]:
    skill = Drill.Skill(one.about.partition(":")[0]).label
    title = _("%(skill)s is now: %(band)s") % {"skill": skill, "band": BANDS[round(one.value)][0]}
    return title, _("It began at: %(band)s.") % {"band": BANDS[round(one.previous or 0)][0]}


def _practice(one: Achievement) -> tuple[str, str]:
    kind = Session.Kind(one.about).label
    title = _("Before and after: %(kind)s") % {"kind": kind}
    return title, _("%(now).0f of 100 points; at first: %(before).0f.") % {
        "now": one.value, "before": one.previous or 0.0,
    }  # fmt: skip


_SAY: dict[str, Callable[[Achievement], tuple[str, str]]] = {
    Achievement.Kind.BEST: _best,
    Achievement.Kind.LEVEL_3: _level_3,
    Achievement.Kind.WEEK: _week,
    Achievement.Kind.BAND: _band,
    Achievement.Kind.PRACTICE: _practice,
}
