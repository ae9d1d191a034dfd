"""Live progress over a web socket."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer

from analysis.live import Snapshot, Watch, run_to_watch, snapshot_now, watch_by
from analysis.services.progress import group_of

NOT_FOUND = 4404
"""Close code for a session that is not there, or not for this person: do not come back."""
ASK_AT_MOST_EVERY_S = 1.0


class ProgressConsumer(AsyncWebsocketConsumer):
    """Sends snapshots of a session's newest run until it ends.

    Joins the run's group, then sends a snapshot from the database, so that a run which ended
    between page and socket reaches the page. The client drops lower revisions, and asks for
    another snapshot with `{"type": "snapshot"}`; a newer run is followed from then on.
    """

    watch: Watch
    run_id: UUID | None = None
    asked_at = 0.0

    async def connect(self) -> None:
        await self.accept()  # a refusal before this would not carry its code to the browser
        session_id = self.scope["url_route"]["kwargs"]["session_id"]
        found = await watch_by(self.scope["user"], session_id)
        if found is None:
            await self.close(NOT_FOUND)
            return
        self.watch = found
        await self.follow()

    async def follow(self) -> None:
        """Watch the session's newest run and say where it stands."""
        run_id = await run_to_watch(self.watch.session)
        if run_id != self.run_id:
            await self.leave()
            self.run_id = run_id
            if run_id is not None:
                await self.channel_layer.group_add(group_of(run_id), self.channel_name)
        await self.tell(await snapshot_now(run_id))

    async def tell(self, snapshot: Snapshot) -> None:
        await self.send(json.dumps(self.watch.told(snapshot)))
        if snapshot["terminal"]:
            await self.close()

    async def run_changed(self, event: dict[str, Any]) -> None:
        """From analysis.services.progress.announce."""
        await self.tell(event["snapshot"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if "snapshot" not in (text_data or "")[:100] or not hasattr(self, "watch"):
            return
        now = time.monotonic()
        if now - self.asked_at >= ASK_AT_MOST_EVERY_S:
            self.asked_at = now
            await self.follow()

    async def leave(self) -> None:
        if self.run_id is not None:
            await self.channel_layer.group_discard(group_of(self.run_id), self.channel_name)

    async def disconnect(self, code: int) -> None:
        await self.leave()
