"""Putting an interview together, and what comes up while it is held."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from drills import services
from drills.drafting import Draft, changed, read_draft
from drills.forms import FollowUpForm, InterviewForm
from drills.services.follow_ups import Suggestion
from drills.services.interviews import MOST_QUESTIONS
from sessions.selectors import own_session
from sessions.views.pages import signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest) -> HttpResponse:
    """Choose, look through, change, begin: each button sends the whole form (`act`)."""
    form = InterviewForm(request.POST or None, label_suffix="")
    draft = read_draft(request.POST.get("draft", ""))
    if request.method == "POST" and form.is_valid():
        act = request.POST.get("act", "choose")
        if act == "begin" and draft.chosen:
            return _begun(request, form, draft)
        wishes = {name: form.cleaned_data[name] for name in InterviewForm.WISHES}
        draft = changed(draft, act, signed_in(request), wishes)
    context = {"form": form, "draft": draft, "most": MOST_QUESTIONS, "asked": bool(request.POST)}
    # HTMX swaps in no answer of 4xx
    status = 422 if form.errors and not request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "drills/interview.html", context, status=status)


def _begun(request: HttpRequest, form: InterviewForm, draft: Draft) -> HttpResponse:
    settings = {name: form.cleaned_data[name] for name in InterviewForm.SETTINGS}
    session = services.make_interview(owner=signed_in(request), chosen=draft.chosen, **settings)
    url = reverse("sessions:studio", args=[session.pk])
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@login_required
@require_POST
def follow_up(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """What to ask about the answer to `part`, of which `said` was heard: `{id, question, reason,
    by_model, why_not}`, the first three null where there is nothing to ask; `why_not`: why a
    language model that was to be asked did not."""
    user = signed_in(request)
    session = own_session(user, session_id)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("This cannot be read.")}, status=422)
    part = session.parts.filter(pk=form.cleaned_data["part"]).first()
    if part is None:
        raise Http404(_("There is no such question."))
    said = form.cleaned_data["said"]
    try:
        if services.may_follow(session, part):
            suggestion = Suggestion()
        else:
            suggestion = services.suggest_follow_up(session=session, part=part, said=said)
            session = own_session(user, session_id)  # it may be gone by now
        made = services.ask_follow_up(
            session=session, part=part, said=said, suggested=suggestion.found
        )
    except ValidationError as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=422)
    told: dict[str, object] = {"id": None, "question": None, "reason": None}
    if made is not None:
        told = {"id": str(made.pk), "question": made.question, "reason": made.asked.reason}
    by_model = bool(made and made.asked.is_by_model)
    return JsonResponse({**told, "by_model": by_model, "why_not": suggestion.why_not})
