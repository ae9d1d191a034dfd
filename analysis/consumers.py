"""Live progress over a web socket."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer

from analysis import live
from analysis.live import Snapshot, Watch, run_to_watch, snapshot_now, watch_by
from analysis.services.progress import group_of

log = logging.getLogger(__name__)
SERVER_ERROR = 1011
"""Close code after which a page comes back."""
ASK_AT_MOST_EVERY_S = 1.0


class ProgressConsumer(AsyncWebsocketConsumer):
    """Sends snapshots of a session's newest run until it ends.

    Joins the run's group, then sends a snapshot from the database, so that a run which ended
    between page and socket reaches the page. The client drops lower revisions, and asks for
    another snapshot with `{"type": "snapshot"}`; a newer run is followed from then on. It looks
    every live.LOOK_AGAIN_S whether this person may go on watching, and hangs up where not.
    """

    watch: Watch | None = None
    run_id: UUID | None = None
    asked_at = 0.0
    looking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.looking is not None:
                self.looking.cancel()

    async def connect(self) -> None:
        await self.accept()  # a refusal before this would not carry its code to the browser
        session_id = self.scope["url_route"]["kwargs"]["session_id"]
        found = await watch_by(self.scope["user"], session_id)
        if found is None:
            await self.close(live.NOT_FOUND)
            return
        self.watch = found
        self.looking = asyncio.create_task(self.look_again(found))
        await self.follow(found)

    async def look_again(self, watch: Watch) -> None:
        """Hang up once this person may not go on watching, or where nobody can say."""
        code = SERVER_ERROR
        try:
            while True:
                await asyncio.sleep(live.LOOK_AGAIN_S)
                self.watch = watch = await live.look_again(watch, self.scope["session"].session_key)
        except live.WatchOver as over:
            code = over.code
        except Exception:
            log.exception("nobody can say who may watch session %s", watch.session.pk)
        self.watch = None
        await self.close(code)

    async def follow(self, watch: Watch) -> None:
        """Watch the session's newest run and say where it stands."""
        run_id = await run_to_watch(watch.session)
        if run_id != self.run_id:
            await self.leave()
            self.run_id = run_id
            if run_id is not None:
                await self.channel_layer.group_add(group_of(run_id), self.channel_name)
        await self.tell(await snapshot_now(run_id))

    async def tell(self, snapshot: Snapshot) -> None:
        if self.watch is None:
            return
        await self.send(json.dumps(self.watch.told(snapshot)))
        if snapshot["terminal"]:
            await self.close()

    async def run_changed(self, event: dict[str, Any]) -> None:
        """From analysis.services.progress.announce."""
        await self.tell(event["snapshot"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if "snapshot" not in (text_data or "")[:100] or self.watch is None:
            return
        now = time.monotonic()
        if now - self.asked_at >= ASK_AT_MOST_EVERY_S:
            self.asked_at = now
            await self.follow(self.watch)

    async def leave(self) -> None:
        if self.run_id is not None:
            await self.channel_layer.group_discard(group_of(self.run_id), self.channel_name)

    async def disconnect(self, code: int) -> None:
        await self.leave()
