"""Changing what of a recording counts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from analysis.forms import TrimForm
from analysis.selectors.runs import current_run, latest_run
from analysis.services.again import run_token
from analysis.services.inputs import trim_of
from analysis.services.runs import NothingToAnalyse
from analysis.services.trimming import PageTooOld, change_trim
from analysis.views.actions import back_to
from billing.services import QuotaExceeded
from sessions.models import Session
from sessions.selectors import main_recording, own_session
from workers.engines.types import Span


@login_required
def trim(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Two times and what they mean; a POST analyses what is left."""
    session = own_session(request.user, session_id)
    shown = current_run(session)
    if shown is None or main_recording(session) is None:
        raise Http404(_("There is no analysed recording here."))
    if request.method != "POST":
        return _page(request, session, trim_form(trim_of(session), session.duration_s))
    whole = "whole" in request.POST
    form = TrimForm({} if whole else request.POST)
    if not form.is_valid():
        return _page(request, session, form, 422)
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    try:
        run = change_trim(
            session=session, run=shown, start=start, end=end, seen=request.POST.get("seen", "")
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, session, form, 422)
    except (PageTooOld, NothingToAnalyse, QuotaExceeded) as error:
        form.add_error(None, error.message)
        return _page(request, session, form, 409)
    if run.pk == shown.pk:
        messages.info(request, _("Nothing changed: this is what counts already."))
    elif whole:
        messages.success(request, _("The whole recording counts again and is being analysed."))
    else:
        messages.success(
            request,
            _("What is left is being analysed. Nothing was cut: set the times back at any moment."),
        )
    return back_to(request, session)


def trim_form(trim: Span | None, length_s: float | None) -> TrimForm:
    """What counts now, or the whole."""
    start, end = (trim["start"], trim["end"]) if trim else (0.0, length_s)
    if length_s is not None and end is not None:
        end = min(end, length_s)
    return TrimForm(initial={"start": start, "end": end}, auto_id="trim-%s")


def _page(
    request: HttpRequest, session: Session, form: TrimForm, status: int = 200
) -> HttpResponse:
    latest = latest_run(session)
    context = {
        "session": session,
        "trim_form": form,
        "trimmed": trim_of(session) is not None,
        "seen": run_token(latest) if latest else "",
    }
    return render(request, "analysis/trim.html", context, status=status)
