"""The web socket of live captions, for the owner of a session alone.

The browser sends `{"type": "start", "at": 12.5}`, then frames of 16 kHz mono 16-bit sound, then
`{"type": "stop"}`; it may start again. It is told `ready`, `partial`, `line` and `gap` with times
on the recording's clock, and `ended` with a reason. A socket without sound costs no captioner, no
connection to Redis and no task.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from sessions.captions.limits import CLOSES, Meter, Reason, Refused, command
from sessions.captions.stream import Stream
from sessions.captions.wire import Asked
from sessions.gate import user_of_session
from sessions.selectors import Viewer, own_session

LOOK_AGAIN_S = 30
"""So long may somebody go on who signed out, or whose session is gone."""


@database_sync_to_async
def language_of(user: Viewer, session_id: uuid.UUID) -> str | None:
    """The language of one's own session; None for any other session."""
    try:
        return own_session(user, session_id).language
    except Http404:
        return None


@database_sync_to_async
def shown_out(session_key: str, session_id: uuid.UUID) -> Reason | None:
    """Why this browser may not go on, if it may not."""
    user = user_of_session(session_key)
    if user is None:
        return Reason.SIGNED_OUT
    try:
        own_session(user, session_id)
    except Http404:
        return Reason.NOT_FOUND
    return None


class CaptionsConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = ""  # words come by a stream of their own, and only while there is sound
    language: str | None = None
    stream: Stream | None = None
    task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()  # a refusal before this would not carry its code to the browser
        self.session_id: uuid.UUID = self.scope["url_route"]["kwargs"]["session_id"]
        self.meter = Meter()
        self.language = await language_of(self.scope["user"], self.session_id)
        if self.language is None:
            await self.close(CLOSES[Reason.NOT_FOUND])

    async def disconnect(self, code: int) -> None:
        self.language = None
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.language is None:
            return
        try:
            if bytes_data is not None:
                self.meter.take(bytes_data)
                if self.stream is not None:  # what was on its way when captions ended is dropped
                    await self.stream.sound(bytes_data)
            else:
                await self.obey(*command(text_data or ""))
        except Refused as refusal:
            await self.over(refusal.reason)

    async def obey(self, name: str, at: float) -> None:
        if name == "stop":
            if self.stream is not None:
                await self.stream.finish()
            return
        if self.stream is not None:
            await self.stream.finish()
        if self.task is not None:  # one after the other, for the order of the lines
            await asyncio.wait({self.task})
        if self.language is None:
            return
        asked = Asked(stream=uuid.uuid4().hex, language=self.language, at=at)
        self.stream = Stream(asked, self.scope["user"].pk, self.tell)
        self.task = asyncio.create_task(self.caption(self.stream))

    async def caption(self, stream: Stream) -> None:
        looking = asyncio.create_task(self.look_again(stream))
        try:
            reason = await stream.run()
        finally:
            looking.cancel()
            self.stream = None
        await self.over(reason)

    async def look_again(self, stream: Stream) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            reason = await shown_out(self.scope["session"].session_key, self.session_id)
            if reason is not None:
                stream.end(reason)

    async def over(self, reason: Reason) -> None:
        """Say why captions ended; hang up where the browser is not to come back so."""
        if self.language is None:
            return
        await self.tell({"type": "ended", "reason": reason})
        if reason in CLOSES:
            self.language = None
            if self.stream is not None:
                self.stream.end(reason)
            await self.close(CLOSES[reason])

    async def tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # the browser has gone, and word of that follows
            await self.send(json.dumps(message))
