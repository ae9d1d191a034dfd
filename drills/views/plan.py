"""A learner's plan: what comes next today, the goal, where the skills stand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coaching.accounts.models import User
from drills import days, services
from drills.forms import GoalForm, WishForm
from drills.models import Drill
from drills.selectors import plan as selectors
from sessions.views.pages import signed_in

ALTERNATIVES = 2


@login_required
@require_safe
@never_cache
def today(request: HttpRequest) -> HttpResponse:
    return _page(request, signed_in(request))


def _page(
    request: HttpRequest, user: User, *, goal_form: GoalForm | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    learner = selectors.known(user, at=at)
    choices = selectors.ranked(user, at=at, learner=learner)
    standings = selectors.skills(user, learner, at=at)
    habits = selectors.habits(user, at=at)
    context: dict[str, Any] = {
        "choice": choices[0] if choices else None,
        "alternatives": _apart(choices),
        "habits": habits,
        "week": days.WEEK,
        "is_new": not (learner.done or learner.scored),
        "is_set": any(one.wish.pk for one in standings),
        "rows": [(one, _wish_form(one)) for one in standings],
        "achievements": list(selectors.achievements(user)[: selectors.SHOWN]),
        "goal_form": goal_form or GoalForm(instance=habits.settings, label_suffix=""),
    }
    return render(request, "drills/plan.html", context, status=status)


def _apart(choices: list[selectors.Choice]) -> list[selectors.Choice]:
    """Of skills other than the first one's and each other's, where there are any."""
    found: list[selectors.Choice] = []
    seen = {choices[0].skill} if choices else set()
    for one in choices[1:]:
        if one.skill not in seen:
            seen.add(one.skill)
            found.append(one)
    return (found or choices[1:])[:ALTERNATIVES]


def _wish_form(standing: selectors.SkillStanding) -> WishForm:
    given = {"wish": standing.wish.wish, "level": standing.wish.level}
    return WishForm(initial=given, auto_id=f"{standing.skill}-%s", label_suffix="")


@login_required
@require_POST
def goal(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = GoalForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            services.set_goal(owner=user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    if form.errors:
        return _page(request, user, goal_form=form, status=422)
    messages.success(request, _("Saved."))
    return redirect("drills:plan")


@login_required
@require_POST
def wish(request: HttpRequest, skill: str) -> HttpResponse:
    """What the learner wants of one skill; HTMX takes the new plan from the page it leads to."""
    if skill not in Drill.Skill.values:
        raise Http404(_("There is no such skill."))
    form = WishForm(request.POST)
    if form.is_valid():
        services.set_wish(owner=signed_in(request), skill=skill, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("That is not one of the choices."))
    return redirect("drills:plan")
