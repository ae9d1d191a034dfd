"""Recommendations in words: why, and what to do, from their code and what it names.

The codes of a result are those of the stage `recommend`, and so are their sentences; the others
are said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from drills.models import Drill
from sessions.models import Session

QUESTION = "question.of-skill"
AGAIN = "skill.again"
CARRY = "practice.carry"


@dataclass(frozen=True)
class Words:
    title: str
    why: str


@cache
def _templates() -> dict[str, tuple[str, str]]:
    """(title, why) of every code that a result may give."""
    from workers.engines.meaning.lexicon import data

    advice = data("advice-1")
    bands = [band for by_band in advice["advice"].values() for band in by_band.values()]
    return {
        one["code"]: (one["title"], one["why"]) for one in [*bands, *advice["stretch"].values()]
    }


def from_result(code: str, params: Mapping[str, Any]) -> Words | None:
    """As the result says it; None for a code of none."""
    from workers.engines.scoring.curves import spoken

    if code not in _templates():
        return None
    title, why = _templates()[code]
    return Words(gettext(title), spoken(gettext(why).format(**params)))


def words(code: str, params: Mapping[str, Any], *, skill: str, subject: str = "") -> Words | None:
    """None where nothing can be said: of an older version. `subject`: a question's own text."""
    name = str(Drill.Skill(skill).label)
    if code == QUESTION:
        why = _("It trains %(skill)s, which that interview left room for.")
        title = _("Answer “%(question)s”") % {"question": subject}
        return Words(title, why % {"skill": name.lower()})
    if code == AGAIN:
        told = ngettext(
            "It came up in %(times)d of your last %(of)d practice.",
            "It came up in %(times)d of your last %(of)d practices.",
            params["of"],
        )
        return Words(_("Stay with one skill: %(skill)s") % {"skill": name}, told % params)
    if code == CARRY:
        kind = Session.Kind(params["scenario"]).label
        why = _("You passed “%(drill)s”. A whole practice shows whether it carries over.")
        title = _("Practise again: %(kind)s") % {"kind": str(kind).lower()}
        return Words(title, why % {"drill": params["drill"]})
    return from_result(code, params)
