"""The real interview beside its preparation: linked, looked at, corrected."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.models import AnalysisRun
from analysis.selectors.player import player_of
from drills import services
from drills.actual import REASONS, SIDES, told_of
from drills.forms import InterviewLinkForm, PreparationChoiceForm
from drills.models import Comparison, Preparation
from drills.selectors.comparisons import (
    MOST_CHOICES,
    choosable,
    comparisons_of,
    comparisons_with,
    own_comparison,
)
from drills.selectors.preparation import own_preparation, own_preparations, questions_shown
from sessions.models import Session
from sessions.selectors import own_session
from sessions.views.pages import signed_in

PAGE_SIZE = 80
PLACE_DIGITS = 5
"""Of a sentence's place."""
"""Sentences on a page of turns."""


@login_required
@require_safe
def listing(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id)
    return _listing(request, preparation, InterviewLinkForm(sessions=_choices(preparation)))


@login_required
@require_POST
def link(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """`then`: record or upload a new one; else the session that is named."""
    preparation = own_preparation(signed_in(request), preparation_id)
    form = InterviewLinkForm(request.POST, sessions=_choices(preparation))
    then = request.POST.get("then", "")
    if then:
        form.fields["session"].required = False
    if form.is_valid():
        agreed = form.cleaned_data["agreed"]
        try:
            if then:
                made = services.new_interview(preparation=preparation, agreed=agreed)
                if then == "record":
                    return redirect("sessions:studio", made.session_id)
                return redirect(made.session)
            session = form.cleaned_data["session"]
            return redirect(
                services.link_interview(preparation=preparation, session=session, agreed=agreed)
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return _listing(request, preparation, form, status=422)


def _choices(preparation: Preparation) -> Any:
    return choosable(preparation)[:MOST_CHOICES]


def _listing(
    request: HttpRequest, preparation: Preparation, form: InterviewLinkForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "preparation": preparation,
        "comparisons": comparisons_of(preparation),
        "form": form,
    }
    return render(request, "drills/prepare/actual_list.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def for_session(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """From a session: this was the interview I prepared for."""
    user = signed_in(request)
    session = own_session(user, session_id)
    form = PreparationChoiceForm(request.POST or None, preparations=own_preparations(user))
    if form.is_valid():
        try:
            return redirect(
                services.link_interview(
                    preparation=form.cleaned_data["preparation"],
                    session=session,
                    agreed=form.cleaned_data["agreed"],
                )
            )
        except ValidationError as refusal:
            form.add_error(None, " ".join(refusal.messages))
    context = {"session": session, "form": form, "comparisons": comparisons_with(session)}
    status = 422 if form.errors else 200
    return render(request, "drills/prepare/actual_for.html", context, status=status)


@login_required
@require_safe
@never_cache
def actual(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    comparison = own_comparison(signed_in(request), preparation_id, comparison_id)
    answer = _actual(request, comparison)
    if "awaited" in request.GET and _shown(comparison.session):
        answer["HX-Refresh"] = "true"  # the recording's player stands outside what is swapped
    return answer


def _actual(request: HttpRequest, comparison: Comparison, **more: Any) -> HttpResponse:
    prepared = list(questions_shown(comparison.preparation))
    run = _shown(comparison.session)
    context = {
        **_standing(comparison, run),
        "prepared": prepared,
        "told": told_of(comparison.result, prepared) if comparison.result else None,
        "player": player_of(run, request.user) if run else None,
        **more,
    }
    return render(request, "drills/prepare/actual.html", context)


def _shown(session: Session) -> AnalysisRun | None:
    return (
        AnalysisRun.objects.filter(session=session, is_current=True)
        .select_related("session__owner")
        .prefetch_related("artifacts")
        .first()
    )


def _standing(comparison: Comparison, run: AnalysisRun | None) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "preparation": comparison.preparation,
        "session": comparison.session,
        "working": comparison.is_unfinished and run is not None,
        "awaited": run is None,
    }


@login_required
@require_safe
@never_cache
def turns(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    return _turns(request, own_comparison(signed_in(request), preparation_id, comparison_id))


def _turns(request: HttpRequest, comparison: Comparison, **more: Any) -> HttpResponse:
    said = comparison.result.get("sentences") or []
    wanted = request.POST.get("page") or request.GET.get("page")
    page = Paginator(list(enumerate(said)), PAGE_SIZE).get_page(wanted)
    run = _shown(comparison.session)
    context = {
        **_standing(comparison, run),
        "page": page,
        "lines": [_line(place, one) for place, one in page],
        "player": player_of(run, request.user) if run else None,
        **more,
    }
    return render(request, "drills/prepare/actual_turns.html", context)


def _line(place: int, one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "place": place,
        "side": SIDES[one["who"]],
        "reasons": [str(REASONS[name]) for name in one["why"]],
    }


VERBS: dict[str, dict[str, Any]] = {
    "question": {"who": "question"},
    "interviewer": {"who": "interviewer"},
    "mine": {"who": "mine"},
    "split": {"who": "question", "begins": True},
    "join": {"who": "question", "begins": False},
}


@login_required
@require_POST
def correct(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    """One button: `act` is a verb of VERBS with `_SENTENCE`, `is_SENTENCE` with the prepared
    question under `question_SENTENCE`, or `forget`. `from`: the page it was pressed on."""
    user = signed_in(request)
    comparison = own_comparison(user, preparation_id, comparison_id)
    verb, _dash, which = request.POST.get("act", "").partition("_")
    on_turns = request.POST.get("from") == "turns"
    said = ""
    try:
        if verb == "forget":
            services.forget_corrections(comparison=comparison)
            said = _("Your corrections are forgotten. It is compared again.")
        elif verb in {*VERBS, "is"} and which.isdecimal() and len(which) <= PLACE_DIGITS:
            given: dict[str, Any] = (
                {"question": request.POST.get(f"question_{which}", "")}
                if verb == "is"
                else VERBS[verb]
            )
            services.correct(
                comparison=comparison,
                run=_as_uuid(request.POST.get("run", "")),
                sentence=int(which),
                **given,
            )
            said = _("Kept. It is compared again.")
    except ValidationError as refusal:
        said = " ".join(refusal.messages)
    if request.htmx:  # type: ignore[attr-defined]
        fresh = own_comparison(user, preparation_id, comparison_id)
        return (_turns if on_turns else _actual)(request, fresh, said=said)
    if said:
        messages.info(request, said)
    if on_turns:
        answer = redirect("prepare:actual-turns", preparation_id, comparison_id)
        if (page := request.POST.get("page", "")).isdecimal():
            answer["Location"] += f"?page={page}"
        return answer
    return redirect(comparison)


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
def again(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    comparison = own_comparison(signed_in(request), preparation_id, comparison_id)
    services.compare_again(comparison=comparison)
    return redirect(comparison)


@login_required
@require_POST
def unlink(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    comparison = own_comparison(signed_in(request), preparation_id, comparison_id)
    services.unlink_interview(comparison=comparison)
    messages.success(request, _("Unlinked. The preparation and the recording stay."))
    return redirect("prepare:actuals", preparation_id)


@login_required
@require_POST
def prepare(
    request: HttpRequest, preparation_id: uuid.UUID, comparison_id: uuid.UUID
) -> HttpResponse:
    """Put an unexpected question into the preparation."""
    comparison = own_comparison(signed_in(request), preparation_id, comparison_id)
    which = request.POST.get("asked", "")
    try:
        made = services.prepare_asked(
            comparison=comparison,
            run=_as_uuid(request.POST.get("run", "")),
            sentence=int(which) if which.isdecimal() and len(which) <= PLACE_DIGITS else -1,
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(comparison)
    return redirect("prepare:question", made.pk)
