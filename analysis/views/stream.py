"""Progress for a page that has no web socket: server-sent events, or asking."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analysis.live import (
    Snapshot,
    run_to_watch,
    session_seen_by,
    snapshot_now,
    snapshot_of,
)
from analysis.selectors.runs import latest_run
from analysis.services.progress import group_of
from sessions.selectors import session_for

SNAPSHOT_EVERY_S = 30


@login_required
@require_safe
@never_cache
def progress(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Where the session's newest run stands now."""
    return JsonResponse(snapshot_of(latest_run(session_for(request.user, session_id))))


@require_safe
async def events(request: HttpRequest, session_id: UUID) -> StreamingHttpResponse:
    """`snapshot` events until the run ends; also each 30 s, which keeps proxies from hanging up."""
    user = await request.auser()
    session = await session_seen_by(user, session_id)
    if session is None:
        raise Http404(_("There is no such session."))
    answer = StreamingHttpResponse(_stream(await run_to_watch(session)), "text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _stream(run_id: UUID | None) -> AsyncIterator[str]:
    """Joins the group before it looks into the database, as the socket does."""
    if run_id is None:
        yield _event(await snapshot_now(None))
        return
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(run_id), channel)
    waiting: asyncio.Task[dict[str, Snapshot]] | None = None
    try:
        snapshot = await snapshot_now(run_id)
        yield _event(snapshot)
        while not snapshot["terminal"]:
            # the layer forgets a channel whose receive is cancelled: wait beside it, not for it
            waiting = waiting or asyncio.ensure_future(layer.receive(channel))
            done, _pending = await asyncio.wait({waiting}, timeout=SNAPSHOT_EVERY_S)
            if done:
                snapshot, waiting = waiting.result()["snapshot"], None
            else:
                snapshot = await snapshot_now(run_id)
            yield _event(snapshot)
    finally:
        if waiting is not None:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        await layer.group_discard(group_of(run_id), channel)


def _event(snapshot: Snapshot) -> str:
    return f"event: snapshot\nid: {snapshot['revision']}\ndata: {json.dumps(snapshot)}\n\n"
