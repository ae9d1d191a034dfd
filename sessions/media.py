"""Recordings and what was made of them, served to those who may see them (`/media/<signed>`).

An ASGI app ahead of Django: Starlette's FileResponse does Range, If-Range and HEAD, and streams.
The address is signed, bound to one person (or to one shared link) and expires; and still each
request asks whether they may see it now, so that a revoked grant or a deleted session is closed
at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Q
from django.utils.translation import gettext as _
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from sessions import gate
from sessions.gate import in_thread
from sessions.keys import session_of
from sessions.models import Grant, Recording
from sessions.selectors import SALT, Viewer, visible_to

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
}


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


async def app(scope: Any, receive: Any, send: Any) -> None:
    request = Request(scope, receive)
    try:
        response = await _serve(request)
    except _Refused as refusal:
        response = Response(
            refusal.message,
            refusal.status,
            headers={**_SAFE, "Cache-Control": "no-store"},
            media_type="text/plain",
        )
    await response(scope, receive, send)


async def _serve(request: Request) -> Response:
    if not gate.host_is_ours(request):
        raise _Refused(400, _("This address is not one of this site."))
    if request.method not in {"GET", "HEAD"}:
        raise _Refused(405, _("This can only be read."))
    named = _read(request.url.path.removeprefix("/media/"))
    await in_thread(_check, request, named)
    headers = {**_SAFE, "Content-Disposition": _disposition(named)}
    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage):
        return RedirectResponse(
            await in_thread(_presigned, storage, named, headers["Content-Disposition"]),
            307,
            headers={**_SAFE, "Cache-Control": "no-store"},
        )
    path = Path(storage.path(named["k"]))
    if not path.is_file():
        raise _Refused(404, _("This file is not there any more."))
    return FileResponse(path, headers=headers, media_type=named["t"])


def _read(signed: str) -> dict[str, str]:
    """{k: key, t: content type, n: name, u: user id or "", g: grant id or "", d: download}."""
    try:
        return signing.loads(signed, salt=SALT, max_age=settings.MEDIA_URL_SECONDS)
    except signing.SignatureExpired as error:
        raise _Refused(
            410, _("This address has expired. Reload the page for a new one.")
        ) from error
    except signing.BadSignature as error:
        raise _Refused(404, _("There is no such file.")) from error


def _check(request: Request, named: dict[str, str]) -> None:
    """404 unless the person it was signed for asks, may see it now, and it passed its check."""
    session_named = session_of(named["k"])
    viewer: Viewer | None = gate.user_by_token(request) or gate.user_by_cookie(request)
    link = None
    if named["g"]:
        link = Grant.objects.filter(pk=named["g"]).values_list("to_link", flat=True).first()
        viewer = viewer or AnonymousUser()
    if session_named is None or viewer is None or (named["u"] and named["u"] != str(viewer.pk)):
        raise _Refused(404, _("There is no such file."))
    seen = visible_to(viewer, "media", link).filter(pk=session_named[1], owner=session_named[0])
    unchecked = Recording.objects.filter(
        Q(session=session_named[1]), key=named["k"], checked_at=None
    )
    if not seen.exists() or unchecked.exists():
        raise _Refused(404, _("There is no such file."))


def _disposition(named: dict[str, str]) -> str:
    kind = "attachment" if named["d"] else "inline"
    return f"{kind}; filename*=UTF-8''{quote(named['n'])}" if named["n"] else kind


def _presigned(storage: Any, named: dict[str, str], disposition: str) -> str:
    """The object store serves it, with its own Range; the address is short-lived."""
    return storage.url(
        named["k"],
        parameters={
            "ResponseContentType": named["t"],
            "ResponseContentDisposition": disposition,
        },
        expire=min(900, settings.MEDIA_URL_SECONDS),
    )
