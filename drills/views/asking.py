"""A learner's say about questions by a language model: what it is sent, whether at all, what came
back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analysis.coach.request import NothingToSend
from analysis.coach.site import REASONS, Site
from analysis.models import Purpose
from analysis.selectors.coach import consent_of, offered_to
from analysis.services.coach import Refused
from drills import services
from drills.models import Preparation
from drills.selectors.asking import exchanges_of, job_of, questions_request_for
from drills.selectors.preparation import own_preparation
from sessions.views.pages import signed_in


@login_required
@require_safe
@never_cache
def sent(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """Word for word: what would be sent, and what was sent and came back."""
    preparation = own_preparation(signed_in(request), preparation_id)
    site, exchanges = offered_to(preparation.owner), exchanges_of(preparation)
    if site is None and not exchanges:
        raise Http404(_("No language model is asked here."))
    context: dict[str, Any] = {"preparation": preparation, "exchanges": exchanges}
    if site is not None:
        consent = consent_of(preparation.owner, site, Purpose.QUESTIONS)
        job = job_of(preparation)
        context |= {"site": site, "consent": consent, "job": job, **_offer(preparation, site)}
    return render(request, "drills/prepare/model.html", context)


def _offer(preparation: Preparation, site: Site) -> dict[str, object]:
    try:
        would_send = questions_request_for(preparation)
    except NothingToSend as error:
        return {"nothing": REASONS[error.code]}
    return {"would_send": would_send, "digest": would_send.digest(site)}


@login_required
@require_POST
def ask(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """Send what the page showed."""
    preparation = own_preparation(signed_in(request), preparation_id)
    digest = request.POST.get("digest", "")
    try:
        services.ask_for_questions(preparation=preparation, digest=digest)
    except (Refused, NothingToSend) as refusal:
        messages.error(request, str(REASONS[refusal.code]))
        return redirect("prepare:model", preparation.pk)
    return redirect(preparation)


@login_required
@require_POST
def stop(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id)
    services.stop_asking(preparation=preparation)
    return redirect(preparation)


@login_required
@require_POST
def forget(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """Remove what was sent and came back."""
    preparation = own_preparation(signed_in(request), preparation_id)
    services.forget_exchanges(preparation=preparation)
    messages.success(request, _("Removed. Questions that are in your list stay."))
    return redirect(preparation)
