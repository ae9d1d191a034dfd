"""The studio: record in the browser. Its bytes go to sessions.uploads, the rest comes here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions import services
from sessions.models import Session
from sessions.selectors import own_session
from sessions.services.studio import LONGEST_TAKE_S, has_recording, unsent_uploads
from sessions.services.uploads import largest_upload
from sessions.takes import facts, read_joins, read_sent
from sessions.views.pages import signed_in

Answering = Callable[[Session, Any], dict[str, Any]]


@login_required
@require_safe
@never_cache
@csp_update({"script-src": [WASM_UNSAFE_EVAL], "worker-src": [SELF]})
def studio(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Where the owner records. A session that has its recording leads to its page."""
    session = own_session(signed_in(request), session_id)
    if has_recording(session):
        return redirect(session.get_absolute_url())
    context = {
        "session": session,
        "parts": list(session.parts.all()),
        "longest_s": LONGEST_TAKE_S,
        "max_bytes": largest_upload(session.owner),
        "unsent": [
            {
                "id": str(upload.pk),
                "role": upload.metadata.get("role", ""),
                "type": upload.metadata.get("filetype", ""),
                "bytes": upload.offset,
            }
            for upload in unsent_uploads(session)
            if upload.offset
        ],
    }
    return render(request, "sessions/studio/studio.html", context)


def _answers(view: Answering) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """An address that takes JSON about one's own session and answers with JSON."""

    @login_required
    @require_POST
    @wraps(view)
    def answering(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
        session = own_session(signed_in(request), session_id)
        try:
            return JsonResponse(view(session, json.loads(request.body or b"{}")))
        except (ValueError, RecursionError):
            return JsonResponse({"error": _("This is no JSON.")}, status=400)
        except ValidationError as refusal:
            return JsonResponse({"error": " ".join(refusal.messages)}, status=422)

    return answering


@_answers
def open_take(session: Session, data: Any) -> dict[str, Any]:
    """A recording begins, or with joins goes on: `{settings, joins}` (sessions.takes)."""
    services.open_take(
        session=session, settings=facts(facts(data).get("settings", {})), joins=read_joins(data)
    )
    return {"state": "open"}


@_answers
def send(session: Session, data: Any) -> dict[str, Any]:
    """The learner pressed Send: what belongs to the recording (sessions.takes.Sent)."""
    services.send_take(session=session, sent=read_sent(data))
    return {"state": "sent", "next": session.get_absolute_url()}


@_answers
def discard(session: Session, data: Any) -> dict[str, Any]:
    """Throw away what was recorded and not sent."""
    services.discard_take(session=session)
    return {"state": "discarded"}
