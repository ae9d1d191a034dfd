"""Live captions: how late they are, and what they cost (`python -m benchmarks.captions`).

A captioner of its own and one uvicorn; this process speaks, as a browser does: 125 ms of sound
every 125 ms, a flite voice whose words and their times are known. A word's delay is from its end in
the sound to the first message that has it in its place (the texts so far are laid over what was
said); its line's delay is to the line that settles it. The captioner's share of a core is its
processor time over the time that was spoken. Then sockets without sound: what the web process keeps
for each, beside sockets of a bare ASGI application that only accepts (`benchmarks.bare_socket`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import difflib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.crowd import HANDSHAKE, MASKED, TEXT, frame_of  # noqa: E402
from benchmarks.serving import ROOT, cookie, keep, p95, server  # noqa: E402
from coaching.accounts.models import User  # noqa: E402
from workers.training.speech.say import Spoken, say  # noqa: E402

SAID = (
    "When I joined the company the support team was losing customers every week.",
    "My task was to find the reason and to bring the numbers back.",
    "I talked to twenty customers and I built a small report that showed the problem.",
    "As a result we kept most of them and the team grew again.",
)
FRAME_BYTES, FRAME_S = 4000, 0.125
BINARY = 0x82
LAST_WORDS_S = 3.0
BUDGET_S = 2.0
"""A caption that comes later is no longer read along with what is said."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sockets", type=int, default=1000)
    options.add_argument("--times", type=int, default=2, help="what is said is said so often")
    given = options.parse_args()
    user = User.objects.create_user(f"benchmark-{time.time_ns()}@example.invalid")
    from sessions.services import create_session, purge_session

    session = create_session(owner=user, kind="free", title="Benchmark")
    try:
        with server("config.asgi:application") as port, captioner() as writer:
            shake = handshake(f"/ws/sessions/{session.pk}/captions/", port, cookie(user))
            found = asyncio.run(speak(port, shake, writer, given.times))
            found |= idle(port, shake, given.sockets, "sockets without sound")
        with server("benchmarks.bare_socket:application") as port:
            found |= idle(port, handshake("/", port, ""), given.sockets, "bare sockets")
    finally:
        purge_session(session=session)
        user.delete()
    for name, value in found.items():
        print(f"{name:44} {value:.3f}")
    found["load"] = os.getloadavg()[0]
    keep("captions", {"budget_s": BUDGET_S, "sockets": given.sockets, "found": found})


@contextlib.contextmanager
def captioner() -> Iterator[psutil.Process]:
    process = subprocess.Popen([sys.executable, "-m", "workers.captioner"], cwd=ROOT)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def handshake(path: str, port: int, key: str) -> bytes:
    return HANDSHAKE.replace("/ws/sessions/{session}/", path).format(port=port, cookie=key).encode()


class Speaker(asyncio.Protocol):
    """One socket: what came, with the time it came at."""

    def __init__(self, shake: bytes) -> None:
        self.shake, self.left = shake, b""
        self.came: list[tuple[float, dict[str, Any]]] = []
        self.open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.shake)

    def data_received(self, data: bytes) -> None:
        self.left += data
        if not self.open.done():
            head, end, rest = self.left.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            self.left = rest
            self.open.set_result(None)
        while (size := frame_of(self.left)) is not None:
            head_size, length = size
            if self.left[0] == TEXT:
                told = json.loads(self.left[head_size : head_size + length])
                self.came.append((time.time(), told))
            self.left = self.left[head_size + length :]

    def send(self, kind: int, data: bytes) -> None:
        """Masked with zeros, as the protocol asks of a browser."""
        size = bytes([MASKED | len(data)]) if len(data) < 126 else (
            bytes([MASKED | 126]) + len(data).to_bytes(2)
        )  # fmt: skip
        self.transport.write(bytes([kind]) + size + bytes(4) + data)


async def speak(port: int, shake: bytes, writer: psutil.Process, times: int) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    pieces: list[str | float] = []
    for sentence in SAID * times:
        pieces += [sentence, 0.7]
    spoken = say(0.5, *pieces)
    sound = (spoken.samples.clip(-1, 1) * 32767).astype("<i2").tobytes()
    _transport, speaker = await loop.create_connection(lambda: Speaker(shake), "127.0.0.1", port)
    await speaker.open
    speaker.send(TEXT, b'{"type": "start", "at": 0}')
    while not speaker.came:  # the model is loaded once
        await asyncio.sleep(0.05)
    assert speaker.came[0][1]["type"] == "ready", speaker.came
    used, began = _used(writer), time.time()
    for number in range(len(sound) // FRAME_BYTES):
        due = began + (number + 1) * FRAME_S
        await asyncio.sleep(max(0.0, due - time.time()))
        speaker.send(BINARY, sound[number * FRAME_BYTES : (number + 1) * FRAME_BYTES])
    await asyncio.sleep(LAST_WORDS_S)
    share = (_used(writer) - used) / (time.time() - began)
    shown, settled = delays(spoken, speaker.came, began)
    speaker.transport.close()
    said = len(spoken.words)
    return {
        "word to its first caption, median, s": sorted(shown)[len(shown) // 2],
        "word to its first caption, 95 %, s": p95(shown),
        "word to its settled line, median, s": sorted(settled)[len(settled) // 2],
        "word to its settled line, 95 %, s": p95(settled),
        "words found in the captions": len(settled) / said,
        "captioner, share of a core": share,
        "captioner, MB": writer.memory_info().rss / 1e6,
    }


def delays(
    spoken: Spoken, came: list[tuple[float, dict[str, Any]]], began: float
) -> tuple[list[float], list[float]]:
    """Of each word that was found: to the first text that has it in its place, and to its line."""
    said = [word.text.lower().strip(".,") for word in spoken.words]
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    lines: list[str] = []
    for at, told in came:
        if told["type"] not in {"partial", "line"}:
            continue
        texts = [*lines, told["text"]]
        matcher = difflib.SequenceMatcher(None, said, " ".join(texts).lower().split(), False)
        for block in matcher.get_matching_blocks():
            for number in range(block.a, block.a + block.size):
                if began + spoken.words[number].end <= at:
                    first.setdefault(number, at)
                    if told["type"] == "line":
                        last.setdefault(number, at)
        if told["type"] == "line":
            lines = texts
    return (
        [at - began - spoken.words[number].end for number, at in first.items()],
        [at - began - spoken.words[number].end for number, at in last.items()],
    )


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def idle(port: int, shake: bytes, sockets: int, name: str) -> dict[str, float]:
    """kB of the web process a socket, and its share of a core while all of them are quiet."""
    return {
        f"{name}, {what}": value for what, value in asyncio.run(_idle(port, shake, sockets)).items()
    }


async def _idle(port: int, shake: bytes, sockets: int) -> dict[str, float]:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(20)
    crowd: list[Speaker] = []
    web = next(
        process for process in psutil.Process().children()
        if any(c.laddr.port == port for c in process.net_connections() if c.status == "LISTEN")
    )  # fmt: skip

    async def join() -> None:
        async with gate:
            _transport, speaker = await loop.create_connection(
                lambda: Speaker(shake), "127.0.0.1", port
            )
            crowd.append(speaker)
            await asyncio.wait_for(speaker.open, 60)

    await asyncio.gather(*(join() for _ in range(sockets // 5)))  # what is loaded once is loaded
    await asyncio.sleep(2)
    before = web.memory_info().rss
    await asyncio.gather(*(join() for _ in range(sockets)))
    await asyncio.sleep(2)
    after, used, began = web.memory_info().rss, _used(web), time.time()
    await asyncio.sleep(5)
    share = (_used(web) - used) / (time.time() - began)
    for speaker in crowd:
        speaker.transport.close()
    return {"kB a socket": (after - before) / 1e3 / sockets, "share of a core": share}


if __name__ == "__main__":
    main()
