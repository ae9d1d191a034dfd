"""The drill library, a drill's own page, and an attempt at it."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from analysis.history import Trend, trend
from analysis.live import progress_of
from analysis.selectors.history import Past
from analysis.selectors.player import player_of
from analysis.selectors.runs import current_run, latest_run
from analysis.services.again import run_token
from drills import services
from drills.forms import LibraryForm
from drills.marks import measure
from drills.models import Attempt, Drill
from drills.reading import kept
from drills.selectors.drills import (
    Standing,
    attempts_at,
    beside,
    drill_named,
    library,
    own_attempt,
    standings,
)
from sessions.selectors import visible_to
from sessions.views.pages import signed_in


@login_required
@require_safe
@vary_on_headers("HX-Request")
def listing(request: HttpRequest) -> HttpResponse:
    """By skill and level, with what this person reached. Filters that cannot be understood are
    left out."""
    form = LibraryForm(request.GET, label_suffix="")
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    found, reached = library(**asked), standings(signed_in(request))
    rows = [(drill, reached.get(drill.pk)) for drill in found]
    context = {
        "form": form,
        "count": len(found),
        "passed": sum(bool(there and there.passed) for _drill, there in rows),
        "groups": [
            _group(skill, list(some)) for skill, some in groupby(rows, key=lambda row: row[0].skill)
        ],
        "unfolded": bool(asked),
    }
    part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"drills/{'_library' if part else 'library'}.html", context)


def _group(skill: str, rows: list[tuple[Drill, Standing | None]]) -> dict[str, Any]:
    passed = sum(bool(reached and reached.passed) for _drill, reached in rows)
    return {"skill": Drill.Skill(skill), "rows": rows, "passed": passed}


@login_required
@require_safe
def drill(request: HttpRequest, slug: str) -> HttpResponse:
    found = drill_named(slug)
    attempts = attempts_at(signed_in(request), found)
    context = {"drill": found, "attempts": attempts, "trend": _trend(found, attempts)}
    return render(request, "drills/drill.html", context)


def _trend(drill: Drill, attempts: list[Attempt]) -> Trend | None:
    """Over the attempts that measured what the drill measures now."""
    entry = measure(drill.metric)
    alike = [one for one in attempts if one.metric == drill.metric]
    told = [(one, one.value) for one in reversed(alike) if one.value is not None]
    if entry is None or len(told) < 2:
        return None
    *before, (last, value) = told
    past = [Past(one.session, figure) for one, figure in before]
    return trend(entry, past, value, last.created)


@login_required
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """To the studio; pressed twice, to the same recording."""
    found = drill_named(slug)
    try:
        begun = services.begin_attempt(owner=signed_in(request), drill=found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("drills:list")
    return redirect("sessions:studio", begun.pk)


@login_required
@require_safe
@never_cache
def attempt(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """One address from the recording to what it reached; its result alone for whoever it was
    shared with."""
    shared = visible_to(request.user).filter(pk=session_id).exclude(owner=signed_in(request))
    if shared.exists():
        return redirect("analysis:session", session_id)
    found = own_attempt(request.user, session_id)
    session, latest = found.session, latest_run(found.session)
    shown = current_run(session)
    context: dict[str, Any] = {
        "attempt": found,
        "drill": found.drill,
        "session": session,
        "is_owner": True,
        "run": latest,
        "seen": run_token(latest) if latest else "",
    }
    if latest is not None and not latest.is_settled:
        context["progress"] = progress_of(request.user, session, latest)
    elif shown is not None:
        context |= _verdict(found) | {"player": player_of(shown, request.user)}
    return render(request, "drills/attempt.html", context)


def _verdict(attempt: Attempt) -> dict[str, Any]:
    drill = attempt.drill
    missed = attempt.state == Attempt.State.JUDGED and not attempt.passed
    low = missed and attempt.low is not None and (attempt.value or 0.0) < attempt.low
    attempts = attempts_at(attempt.owner, drill)
    return {
        "advice": (drill.too_low if low else drill.too_high) if missed else "",
        "kept": kept(attempt.reading) if attempt.reading else None,
        "next_drill": beside(drill, harder=True) if attempt.passed else None,
        "easier": beside(drill, harder=False) if missed else None,
        "attempts": attempts,
        "trend": _trend(drill, attempts),
    }
