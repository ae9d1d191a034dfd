"""One writer at a time for an upload, over all web processes.

PostgreSQL advisory locks on one connection of this process, apart from the pool: an upload may
take hours. Should the process or the connection die, the locks die with it. (Behind PgBouncer
this connection needs session pooling.)
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections

WAIT_S = 3.0
"""A paused upload's old request may still be closing its file."""
_POLL_S = 0.1


class Locked(Exception):
    """Somebody else is writing to this upload."""


class Locks:
    def __init__(self) -> None:
        self.held: set[int] = set()
        self.connection: psycopg.AsyncConnection | None = None
        self.connecting = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def hold(self, upload_id: uuid.UUID) -> AsyncIterator[Callable[[], bool]]:
        """Yields `still_mine()`: whether the lock is there yet. Raises Locked."""
        key = upload_id.int & (2**63 - 1)
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while (connection := await self._try(key)) is None:
            if asyncio.get_running_loop().time() > deadline:
                raise Locked
            await asyncio.sleep(_POLL_S)
        try:
            yield lambda: self.connection is connection and not connection.closed
        finally:
            await asyncio.shield(self._release(key, connection))

    @contextlib.asynccontextmanager
    async def hold_all(self, upload_ids: Iterable[uuid.UUID]) -> AsyncIterator[None]:
        """Several at once, always in the same order. Raises Locked, and then holds none."""
        async with contextlib.AsyncExitStack() as held:
            for upload_id in sorted(set(upload_ids)):
                await held.enter_async_context(self.hold(upload_id))
            yield

    async def _try(self, key: int) -> psycopg.AsyncConnection | None:
        if key in self.held:  # for PostgreSQL we are one and the same session
            return None
        self.held.add(key)
        try:
            connection = await self._connected()
            try:
                row = await _ask(connection, key)
            except psycopg.OperationalError:  # the database was restarted since the last one
                connection = await self._connected()
                row = await _ask(connection, key)
        except BaseException:
            self.held.discard(key)
            raise
        if row and row[0]:
            return connection
        self.held.discard(key)
        return None

    async def _release(self, key: int, connection: psycopg.AsyncConnection) -> None:
        try:
            with contextlib.suppress(psycopg.Error):  # gone, and the lock with it
                await connection.execute("SELECT pg_advisory_unlock(%s)", [key])
        finally:
            self.held.discard(key)

    async def _connected(self) -> psycopg.AsyncConnection:
        async with self.connecting:
            if self.connection is None or self.connection.closed:
                named = connections["default"].settings_dict
                self.connection = await psycopg.AsyncConnection.connect(
                    dbname=named["NAME"],
                    user=named["USER"] or None,
                    password=named["PASSWORD"] or None,
                    host=named["HOST"] or None,
                    port=named["PORT"] or None,
                    autocommit=True,
                    application_name="rostrum uploads",
                )
            return self.connection


async def _ask(connection: psycopg.AsyncConnection, key: int) -> tuple[bool] | None:
    found = await connection.execute("SELECT pg_try_advisory_lock(%s)", [key])
    return await found.fetchone()


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Locks] = WeakKeyDictionary()


def locks() -> Locks:
    """This process's (a connection belongs to the loop it was made on)."""
    return _of_loop.setdefault(asyncio.get_running_loop(), Locks())
