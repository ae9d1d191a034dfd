"""Handing what is told of a run to all who watch it in this process.

The channel layer brings an event once a process, however many watch: unpacking and packing it anew
for each of a thousand took most of a second. Each watcher has a mailbox that keeps the newest
snapshot alone, so one behind a slow line holds up nobody and loses only what is out of date.
"""

from __future__ import annotations

import asyncio
import json
import logging
from functools import cached_property
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from analysis.services.progress import group_of
from analysis.sharing import mask

log = logging.getLogger(__name__)
Snapshot = dict[str, Any]


def without_words(snapshot: Snapshot) -> Snapshot:
    """The same for who may not read the words."""
    return {**snapshot, "words": []} if snapshot.get("words") else snapshot


def with_masked_words(snapshot: Snapshot) -> Snapshot:
    """The same with its swear words masked."""
    return {**snapshot, "words": mask(snapshot["words"])} if snapshot.get("words") else snapshot


class News:
    """A snapshot and the text of it, made once for all who may read the same."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    def terminal(self) -> bool:
        return bool(self.snapshot["terminal"])

    @cached_property
    def whole(self) -> str:
        return json.dumps(self.snapshot)

    @cached_property
    def wordless(self) -> str:
        return json.dumps(without_words(self.snapshot))

    @cached_property
    def masked(self) -> str:
        return json.dumps(with_masked_words(self.snapshot))

    def is_older_than(self, other: News) -> bool:
        ours, theirs = self.snapshot, other.snapshot
        return ours["run"] == theirs["run"] and ours["revision"] < theirs["revision"]


class Mailbox:
    """The newest that one watcher has not been told yet."""

    def __init__(self) -> None:
        self._news: News | None = None
        self._filled = asyncio.Event()

    def put(self, news: News) -> None:
        if self._news is None or not news.is_older_than(self._news):
            self._news = news
            self._filled.set()

    async def get(self) -> News:
        await self._filled.wait()
        self._filled.clear()
        news, self._news = self._news, None
        assert news is not None  # noqa: S101 - for the type; `put` fills before it says so
        return news


class _Room:
    """The mailboxes of a run's watchers in this process, and the subscription that fills them."""

    def __init__(self, run_id: UUID) -> None:
        self.mailboxes: set[Mailbox] = set()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._deliver(group_of(run_id)))

    async def _deliver(self, group: str) -> None:
        layer = get_channel_layer()
        try:
            channel = await layer.new_channel()
            await layer.group_add(group, channel)
        except Exception as error:
            self.opened.set_exception(error)  # for each who wants to join
            return
        self.opened.set_result(None)
        try:
            while True:
                news = News((await layer.receive(channel))["snapshot"])
                for mailbox in self.mailboxes:
                    mailbox.put(news)
        finally:
            await layer.group_discard(group, channel)

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})
        if not self.task.cancelled() and (error := self.task.exception()):
            log.warning("a subscription did not end well: %r", error)


_rooms: dict[tuple[asyncio.AbstractEventLoop, UUID], _Room] = {}
"""By loop, since the channel layer's connections are a loop's own."""


class Joined:
    """While this is entered, what is told of the run is put into `mailbox`."""

    def __init__(self, run_id: UUID, mailbox: Mailbox) -> None:
        self.key, self.mailbox = (asyncio.get_running_loop(), run_id), mailbox

    async def __aenter__(self) -> None:
        room = _rooms.get(self.key) or _rooms.setdefault(self.key, _Room(self.key[1]))
        room.mailboxes.add(self.mailbox)
        try:
            await asyncio.shield(room.opened)  # one who gives up takes it from nobody else
        except BaseException:
            await self.__aexit__()
            raise

    async def __aexit__(self, *_failure: object) -> None:
        room = _rooms[self.key]
        room.mailboxes.discard(self.mailbox)
        if not room.mailboxes:
            del _rooms[self.key]
            await room.close()
