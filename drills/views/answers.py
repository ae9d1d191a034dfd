"""One prepared question: what to say, the answers, and what was found in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analysis.catalogue import entry, shown
from analysis.live import progress_of
from analysis.selectors.runs import latest_run
from analysis.wording import bare_words, difference
from coaching.accounts.models import User
from drills import services
from drills.feedback import COMPARED, remarks
from drills.forms import AnswerForm, PointsForm
from drills.models import PreparedAnswer, PreparedQuestion
from drills.outline import outline_of
from drills.selectors.preparation import answers, follow_up_of, own_question
from sessions.views.pages import signed_in


@login_required
@require_safe
@never_cache
def question(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """The latest answer's feedback, or the one that `?version=` names."""
    user = signed_in(request)
    found = own_question(user, question_id)
    return _page(request, user, found)


@login_required
@require_POST
def points(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = own_question(user, question_id)
    form = PointsForm(request.POST, instance=found, label_suffix="")
    if form.is_valid():
        services.note_points(question=found, points=form.cleaned_data["points"])
        messages.success(request, _("Saved."))
        return redirect("prepare:question", question_id)
    return _page(request, user, found, status=422, points_form=form)


@login_required
@require_POST
def answer(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """A new version in writing."""
    user = signed_in(request)
    found = own_question(user, question_id)
    form = AnswerForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            services.answer_in_writing(question=found, text=form.cleaned_data["text"])
        except ValidationError as refusal:
            form.add_error("text", refusal.messages)
        else:
            return redirect("prepare:question", question_id)
    return _page(request, user, found, status=422, answer_form=form)


@login_required
@require_POST
def record(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """To the studio, which asks this question."""
    found = own_question(signed_in(request), question_id)
    try:
        made = services.answer_by_recording(question=found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("prepare:question", question_id)
    return redirect("sessions:studio", made.session.pk)


@login_required
@require_POST
def ask_next(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """Put the follow-up to the shown answer into the list."""
    user = signed_in(request)
    found = own_question(user, question_id)
    shown_one = _named(list(answers().filter(question=found)), request.POST.get("version", ""))
    follows = follow_up_of(found, shown_one) if shown_one and shown_one.feedback else None
    if follows is None:
        raise Http404(_("There is no follow-up question to this answer."))
    try:
        made = services.ask_next(question=found, follow_up=follows)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("prepare:question", question_id)
    return redirect("prepare:question", made.pk)


def _page(
    request: HttpRequest, user: User, found: PreparedQuestion, *, status: int = 200, **forms: Any
) -> HttpResponse:
    versions = list(answers().filter(question=found))
    shown_one = _named(versions, request.GET.get("version", ""))
    written = next((one.text for one in reversed(versions) if one.text), "")
    context: dict[str, Any] = {
        "question": found,
        "preparation": found.preparation,
        "points_form": PointsForm(instance=found, label_suffix=""),
        "answer_form": AnswerForm(initial={"text": written}, label_suffix=""),
        "versions": versions,
        "answer": shown_one,
        "rows": _rows(versions),
        **forms,
    }
    if shown_one is not None:
        context |= _about(user, found, shown_one, versions)
    if forms:
        context["working"] = False  # no result may take the place of what was refused
    return render(request, "drills/prepare/question.html", context, status=status)


def _named(versions: list[PreparedAnswer], version: str) -> PreparedAnswer | None:
    return next(
        (one for one in versions if str(one.number) == version), versions[-1] if versions else None
    )


def _about(
    user: User, found: PreparedQuestion, one: PreparedAnswer, versions: list[PreparedAnswer]
) -> dict[str, Any]:
    """What the page says of a version: how far its analysis is, or what it found."""
    told: dict[str, Any] = {"session": one.session}
    run = None if one.session.is_settled else latest_run(one.session)
    if run is not None:
        told |= {"working": True, "progress": progress_of(user, one.session, run)}
    if one.feedback:
        told |= {
            "remarks": remarks(one.feedback),
            "outline": outline_of(one.feedback),
            "follow_up": follow_up_of(found, one),
        }
    before = [other for other in versions if other.number < one.number and other.text]
    if one.text and before:
        changes = difference(bare_words(before[-1].text), bare_words(one.text))
        told |= {"changes": changes, "changed_since": before[-1].number}
    return told


def _rows(versions: list[PreparedAnswer]) -> list[dict[str, Any]]:
    """The versions beside each other, the newest first, each figure with which way it went."""
    told = [one.feedback.get("measures", {}) for one in versions]
    return [
        {
            "answer": one,
            "figures": [
                {
                    "label": str(about.label) if (about := entry(path)) else path,
                    "text": shown(path, values[path]) if path in values else "–",
                    "way": _way(before.get(path), values.get(path)),
                }
                for path in COMPARED
            ],
        }
        for one, values, before in reversed(list(zip(versions, told, [{}, *told], strict=False)))
    ]


def _way(before: float | None, now: float | None) -> str:
    if before is None or now is None or round(before, 2) == round(now, 2):
        return ""
    return _("up") if now > before else _("down")
