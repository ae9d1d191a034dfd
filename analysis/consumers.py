"""Live progress over a web socket."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer

from analysis import live
from analysis.hub import Joined, Mailbox
from analysis.live import Watch, news_now, run_to_watch, watch_by
from analysis.services.clips.telling import group_of

log = logging.getLogger(__name__)
SERVER_ERROR = 1011
"""Close code after which a page comes back."""
ASK_AT_MOST_EVERY_S = 1.0


class ProgressConsumer(AsyncWebsocketConsumer):
    """Sends snapshots of a session's newest run until it ends.

    Has the run's news put into its mailbox, then a snapshot from the database, so that a run which
    ended between page and socket reaches the page. The client drops lower revisions, and asks for
    another snapshot with `{"type": "snapshot"}`; a newer run is followed from then on. It looks
    every live.LOOK_AGAIN_S whether this person may go on watching, and hangs up where not.
    """

    channel_layer_alias = ""  # the hub listens for all sockets of this process
    watch: Watch | None = None
    run_id: UUID | None = None
    asked_at = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.mailbox = Mailbox()
        self.tasks: list[asyncio.Task[None]] = []
        async with AsyncExitStack() as self.following:
            try:
                await super().__call__(scope, receive, send)
            finally:
                for task in self.tasks:
                    task.cancel()
                await asyncio.gather(*self.tasks, return_exceptions=True)

    async def connect(self) -> None:
        await self.accept()  # a refusal before this would not carry its code to the browser
        session_id = self.scope["url_route"]["kwargs"]["session_id"]
        found = await watch_by(self.scope["user"], session_id)
        if found is None:
            await self.close(live.NOT_FOUND)
            return
        self.watch = found
        await self.follow(found)
        for work in (self.tell_news(), self.look_again(found)):
            self.tasks.append(asyncio.create_task(self.until_it_fails(work)))

    async def until_it_fails(self, work: Coroutine[Any, Any, None]) -> None:
        """Hang up once this person may not go on watching, or where nobody can say."""
        code = SERVER_ERROR
        try:
            await work
            return
        except live.WatchOver as over:
            code = over.code
        except Exception:
            log.exception("the watch of %s broke off", self.scope["path"])
        self.watch = None
        await self.close(code)

    async def look_again(self, watch: Watch) -> None:
        while True:
            await asyncio.sleep(live.LOOK_AGAIN_S)
            self.watch = watch = await live.look_again(watch, self.scope["session"].session_key)

    async def tell_news(self) -> None:
        """What lies in the mailbox, until the run ends."""
        over = False
        while not over:
            news = await self.mailbox.get()
            if self.watch is None:
                return
            try:
                await self.send(self.watch.text(news))
            except OSError:  # the browser has gone, and word of that follows
                return
            over = news.terminal
        await self.close()

    async def follow(self, watch: Watch) -> None:
        """Watch the session's newest run and say where it stands."""
        run_id = await run_to_watch(watch.session)
        if run_id != self.run_id:
            await self.following.aclose()
            self.run_id = run_id
            if run_id is not None:
                await self.following.enter_async_context(Joined(run_id, self.mailbox))
        self.mailbox.put(await news_now(run_id))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if "snapshot" not in (text_data or "")[:100] or self.watch is None:
            return
        now = time.monotonic()
        if now - self.asked_at >= ASK_AT_MOST_EVERY_S:
            self.asked_at = now
            await self.follow(self.watch)


class ClipsConsumer(AsyncWebsocketConsumer):
    """Rings a page whenever a clip of its session has changed. It says nothing of what: the page
    asks for its list, and is asked then who it is."""

    group = ""

    async def connect(self) -> None:
        await self.accept()  # a refusal before this would not carry its code to the browser
        session_id = self.scope["url_route"]["kwargs"]["session_id"]
        if await watch_by(self.scope["user"], session_id) is None:
            await self.close(live.NOT_FOUND)
            return
        self.group = group_of(session_id)
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def clips_changed(self, event: dict[str, Any]) -> None:
        await self.send("changed")
