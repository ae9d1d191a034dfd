"""Many web sockets that only note when each message came, for the benchmark of live progress.

Bare protocols: a client library's own work for a thousand messages at once would be counted as the
server's. A message is noted as it comes off the socket, and read when all is over.
"""

from __future__ import annotations

import asyncio
import json
import time
from multiprocessing.connection import Connection

HANDSHAKE = (
    "GET /ws/sessions/{session}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
)
TEXT, PING, PONG, MASKED = 0x81, 0x89, 0x8A, 0x80
"""First bytes of frames, and the second's bit of what a browser sends."""
PATIENCE_S = 5
"""The last event may be this late."""


class Watcher(asyncio.Protocol):
    """One socket: what came, with the time it came at."""

    def __init__(self, handshake: str) -> None:
        self.handshake = handshake
        self.came: list[tuple[float, bytes]] = []
        self.joined = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.handshake.encode())

    def data_received(self, data: bytes) -> None:
        self.came.append((time.time(), data))
        if data[0] == PING:  # who does not answer is hung up on
            size = data[1]
            self.transport.write(bytes([PONG, MASKED | size, 0, 0, 0, 0]) + data[2 : 2 + size])
        if b'"revision"' in data and not self.joined.done():
            self.joined.set_result(None)  # where the run stands now

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.joined.done():
            self.joined.set_exception(exc or ConnectionError("the server hung up"))

    def told(self) -> list[tuple[str, int, float]]:
        """Run, revision and time of each message, from the frames (RFC 6455, section 5.2)."""
        found, left = [], b""
        for at, data in self.came:
            left += data
            if left.startswith(b"HTTP/"):
                _head, end, left = left.partition(b"\r\n\r\n")
                left = left if end else _head
            while (size := frame_of(left)) is not None:
                head, length = size
                if left[0] == TEXT:
                    snapshot = json.loads(left[head : head + length])
                    found.append((snapshot["run"], snapshot["revision"], at))
                left = left[head + length :]
        return found


def frame_of(data: bytes) -> tuple[int, int] | None:
    """Length of the first frame's head and body; None while it is not there whole."""
    if len(data) < 2 or data.startswith(b"HTTP/"):
        return None
    head, length = 2, data[1]
    if length >= 126:
        head = 4 if length == 126 else 10
        length = int.from_bytes(data[2:head])
    return (head, length) if len(data) >= head + length else None


def watch(wire: Connection, port: int, sessions: list[str], cookie: str, watchers: int) -> None:
    """`watchers` sockets over the sessions. Says when all have joined, and when told to stop, what
    came to them and how much of its time this process was busy meanwhile."""
    asyncio.run(_crowd(wire, port, sessions, cookie, watchers))


async def _crowd(
    wire: Connection, port: int, sessions: list[str], cookie: str, watchers: int
) -> None:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(20)
    crowd: list[Watcher] = []

    async def join(session: str) -> None:
        async with gate:
            handshake = HANDSHAKE.format(session=session, port=port, cookie=cookie)
            _transport, watcher = await loop.create_connection(
                lambda: Watcher(handshake), "127.0.0.1", port
            )
            crowd.append(watcher)
            await asyncio.wait_for(watcher.joined, 60)

    await asyncio.gather(*(join(sessions[n % len(sessions)]) for n in range(watchers)))
    wire.send(True)
    began, busy = time.perf_counter(), time.process_time()
    await loop.run_in_executor(None, wire.recv)
    await asyncio.sleep(PATIENCE_S)
    share = (time.process_time() - busy) / (time.perf_counter() - began)
    wire.send(([told for watcher in crowd for told in watcher.told()], share))
