"""Giving and correcting what was said."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analysis.forms import AttachForm, EditForm
from analysis.given import TranscriptError
from analysis.selectors.transcripts import latest_version, text_of, versions
from analysis.services.runs import NothingToAnalyse
from analysis.services.transcripts import (
    EditConflict,
    attach_text,
    attach_transcript,
    edit_transcript,
)
from analysis.views.actions import back_to
from sessions.models import Session
from sessions.selectors import own_session


@login_required
@require_POST
def attach(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Analyse with a transcript the learner has."""
    session = own_session(request.user, session_id)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file:
                attach_transcript(session=session, filename=file.name, data=file.read())
            else:
                attach_text(session=session, text=form.cleaned_data["text"])
        except (TranscriptError, NothingToAnalyse) as error:
            form.add_error("file" if file else "text", error.message)
        else:
            return back_to(request, session)
    return render(request, "analysis/attach.html", {"session": session, "form": form}, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Correct the words. Works without a script; the workspace edits in place."""
    session = own_session(request.user, session_id)
    if request.method != "POST":
        return _editor(request, session)
    form = EditForm(request.POST)
    if not form.is_valid():
        return _editor(request, session, form, status=422)
    try:
        edit_transcript(
            session=session,
            base_version=form.cleaned_data["base_version"],
            text=form.cleaned_data["text"],
        )
    except EditConflict as conflict:
        again = EditForm(
            initial={"base_version": conflict.latest.version, "text": form.cleaned_data["text"]}
        )
        return _editor(request, session, again, status=409, conflict=conflict)
    except (TranscriptError, NothingToAnalyse) as error:
        form.add_error("text", error.message)
        return _editor(request, session, form, status=422)
    return back_to(request, session)


def _editor(
    request: HttpRequest,
    session: Session,
    form: EditForm | None = None,
    *,
    status: int = 200,
    conflict: EditConflict | None = None,
) -> HttpResponse:
    latest = latest_version(session)
    if latest is None:
        messages.info(request, _("There is no transcript to correct yet."))
        return back_to(request, session)
    if form is None:
        form = EditForm(initial={"base_version": latest.version, "text": text_of(latest)})
    context = {
        "session": session,
        "form": form,
        "latest": latest,
        "latest_text": text_of(latest) if conflict else "",
        "versions": versions(session).only("version", "kind", "origin", "consented_at", "created"),
        "conflict": conflict,
    }
    return render(request, "analysis/transcript.html", context, status=status)
