"""Answering a recommendation: taken on, put off, put away, or taken back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.selectors.recommendations import own_recommendation
from drills.services.recommendations import ACTS
from sessions.views.pages import signed_in


@login_required
@require_POST
def recommendation(request: HttpRequest, recommendation_id: uuid.UUID) -> HttpResponse:
    """`act` is one of ACTS; afterwards the page it was pressed on (`next`), or for HTMX the
    controls alone. Pressed twice is as once."""
    found = own_recommendation(signed_in(request), recommendation_id)
    act = ACTS.get(request.POST.get("act", ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("drills:skills")
    if act is not None:
        found = act(found)
    else:
        messages.error(request, _("This cannot be done with a recommendation."))
    if request.htmx:  # type: ignore[attr-defined]
        context = {"recommendation": found, "back": back, "answered": True}
        return render(request, "drills/advice/_controls.html", context)
    return HttpResponseRedirect(f"{back}#advice-{found.pk}")
