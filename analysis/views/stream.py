"""Progress for a page that has no web socket: server-sent events, or asking."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analysis import live
from analysis.live import (
    Snapshot,
    Watch,
    run_to_watch,
    snapshot_now,
    snapshot_of,
    watch,
    watch_by,
)
from analysis.selectors.runs import latest_run
from analysis.services.progress import group_of


@login_required
@require_safe
@never_cache
def progress(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Where the session's newest run stands now."""
    watching = watch(request.user, session_id)
    return JsonResponse(watching.told(snapshot_of(latest_run(watching.session))))


@require_safe
async def events(request: HttpRequest, session_id: UUID) -> StreamingHttpResponse:
    """`snapshot` events until the run ends; also each 30 s, which keeps proxies from hanging up.

    An `over` event ends it where this person may not go on watching.
    """
    user = await request.auser()
    watching = await watch_by(user, session_id)
    if watching is None:
        raise Http404(_("There is no such session."))
    run_id = await run_to_watch(watching.session)
    key = request.session.session_key or ""
    answer = StreamingHttpResponse(_stream(watching, run_id, key), "text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _stream(watching: Watch, run_id: UUID | None, key: str) -> AsyncIterator[str]:
    """Joins the group before it looks into the database, as the socket does."""
    if run_id is None:
        yield _event(await snapshot_now(None))
        return
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(run_id), channel)
    waiting: asyncio.Task[dict[str, Snapshot]] | None = None
    try:
        looked = time.monotonic()
        snapshot = await snapshot_now(run_id)
        yield _event(watching.told(snapshot))
        while not snapshot["terminal"]:
            # the layer forgets a channel whose receive is cancelled: wait beside it, not for it
            waiting = waiting or asyncio.ensure_future(layer.receive(channel))
            done, _pending = await asyncio.wait({waiting}, timeout=live.LOOK_AGAIN_S)
            if time.monotonic() - looked >= live.LOOK_AGAIN_S:
                watching, looked = await live.look_again(watching, key), time.monotonic()
            if done:
                snapshot, waiting = waiting.result()["snapshot"], None
            else:
                snapshot = await snapshot_now(run_id)
            yield _event(watching.told(snapshot))
    except live.WatchOver as over:
        yield f"event: over\ndata: {over.code}\n\n"
    finally:
        if waiting is not None:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        await layer.group_discard(group_of(run_id), channel)


def _event(snapshot: Snapshot) -> str:
    return f"event: snapshot\nid: {snapshot['revision']}\ndata: {json.dumps(snapshot)}\n\n"
