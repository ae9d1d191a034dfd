"""A learner's say about the language model: what it is sent, whether at all, what came back."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.coach.request import NothingToSend
from analysis.coach.site import REASONS, Site
from analysis.document import build
from analysis.forms import ConsentForm
from analysis.models import AnalysisRun, CoachConsent
from analysis.selectors.coach import (
    calls_of,
    consent_of,
    follow_up_exchanges,
    latest_exchange,
    offered_to,
    panel_for,
    request_for,
)
from analysis.selectors.runs import current_run
from analysis.services import coach as service
from coaching.accounts.models import User
from sessions.models import Session
from sessions.selectors import own_session


@login_required
@require_safe
@never_cache
def notes(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Word for word: what would be sent, and what was sent and came back last."""
    session = own_session(request.user, session_id)
    run, site = current_run(session), offered_to(session.owner)
    sent, asked = latest_exchange(session), follow_up_exchanges(session)
    if not (sent or asked or (run and site)):
        raise Http404(_("There is nothing a language model could read here."))
    context: dict[str, Any] = {
        "session": session, "site": run and site, "exchange": sent, "follow_ups": asked
    }  # fmt: skip
    if run is not None and site is not None:
        context |= {"consent": consent_of(session.owner, site), **_offer(run, site)}
    return render(request, "analysis/coach.html", context)


def _offer(run: AnalysisRun, site: Site) -> dict[str, object]:
    try:
        would_send = request_for(run)
    except NothingToSend as error:
        return {"nothing": REASONS[error.code]}
    return {"would_send": would_send, "digest": would_send.digest(site)}


@login_required
@require_safe
@never_cache
def panel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The notes' part of the result page, asked for while they are being written."""
    session = own_session(request.user, session_id)
    run = current_run(session)
    if run is None:
        raise Http404(_("There is no result yet."))
    found = panel_for(run, build(run), cast(User, request.user))
    context = {"session": session, "is_owner": True, "coach": found}
    return render(request, "analysis/workspace/_coach.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Send what the page showed."""
    session = own_session(request.user, session_id)
    try:
        service.ask(session=session, digest=request.POST.get("digest", ""))
    except service.Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("analysis:coach", session.pk)
    except (NothingToSend, AnalysisRun.DoesNotExist) as error:
        raise Http404(_("There is nothing a language model could read here.")) from error
    return _to_panel(session)


@login_required
@require_POST
def refuse(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Not for this practice, or no more; of follow-up questions, what was kept."""
    session = own_session(request.user, session_id)
    if request.POST.get("what") == "follow_ups":
        service.forget_follow_ups(session=session)
        messages.success(request, _("Removed. The questions themselves stay."))
        return _to_panel(session)
    service.refuse(session=session)
    messages.success(request, _("Nothing of this practice goes to a language model."))
    return _to_panel(session)


def _to_panel(session: Session) -> HttpResponse:
    return redirect(f"{session.get_absolute_url()}#panel-content")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The switch: off until somebody turns it on."""
    user = cast(User, request.user)
    site = offered_to(user)
    if site is None:
        raise Http404(_("No language model is asked here."))
    consent = CoachConsent.objects.filter(user=user, recipient=site.recipient).first()
    given = model_to_dict(consent, ConsentForm.base_fields) if consent else None
    # an empty form is an answer too: three times no
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        _decide(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("analysis:coach-settings")
    elsewhere = CoachConsent.objects.filter(user=user).exclude(recipient=site.recipient).first()
    context = {"form": form, "site": site, "consent": consent, "elsewhere": elsewhere}
    return render(request, "analysis/coach_settings.html", context | {"calls": calls_of(user)})


def _decide(user: User, **given: Any) -> None:
    if any(given.values()):
        service.give_consent(user=user, **given)
    else:
        service.withdraw_consent(user=user)
