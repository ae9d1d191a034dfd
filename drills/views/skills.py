"""All skills at a glance, and a page for each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills import services
from drills.change import around_drills, first_to_latest
from drills.lines import draw
from drills.marks import figure, measure, value_in_words
from drills.models import Drill, Question, Recommendation
from drills.selectors import skills as read
from drills.selectors.recommendations import held_back, recommended
from drills.skills import ABOUT, TRAINS, of_score
from sessions.models import Session
from sessions.views.pages import signed_in
from workers.engines.types import SKILLS


@dataclass(frozen=True)
class Card:
    """A skill in the overview."""

    skill: str
    label: str
    said: str
    passed: int


@login_required
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What to work on next, then every score of the latest practices with the skills in it."""
    user, now = signed_in(request), timezone.now()
    found = read.practices(user)
    chosen, of_kind = _of_one_kind(request, found)
    scores, values, passed = read.scores(of_kind), read.latest_values(of_kind), read.passed(user)
    groups = []
    for score in SKILLS:
        points = scores.get(score, [])
        cards = [
            Card(
                skill,
                str(Drill.Skill(skill).label),
                value_in_words(ABOUT[skill].measure, values[skill]) if skill in values else "",
                passed.get(skill, 0),
            )
            for skill in of_score(score)
        ]
        groups.append(
            {
                "score": score,
                "value": points[-1][1] if points else None,
                "line": draw([(one.at, value) for one, value in points], [], None),
                "count": len(points),
                "cards": cards,
            }
        )
    context = {
        "groups": groups,
        "scenario": chosen,
        "scenarios": _named(read.scenarios(found)),
        "next": recommended(user, at=now),
        "held": held_back(user, at=now),
    }
    return render(request, "drills/skills/overview.html", context)


@login_required
@require_safe
@never_cache
def skill(request: HttpRequest, skill: str) -> HttpResponse:
    """One skill: its line, what shows it, what trains it, what changed. `?scenario=` is a kind of
    talk; one that cannot be understood is left out."""
    if skill not in ABOUT:
        raise Http404(_("There is no such skill."))
    user, now, about = signed_in(request), timezone.now(), ABOUT[skill]
    found = read.practices(user)
    chosen, of_kind = _of_one_kind(request, found)
    points = read.line(about.measure, of_kind)
    moments, aim = read.heard(skill, of_kind)
    drilled = read.drilled(user, skill)
    told = [(one.practice.at, one.value) for one in points]
    entry = measure(about.measure)
    assert entry is not None  # noqa: S101 - for the type; a test looks through ABOUT
    advised = recommended(user, at=now, skill=skill)
    asked = [
        int(one.recommendation.target)
        for one in advised
        if one.recommendation.kind == Recommendation.Kind.QUESTION
    ]
    reached = read.reached(user, skill)
    context: dict[str, Any] = {
        "skill": Drill.Skill(skill),
        "about": about,
        "entry": entry,
        "scenario": chosen,
        "scenarios": _named(read.scenarios(found)),
        "practised": min(len(of_kind), read.DRAWN),
        "line": draw(told, drilled, aim),
        "latest": value_in_words(about.measure, told[-1][1]) if told else "",
        "rows": [
            (one.practice.session, one.practice.at, figure(about.measure, one.value))
            for one in reversed(points)
        ],
        "values": ", ".join(entry.figure(one.value) for one in points),
        "moments": moments,
        "levels": [
            (Drill.Level(level), list(some))
            for level, some in groupby(reached, key=lambda one: one.drill.level)
        ],
        "next": advised,
        "questions": read.questions(skill, first=asked),
        "changes": [
            one
            for one in (
                first_to_latest(entry, [value for _at, value in told], aim),
                around_drills(entry, told, drilled[0] if drilled else None, aim),
            )
            if one
        ],
        "trains": skill in TRAINS,
    }
    return render(request, "drills/skills/skill.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question of the bank in the studio; pressed twice, the same recording."""
    question = get_object_or_404(Question, pk=question_id, is_active=True)
    session = services.ask_one(owner=signed_in(request), question=question)
    return redirect("sessions:studio", session.pk)


def _of_one_kind(
    request: HttpRequest, found: list[read.Practice]
) -> tuple[str, list[read.Practice]]:
    """The kind of talk that is asked for, else the newest; and the practices of it."""
    kinds = read.scenarios(found)
    asked = request.GET.get("scenario", "")
    chosen = asked if asked in kinds else next(iter(kinds), "")
    return chosen, [one for one in found if one.scenario == chosen]


def _named(kinds: list[str]) -> list[tuple[str, str]]:
    return [(kind, str(Session.Kind(kind).label)) for kind in kinds if kind in Session.Kind.values]
