"""Progress for a page that has no web socket: server-sent events, or asking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analysis import live
from analysis.hub import Joined, Mailbox, News
from analysis.live import Watch, news_now, run_to_watch, snapshot_of, watch, watch_by
from analysis.selectors.runs import latest_run


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
    """Joins the run before it looks into the database, as the socket does."""
    if run_id is None:
        yield _event(watching, await news_now(None))
        return
    mailbox = Mailbox()
    try:
        async with Joined(run_id, mailbox):
            looked = time.monotonic()
            news = await news_now(run_id)
            yield _event(watching, news)
            while not news.terminal:
                heard: News | None = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(live.LOOK_AGAIN_S):
                        heard = await mailbox.get()
                if time.monotonic() - looked >= live.LOOK_AGAIN_S:
                    watching, looked = await live.look_again(watching, key), time.monotonic()
                news = heard or await news_now(run_id)
                yield _event(watching, news)
    except live.WatchOver as over:
        yield f"event: over\ndata: {over.code}\n\n"


def _event(watching: Watch, news: News) -> str:
    return f"event: snapshot\nid: {news.snapshot['revision']}\ndata: {watching.text(news)}\n\n"
