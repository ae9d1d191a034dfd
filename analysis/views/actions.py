"""Asking for an analysis, again, otherwise, or no more."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from analysis.forms import ReanalyseForm, SpeakerForm
from analysis.models import AnalysisRun
from analysis.selectors.runs import current_run, latest_run
from analysis.services.again import choose_speaker, once, reanalyse, try_again
from analysis.services.runs import NothingToAnalyse, cancel_run
from billing.services import QuotaExceeded
from sessions.models import Session
from sessions.selectors import own_session


@login_required
@require_POST
def retry(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Work what failed through again; what succeeded is kept."""
    session = own_session(request.user, session_id)
    return _start(request, session, lambda run: try_again(run=run))


@login_required
@require_POST
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = own_session(request.user, session_id)
    run = latest_run(session)
    if run is not None:
        cancel_run(run=run)
    return back_to(request, session)


@login_required
@require_POST
def analyse_again(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """With other settings, or with the same ones and today's engines."""
    session = own_session(request.user, session_id)
    form = ReanalyseForm(request.POST)
    if not form.is_valid():
        for problem in form.errors.values():
            messages.error(request, str(problem[0]))
        return back_to(request, session)
    return _start(
        request, session, lambda run: reanalyse(session=session, settings=form.settings())
    )


@login_required
@require_POST
def speaker(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Measure the voice that is the learner's."""
    session = own_session(request.user, session_id)
    form = SpeakerForm(request.POST)
    shown = current_run(session)
    if shown is None or not form.is_valid():
        messages.error(request, _("Choose which voice is yours."))
        return back_to(request, session)
    chosen = form.cleaned_data["speaker"]
    return _start(request, session, lambda run: choose_speaker(run=shown, speaker=chosen))


def _start(
    request: HttpRequest, session: Session, start: Callable[[AnalysisRun], AnalysisRun]
) -> HttpResponse:
    """Start once, however often the button was pressed: `seen` is the run the page knew of."""
    try:
        once(session=session, seen=request.POST.get("seen", ""), start=start)
    except (NothingToAnalyse, QuotaExceeded) as error:
        messages.error(request, error.message)
    return back_to(request, session)


def back_to(request: HttpRequest, session: Session) -> HttpResponse:
    address = session.get_absolute_url()
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)
