"""tus 1.0.0 (https://tus.io/protocols/resumable-upload), with every extension but trailers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from billing.services import QuotaExceeded
from coaching.accounts.models import User
from sessions import containers, gate, services, stores
from sessions.gate import in_thread
from sessions.models import Session, Upload
from sessions.selectors import own_session
from sessions.services.recordings import refuse_upload
from sessions.services.uploads import announce_length
from sessions.uploads import protocol
from sessions.uploads.locks import Locked, locks
from sessions.uploads.protocol import PREFIX, Refused, answer
from sessions.uploads.receive import receive

log = logging.getLogger(__name__)
_SNIFF_BYTES = 512
Handler = Callable[[Request, User], Awaitable[Response]]


async def app(scope: Any, receive_: Any, send: Any) -> None:
    """The ASGI app. Every failure is an answer with a text; none is a stack trace."""
    request = Request(scope, receive_)
    try:
        response = await _handle(request)
    except Refused as refusal:
        response = answer(refusal.status, refusal.message, refusal.headers)
    except Locked:
        response = answer(
            423,
            _(
                "This file is being uploaded from another tab or connection. "
                "It goes on when that one stops."
            ),
            {"Retry-After": "3"},
        )
    except (OSError, DatabaseError, psycopg.Error):
        log.exception("upload: %s %s", request.method, request.url.path)
        response = answer(
            503, _("The storage does not answer. Nothing is lost; try again."), {"Retry-After": "5"}
        )
    await response(scope, receive_, send)


async def _handle(request: Request) -> Response:
    if not gate.host_is_ours(request):
        raise Refused(400, _("This address is not one of this site."))
    method = request.headers.get("x-http-method-override", request.method).upper()
    whole = request.url.path in {PREFIX, PREFIX.rstrip("/")}
    if method == "OPTIONS":
        return _options()
    if request.headers.get("tus-resumable") != protocol.VERSION:
        raise Refused(412, "Tus-Resumable: 1.0.0 is needed.", Tus_Version=protocol.VERSION)
    handler = (_ON_ALL if whole else _ON_ONE).get(method)
    if handler is None:
        raise Refused(405, _("This cannot be done here."))
    user = await in_thread(gate.user_by_token, request)
    if user is None:
        user = await in_thread(gate.user_by_cookie, request)
        if user is None:
            raise Refused(401, _("Sign in again, then go on with the upload; what came is kept."))
        if method != "HEAD" and not gate.from_our_page(request):
            raise Refused(403, _("This request comes from another site."))
    return await handler(request, user)


def _options() -> Response:
    return answer(
        204,
        headers={
            "Tus-Version": protocol.VERSION,
            "Tus-Extension": protocol.EXTENSIONS,
            "Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES),
            "Tus-Checksum-Algorithm": ",".join(protocol.CHECKSUMS),
        },
    )


async def _create(request: Request, user: User) -> Response:
    length = protocol.number(request, "upload-length")
    concat, _semicolon, urls = request.headers.get("upload-concat", "").partition(";")
    if concat not in Upload.Concat.values:
        raise Refused(400, "Upload-Concat is partial or final;URL URL …")
    deferred = request.headers.get("upload-defer-length")
    if deferred not in {None, "1"} or (
        concat != "final" and (length is None) == (deferred is None)
    ):
        raise Refused(400, "Send either Upload-Length or Upload-Defer-Length: 1.")
    try:
        parts = await in_thread(_parts, user, urls) if concat == "final" else []
        async with locks().hold_all(parts):
            upload = await in_thread(_announce, request, user, length, concat, urls.split())
    except (services.TooLarge, QuotaExceeded) as refusal:
        raise Refused(413, refusal.message) from refusal
    except ValidationError as refusal:
        raise Refused(409, " ".join(refusal.messages)) from refusal
    except Http404 as missing:
        raise Refused(404, str(missing)) from missing
    headers = {"Location": f"{PREFIX}{upload.pk}", **protocol.expiry(upload)}
    if concat == "final":
        await _complete(upload)
    elif request.headers.get("content-type") == protocol.CHUNK_TYPE:
        async with locks().hold(upload.pk) as still_mine:
            await _take(request, upload, still_mine)
        headers["Upload-Offset"] = str(upload.offset)
    return answer(201, headers=headers)


def _parts(user: User, urls: str) -> list[uuid.UUID]:
    """The user's own uploads that a final one is joined from: nobody touches them meanwhile."""
    return [_find(user, protocol.upload_id(url)).pk for url in urls.split()]


def _announce(
    request: Request, user: User, length: int | None, concat: str, urls: list[str]
) -> Upload:
    metadata = protocol.metadata(request)
    if concat == Upload.Concat.PARTIAL:
        return services.create_upload(
            owner=user, session=None, length=length, metadata=metadata, concat=concat
        )
    session: Session = own_session(user, str(metadata.get("session", "")))
    if concat != Upload.Concat.FINAL:
        return services.create_upload(owner=user, session=session, length=length, metadata=metadata)
    parts = [_find(user, protocol.upload_id(url)) for url in urls]
    for part in parts:
        _reconcile(part)
    final = services.join_uploads(owner=user, session=session, parts=parts, metadata=metadata)
    final.metadata["concat"] = f"final;{' '.join(urls)}"
    final.save(update_fields=["metadata"])
    return final


async def _state(request: Request, user: User) -> Response:
    upload_id = protocol.upload_id(request.url.path)
    upload = await in_thread(_find, user, upload_id)
    async with locks().hold(upload.pk):
        upload = await in_thread(_find, user, upload_id)
        if upload.state == Upload.State.OPEN:
            await in_thread(_reconcile, upload)
        await _complete(upload)
    return answer(200, headers=protocol.state_headers(upload))


async def _append(request: Request, user: User) -> Response:
    if request.headers.get("content-type") != protocol.CHUNK_TYPE:
        raise Refused(415, f"Content-Type must be {protocol.CHUNK_TYPE}.")
    offset = protocol.number(request, "upload-offset")
    if offset is None:
        raise Refused(400, "Upload-Offset is missing.")
    upload_id = protocol.upload_id(request.url.path)
    await in_thread(_find, user, upload_id)
    async with locks().hold(upload_id or uuid.UUID(int=0)) as still_mine:
        upload = await in_thread(_find, user, upload_id)
        if upload.concat == Upload.Concat.FINAL:
            raise Refused(403, "A final upload takes no bytes of its own.")
        if upload.state == Upload.State.OPEN:
            await in_thread(_reconcile, upload)
        if offset != upload.offset:
            raise Refused(
                409,
                _("The upload is at another place than the one sent; ask for it and go on there."),
                Upload_Offset=str(upload.offset),
            )
        await in_thread(_learn_length, request, upload)
        await _take(request, upload, still_mine)
    return answer(204, headers={"Upload-Offset": str(upload.offset), **protocol.expiry(upload)})


async def _terminate(request: Request, user: User) -> Response:
    upload_id = protocol.upload_id(request.url.path)
    upload = await in_thread(_find, user, upload_id)
    async with locks().hold(upload.pk):
        upload = await in_thread(_find, user, upload_id)  # what went on before the lock was ours
        if upload.state == Upload.State.STORED:
            raise Refused(403, _("This is a recording now. Delete its session instead."))
        await in_thread(services.terminate_upload, upload=upload)
    return answer(204)


async def _take(request: Request, upload: Upload, still_mine: Callable[[], bool]) -> None:
    """Receive the body; refuse at once what its first bytes show to be no recording."""
    if upload.state != Upload.State.OPEN:  # all of it came, and may be a recording already
        async for piece in request.stream():
            if piece:  # the first is enough: a body that never ends must not be gathered
                raise Refused(400, _("This brings more bytes than the upload's length allows."))
        return await _complete(upload)
    start = upload.offset
    got = await receive(request, upload, still_mine)
    if upload.concat == Upload.Concat.NONE and start == 0 and len(got.head) >= _SNIFF_BYTES:
        try:
            containers.identify(got.head)
        except containers.NotARecording as refusal:
            await in_thread(refuse_upload, upload=upload, message=refusal.message)
            raise Refused(422, refusal.message) from refusal
    return await _complete(upload)


async def _complete(upload: Upload) -> None:
    """Make a recording of an upload that is all here. Again after a crash: on the next HEAD."""
    whole = upload.length is not None and upload.offset == upload.length
    if whole and upload.session_id and upload.state != Upload.State.STORED:
        try:
            await in_thread(services.complete_upload, upload=upload)
        except services.UploadRefused as refusal:
            raise Refused(422, refusal.message) from refusal


def _find(user: User, upload_id: uuid.UUID | None) -> Upload:
    """The user's own upload that is still of use; 404 and 410 tell the client to begin anew."""
    own = Upload.objects.select_related("owner", "session").filter(owner=user)
    upload = own.filter(pk=upload_id).first() if upload_id else None
    if upload is None:
        raise Refused(404, _("There is no such upload."))
    if upload.state == Upload.State.REFUSED:
        raise Refused(410, upload.refusal)
    if upload.session is not None and upload.session.deleted_at is not None:
        raise Refused(410, _("The session of this upload was deleted."))
    if upload.state == Upload.State.OPEN and upload.expires_at <= timezone.now():
        raise Refused(
            410, _("This upload waited too long and was given up. Upload the file again.")
        )
    return upload


def _reconcile(upload: Upload) -> None:
    """Ask the storage how far it is: a server that was killed could not say so."""
    try:
        safe = stores.current().received(upload)
    except FileNotFoundError as error:
        raise Refused(410, _("What came of this upload is gone. Upload the file again.")) from error
    if safe != upload.offset or "unverified_from" in upload.storage_state:
        upload.offset = safe
        upload.storage_state.pop("unverified_from", None)
        services.save_progress(upload)


def _learn_length(request: Request, upload: Upload) -> None:
    """The length of an upload that deferred it; it is said once."""
    length = protocol.number(request, "upload-length")
    if length is None:
        return
    if upload.length not in {None, length}:
        raise Refused(400, "Upload-Length was given before and is another one.")
    if length < upload.offset:
        raise Refused(400, "Upload-Length is less than what came already.")
    if upload.length is None:
        try:
            announce_length(upload, length)
        except (services.TooLarge, QuotaExceeded) as refusal:
            raise Refused(413, refusal.message) from refusal
        services.save_progress(upload)


_ON_ALL: dict[str, Handler] = {"POST": _create}
_ON_ONE: dict[str, Handler] = {"HEAD": _state, "PATCH": _append, "DELETE": _terminate}
