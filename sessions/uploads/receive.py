"""A request's body on its way into the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from starlette.requests import ClientDisconnect, Request

from billing.services import QuotaExceeded
from sessions import containers, stores
from sessions.gate import in_thread, in_thread_soon
from sessions.models import Upload
from sessions.services.uploads import room_left, save_progress
from sessions.uploads.protocol import CHECKSUM_MISMATCH, Refused, checksum

BATCH_BYTES = 1024 * 1024
SILENCE_S = 30
"""A connection that brings nothing for so long is taken for dead; its bytes are kept."""


@dataclass
class Received:
    head: bytes
    """The first bytes of this request's body, at most containers.HEAD_BYTES."""
    broken: bool
    """The connection ended before the body did."""


async def receive(request: Request, upload: Upload, still_mine: Callable[[], bool]) -> Received:
    """Append the body to the upload and write down how far it is; `upload` is up to date after.

    What came before a connection broke is kept, except under a checksum, which only the whole
    body can match. Raises Refused, and OSError where the storage fails: then what was written
    before is found by the next HEAD.
    """
    expected = checksum(request)
    room = await in_thread(room_left, upload)
    declared = int(request.headers.get("content-length") or 0)
    if declared > room:
        raise _too_much(upload)
    appender = await in_thread(stores.current().append, upload, atomic=expected is not None)
    try:
        if expected is not None:
            await in_thread(save_progress, upload)  # so that a crash leaves nothing unverified
        got = await _pour(request, upload, appender, room, expected and expected[0])
        if expected is not None and (got.broken or expected[0].digest() != expected[1]):
            raise Refused(
                CHECKSUM_MISMATCH,
                _("This part was damaged on its way and was not kept. Send it again."),
            )
        if not still_mine():
            raise OSError("the lock on the upload was lost")
        await in_thread(appender.keep)
    except Refused:
        await asyncio.shield(in_thread(appender.drop))
        if expected is not None:
            await asyncio.shield(in_thread(save_progress, upload))
        raise
    except BaseException:
        appender.leave()
        raise
    try:
        await asyncio.shield(in_thread(save_progress, upload))
    except QuotaExceeded as refusal:
        raise Refused(413, refusal.message) from refusal
    return got


async def _pour(
    request: Request, upload: Upload, appender: stores.Appender, room: int, digest: Any
) -> Received:
    """Read and write side by side: one batch goes to the store while the next one arrives."""
    got = Received(head=b"", broken=False)
    writing: asyncio.Future[None] | None = None
    total = 0
    try:
        async for batch in _batches(request, got):
            total += len(batch)
            if total > room:
                raise _too_much(upload)
            if len(got.head) < containers.HEAD_BYTES:
                got.head += bytes(batch[: containers.HEAD_BYTES - len(got.head)])
            if digest is not None:
                digest.update(batch)
            if writing is not None:
                await writing
                if appender.checkpoint:
                    await in_thread(save_progress, upload)
            writing = in_thread_soon(appender.write, batch)
    finally:
        if writing is not None:
            await asyncio.shield(writing)
    return got


async def _batches(request: Request, got: Received) -> AsyncIterator[bytearray]:
    """The body in pieces of at least BATCH_BYTES (but the last); ends early where it breaks."""
    stream = request.stream()
    batch = bytearray()
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                batch += await anext(stream)
        except StopAsyncIteration:
            break
        except (ClientDisconnect, TimeoutError):
            got.broken = True
            break
        if len(batch) >= BATCH_BYTES:
            yield batch
            batch = bytearray()
    if batch:
        yield batch


def _too_much(upload: Upload) -> Refused:
    if upload.length is not None:
        return Refused(400, _("This brings more bytes than the upload's length allows."))
    return Refused(413, _("The file is larger than your plan or its free storage allows."))
