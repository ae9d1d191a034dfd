"""Throughput of uploads against a plain PUT to the same server (`python -m benchmarks.upload`).

One uvicorn serves the product and two bare endpoints: one only counts a body's bytes, one writes
them to a file and syncs it, which is what an upload has to do at least. Rounds alternate between
them, so that a busy machine slows all alike. Budget: tus at least 0.8 of the plain PUT.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.serving import keep, server

MIB = 1024 * 1024
PIECE = bytes(range(256)) * 1024  # 256 KiB
CHUNK_BYTES = 32 * MIB
"""What the page sends in one PATCH."""
BUDGET = 0.8
WAV = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data"


async def served(scope: Any, receive: Any, send: Any) -> None:
    """The product, with the bare endpoints before it."""
    from config.asgi import application

    if scope["type"] != "http" or not scope["path"].startswith("/bare/"):
        await application(scope, receive, send)
        return
    saves = scope["path"] == "/bare/save"
    target = tempfile.TemporaryFile(dir=os.environ["ROSTRUM_VAR"])  # noqa: SIM115
    with target:
        held, more = bytearray(), True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            held += message.get("body", b"") if saves else b""
            if len(held) >= MIB or (held and not more):
                # in a thread, as the product does: writing must not hold the loop up
                await asyncio.to_thread(target.write, bytes(held))
                held.clear()
        target.flush()
        if saves:
            await asyncio.to_thread(os.fsync, target.fileno())
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Client:
    """One kept connection of a person with an API token."""

    def __init__(self, port: int, token: str, session_id: str) -> None:
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.token, self.session_id = token, session_id

    def send(self, method: str, path: str, size: int, head: bytes = b"", **headers: str) -> Any:
        sent = {
            "Authorization": f"Token {self.token}",
            "Tus-Resumable": "1.0.0",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self.wire.putrequest(method, path)
        for name, value in {**sent, "Content-Length": str(size)}.items():
            self.wire.putheader(name, value)
        self.wire.endheaders()
        left = size
        if head and size:
            self.wire.send(head)
            left -= len(head)
        while left:
            piece = PIECE[: min(left, len(PIECE))]
            self.wire.send(piece)
            left -= len(piece)
        answer = self.wire.getresponse()
        text = answer.read().decode()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text}")
        return answer

    def put(self, path: str, size: int) -> None:
        self.send("PUT", path, size)

    def tus(self, size: int, chunk: int, *, recording: bool) -> None:
        """An upload of `size` bytes; as a recording it is read through and checked as well."""
        if recording:
            from base64 import b64encode

            named = b64encode(self.session_id.encode()).decode()
            made = self.send(
                "POST", "/sessions/uploads/", 0,
                Upload_Length=str(size), Upload_Metadata=f"session {named}",
            )  # fmt: skip
        else:
            made = self.send(
                "POST", "/sessions/uploads/", 0, Upload_Length=str(size), Upload_Concat="partial"
            )
        url = made.headers["location"]
        for start in range(0, size, chunk):
            self.send(
                "PATCH", url, min(chunk, size - start), b"" if start else WAV,
                Content_Type="application/offset+octet-stream", Upload_Offset=str(start),
            )  # fmt: skip
        if not recording:
            self.send("DELETE", url, 0)


@contextlib.contextmanager
def learner() -> Iterator[Callable[[int], Client]]:
    """A throw-away account whose every recording gets a session of its own."""
    from billing.models import Usage
    from coaching.accounts.models import User
    from coaching.accounts.services import make_token
    from sessions import services

    user = User.objects.create_user(f"benchmark-{time.time_ns()}@example.invalid")
    _token, key = make_token(user=user, name="benchmark", days=1)

    def client(port: int) -> Client:
        Usage.objects.filter(user=user).delete()  # the benchmark measures bytes, not the quota
        session = services.create_session(owner=user, kind="free", title="Benchmark")
        return Client(port, key, str(session.pk))

    try:
        yield client
    finally:
        for session in user.practice_sessions.all():
            services.purge_session(session=session)
        user.delete()


def measure(size: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way of sending `size` bytes, a list a way."""
    ways: dict[str, Callable[[Client], None]] = {
        "plain PUT, counted only": lambda c: c.put("/bare/count", size),
        "plain PUT, saved and synced": lambda c: c.put("/bare/save", size),
        "tus, one PATCH": lambda c: c.tus(size, size, recording=False),
        "tus, 32 MiB PATCHes": lambda c: c.tus(size, CHUNK_BYTES, recording=False),
        "tus, to a checked recording": lambda c: c.tus(size, CHUNK_BYTES, recording=True),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    with learner() as client, server("benchmarks.upload:served") as port:
        for number in range(rounds + 1):
            for name, way in ways.items():
                http_client = client(port)
                start = time.perf_counter()
                way(http_client)
                if number:  # the first round warms up
                    took[name].append(time.perf_counter() - start)
    return took


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mib", type=int, default=256)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    os.environ["ROSTRUM_VAR"] = str(settings.VAR_DIR)
    took = measure(given.mib * MIB, given.rounds)
    speeds = {name: given.mib / statistics.median(times) for name, times in took.items()}
    plain = speeds["plain PUT, saved and synced"]
    print(f"{given.mib} MiB, median of {given.rounds} rounds")
    print(f"{'':32}{'MiB/s':>8}{'of plain PUT':>14}")
    for name, speed in speeds.items():
        print(f"{name:32}{speed:8.0f}{speed / plain:14.2f}")
    ratio = speeds["tus, 32 MiB PATCHes"] / plain
    print(f"budget {BUDGET:.2f}: {'met' if ratio >= BUDGET else 'MISSED'}")
    keep(
        "upload",
        {
            "mib": given.mib,
            "seconds": took,
            "mib_per_s": speeds,
            "ratio_to_plain_put": {name: speed / plain for name, speed in speeds.items()},
            "budget": BUDGET,
        },
    )


if __name__ == "__main__":
    main()
