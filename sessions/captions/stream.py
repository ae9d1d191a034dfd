"""One stream of sound to a captioner and its words back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio as redis
from django.conf import settings
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from sessions.captions import wire
from sessions.captions.limits import SILENT_S, Reason
from sessions.captions.wire import Asked

Tell = Callable[[dict[str, Any]], Awaitable[None]]
TAKE_S = 4.0
"""A free captioner takes a stream in milliseconds, one that works for this person's older stream
leaves that within two seconds: after this long there is none."""
WAITING_MOST = 8
"""So many may wait for a captioner at once; who comes then is told at once that all are busy."""
TICK_S = 1.0
LOADING_S = 60.0
"""A large model on a slow machine is loaded within this ..."""
PATIENCE_S = 10.0
"""... and a captioner that says nothing for this long afterwards is lost."""
FINISH_S = 8.0
"""What the last words may take after the sound ended."""
HELD_S = 30


class Stream:
    """`run` it once; meanwhile give it `sound`, then `finish` it, or `end` it at once.

    `tell` is called with what the captioner says: `ready`, `partial`, `line` and `gap`. All that is
    kept here is the sound until a captioner has taken the stream, which `limits.Meter` bounds.
    """

    def __init__(self, asked: Asked, owner: object, tell: Tell) -> None:
        self.asked, self._tell = asked, tell
        self._holder = wire.holder_key(owner)
        self._redis = redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0))
        self._early: list[bytes] | None = []
        self._over: Reason | None = None
        self._patience_s = LOADING_S
        self._heard_at = self._sound_at = time.monotonic()
        self._finish_at: float | None = None

    async def run(self) -> Reason:
        """Until it ends; why it did. Raises nothing of Redis."""
        try:
            async with self._redis, self._redis.pubsub(ignore_subscribe_messages=True) as inbox:
                await inbox.subscribe(wire.said_channel(self.asked.stream))
                await inbox.get_message(timeout=TAKE_S)  # its answer: from here on it listens
                return await self._ask(inbox) or await self._follow(inbox)
        except (RedisError, OSError):
            return Reason.LOST

    async def sound(self, frame: bytes) -> None:
        self._sound_at = time.monotonic()
        if self._early is None:
            await self._publish(frame)
        else:
            self._early.append(frame)

    async def finish(self) -> None:
        """No more sound follows: the captioner says its last words, then `run` ends."""
        if self._finish_at is None:
            self._finish_at = time.monotonic()
            await self.sound(wire.NO_MORE)

    def end(self, reason: Reason) -> None:
        self._over = self._over or reason

    async def _publish(self, data: bytes) -> None:
        try:
            if not await self._redis.publish(wire.sound_channel(self.asked.stream), data):
                self.end(Reason.LOST)  # nobody listens: its process has gone
        except (RedisError, OSError):
            self.end(Reason.LOST)

    async def _ask(self, inbox: PubSub) -> Reason | None:
        """Find a captioner; None once one has taken the stream."""
        asked, client = self.asked.text(), self._redis
        if not await self._has_room():
            return Reason.BUSY
        await self._take_over()
        await client.rpush(wire.asked_key(), asked)
        await client.expire(wire.asked_key(), HELD_S)
        if await self._is_elsewhere():  # a newer one asked before this one stood in the list
            await client.lrem(wire.asked_key(), 1, asked)
            return Reason.ELSEWHERE
        message = await self._next(inbox, TAKE_S)
        if message is None and await client.lrem(wire.asked_key(), 1, asked):
            return Reason.BUSY if await client.exists(wire.alive_key()) else Reason.ABSENT
        message = message or await self._next(inbox, TAKE_S)  # taken in the same moment
        if message is None:
            return Reason.LOST
        if message["type"] == "ended":
            return Reason(message["reason"])
        while self._early:
            await self._publish(self._early.pop(0))
        self._early = None
        return None

    async def _has_room(self) -> bool:
        """Whether it may wait: in a place of its own, or in that of the account's older stream,
        which goes on where there is none."""
        before: Any = await self._redis.get(self._holder)
        found: list[Any] = await self._redis.lrange(wire.asked_key(), 0, -1)
        waiting = [Asked.read(one).stream for one in found]
        return len(waiting) < WAITING_MOST or (before or b"").decode() in waiting

    async def _take_over(self) -> None:
        """An account has one stream, the newest: an older one ends at once and gives up its place
        among those who wait, or one person's tabs could take them all."""
        client = self._redis
        found: Any = await client.set(self._holder, self.asked.stream, ex=HELD_S, get=True)
        if found is None:
            return
        before: str = found.decode()
        waiting: list[Any] = await client.lrange(wire.asked_key(), 0, -1)
        for one in waiting:
            if Asked.read(one).stream == before:
                await client.lrem(wire.asked_key(), 1, one)
        over = wire.packed({"type": "ended", "reason": Reason.ELSEWHERE})
        await client.publish(wire.said_channel(before), over)

    async def _is_elsewhere(self) -> bool:
        return await self._redis.get(self._holder) not in {None, self.asked.stream.encode()}

    async def _follow(self, inbox: PubSub) -> Reason:
        looked = time.monotonic()
        while True:
            message = await self._next(inbox, TICK_S)
            now = time.monotonic()
            if message is not None:
                self._heard_at = now
                if message["type"] == "ended":
                    return Reason(message["reason"])
                if message["type"] == "ready":
                    self._patience_s = PATIENCE_S
                if message["type"] != "beat":
                    await self._tell(message)
            if now - looked >= TICK_S or self._over:
                looked = now
                if over := await self._look(now):
                    return over

    async def _look(self, now: float) -> Reason | None:
        """Why to end here, if there is a reason."""
        if self._over:
            return self._over
        if self._finish_at is not None and now - self._finish_at > FINISH_S:
            return Reason.STOPPED
        if now - self._heard_at > self._patience_s:
            return Reason.LOST
        if self._finish_at is None and now - self._sound_at > SILENT_S:
            return Reason.SILENT
        if await self._is_elsewhere():
            return Reason.ELSEWHERE
        await self._redis.set(self._holder, self.asked.stream, ex=HELD_S)
        return None

    async def _next(self, inbox: PubSub, seconds: float) -> dict[str, Any] | None:
        message = await inbox.get_message(timeout=seconds)
        return None if message is None else wire.unpacked(message["data"])
