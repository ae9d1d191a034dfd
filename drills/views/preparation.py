"""Preparing for a real interview: the list, one preparation, its questions, the crib sheet."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.models import Purpose
from analysis.selectors.coach import consent_of, offered_to
from coaching.accounts.models import User
from config.printing import NotPrinted, pdf_of
from drills import services
from drills.forms import OwnQuestionForm, PreparationForm
from drills.models import Preparation
from drills.outline import crib_notes
from drills.selectors.asking import job_of
from drills.selectors.preparation import (
    document_of,
    own_preparation,
    own_preparations,
    own_question,
    preparations_deleted,
    questions_shown,
    removed_just_now,
)
from drills.services.preparation import MOST_PREPARED, VERBS
from sessions.views.pages import signed_in

PAGE_SIZE = 20


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    page = Paginator(own_preparations(user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "deleted": preparations_deleted(user)}
    return render(request, "drills/prepare/list.html", context)


def asks_whom(user: User) -> str:
    """The recipient that `user` allowed to be asked for questions; empty: none."""
    site = offered_to(user)
    return site.recipient if site and consent_of(user, site, Purpose.QUESTIONS) else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    asks = asks_whom(user)
    form = PreparationForm(request.POST or None, request.FILES or None, asks=asks)
    token = _as_uuid(request.POST.get("token", "")) or uuid.uuid4()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["document"]
        made = services.create_preparation(
            owner=user, token=token, choose_now=file is None, **form.given()
        )
        if file is not None:
            services.take_document(preparation=made, file=file)
            if form.cleaned_data.get("ask_model"):
                messages.info(request, _("Ask for questions once the file has been read."))
        elif form.cleaned_data.get("ask_model"):
            return redirect("prepare:model", made.pk)  # where it is seen before it is sent
        return redirect(made)
    context = {"form": form, "token": token, "asks": asks}
    status = 422 if form.errors else 200
    return render(request, "drills/prepare/new.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id)
    form = PreparationForm(request.POST or None, request.FILES or None, instance=preparation)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.given().items() if name in form.changed_data}
        services.update_preparation(preparation=preparation, **given)
        if file := form.cleaned_data["document"]:
            services.take_document(preparation=preparation, file=file)
        messages.success(request, _("Saved."))
        return redirect("prepare:detail", preparation_id)
    context = {"form": form, "preparation": preparation}
    status = 422 if form.errors else 200
    return render(request, "drills/prepare/edit.html", context, status=status)


@login_required
@require_safe
def detail(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    return _detail(request, own_preparation(signed_in(request), preparation_id))


def _detail(
    request: HttpRequest, preparation: Preparation, *, status: int = 200, **more: Any
) -> HttpResponse:
    questions = list(questions_shown(preparation))
    site = offered_to(preparation.owner)
    job = job_of(preparation) if site else None
    context = {
        "preparation": preparation,
        "job": job,
        "dropped": sum(job.found.get("dropped", {}).values()) if job else 0,
        "site": site,
        "document": document_of(preparation),
        "questions": questions,
        "ready": sum(one.is_ready for one in questions),
        "removed": list(removed_just_now(preparation)),
        "is_full": len(questions) >= MOST_PREPARED,
        "own_form": OwnQuestionForm(label_suffix=""),
        **more,
    }
    return render(request, "drills/prepare/detail.html", context, status=status)


@login_required
@require_POST
def change(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """One button of the list: `act` is `renew`, or a verb of VERBS with `_ID`."""
    user = signed_in(request)
    preparation = own_preparation(user, preparation_id)
    verb, _dash, which = request.POST.get("act", "").partition("_")
    said = ""
    if verb == "renew":
        said = _renewed(services.renew_questions(preparation=preparation))
    elif verb in VERBS and (named := _as_uuid(which)):
        question = own_question(user, named)
        try:
            services.act_on(question=question, verb=verb)
        except ValidationError as refusal:
            said = " ".join(refusal.messages)
    if request.htmx:  # type: ignore[attr-defined]
        return _detail(request, own_preparation(user, preparation_id), said=said)
    if said:
        messages.info(request, said)
    return redirect("prepare:detail", preparation_id)


def _renewed(count: int) -> str:
    if not count:
        return _("The bank has nothing else that fits; the questions stay as they are.")
    return ngettext("%(n)d new question.", "%(n)d new questions.", count) % {"n": count}


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
def add(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id)
    form = OwnQuestionForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            services.add_question(preparation=preparation, text=form.cleaned_data["text"])
        except ValidationError as refusal:
            form.add_error("text", refusal.messages)
        else:
            return redirect("prepare:detail", preparation_id)
    return _detail(request, preparation, status=422, own_form=form)


@login_required
@require_POST
def held(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id)
    services.mark_held(preparation=preparation, held=request.POST.get("held") == "yes")
    return redirect(preparation)


@login_required
@require_POST
def delete(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    services.delete_preparation(preparation=own_preparation(signed_in(request), preparation_id))
    messages.success(request, _("Deleted. You can take it back for ten minutes."))
    return redirect("prepare:list")


@login_required
@require_POST
def restore(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    preparation = own_preparation(signed_in(request), preparation_id, deleted=True)
    try:
        services.restore_preparation(preparation=preparation)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("prepare:list")
    return redirect(preparation)


@login_required
@require_safe
def crib(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """One sheet to print: the questions, and what to say."""
    preparation = own_preparation(signed_in(request), preparation_id)
    return render(request, "drills/prepare/crib.html", _sheet(preparation))


@login_required
@require_safe
@never_cache
def crib_pdf(request: HttpRequest, preparation_id: uuid.UUID) -> HttpResponse:
    """The same on paper: `?paper=letter`, else A4."""
    preparation = own_preparation(signed_in(request), preparation_id)
    paper = "letter" if request.GET.get("paper") == "letter" else "A4"
    html = render_to_string(
        "drills/prepare/crib_print.html", _sheet(preparation) | {"paper": paper}
    )
    try:
        pdf = pdf_of(html)
    except NotPrinted:
        messages.error(
            request, _("The PDF could not be made just now. Try again, or print this page.")
        )
        return redirect("prepare:crib", preparation.pk)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{preparation}.pdf"
    )
    return answer


def _sheet(preparation: Preparation) -> dict[str, Any]:
    sheet = [(one, crib_notes(one)) for one in questions_shown(preparation)]
    return {"preparation": preparation, "sheet": sheet}
