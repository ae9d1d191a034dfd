"""A real uvicorn around config.asgi, in a thread of the test's process."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import uvicorn
from django.test import Client

from coaching.accounts.models import User
from tests.beside import environment

ROOT = Path(__file__).parents[2]
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Its address, e.g. http://127.0.0.1:43210."""
    from config.asgi import application

    served = uvicorn.Server(
        uvicorn.Config(application, port=0, log_level="warning", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    while not served.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    port = served.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        served.should_exit = True
        thread.join()


def signed_in(user: User, base: str) -> httpx.Client:
    """A browser of this user on a page of this site."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"].value
    return httpx.Client(
        base_url=base, headers={"Cookie": f"sessionid={cookie}", "Origin": base}, timeout=20
    )


def described(**fields: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in fields.items())


def digest(data: bytes, algorithm: str = "sha1") -> str:
    found = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(found).decode()}"


class Tus:
    """The protocol spoken by hand."""

    def __init__(self, http: httpx.Client, session=None) -> None:
        self.http, self.session = http, session

    def create(
        self, length: int | None = None, *, name="talk.wav", body: bytes | None = None, **headers
    ):
        described_as = {"filename": name}
        if self.session is not None:
            described_as["session"] = str(self.session.pk)
        sent = {**TUS, "Upload-Metadata": described(**described_as)}
        if length is not None:
            sent["Upload-Length"] = str(length)
        if body is not None:
            sent["Content-Type"] = CHUNK["Content-Type"]
        return self.http.post("/sessions/uploads/", content=body, headers={**sent, **headers})

    def patch(self, url: str, offset: int, body, **headers):
        return self.http.patch(
            url, content=body, headers={**CHUNK, "Upload-Offset": str(offset), **headers}
        )

    def head(self, url: str):
        return self.http.head(url, headers=TUS)

    def delete(self, url: str):
        return self.http.delete(url, headers=TUS)

    def offset(self, url: str) -> int:
        return int(self.head(url).headers["upload-offset"])


def raw_patch(base, tus, url, offset, declared) -> socket.socket:
    """A PATCH whose body has not come yet; `declared` None: in chunks, nobody knows how many."""
    where = urlsplit(base)
    wire = socket.create_connection((where.hostname, where.port))
    head = {
        **CHUNK, "Host": where.netloc, "Cookie": tus.http.headers["Cookie"], "Origin": base,
        "Upload-Offset": str(offset),
        **({"Transfer-Encoding": "chunked"} if declared is None
           else {"Content-Length": str(declared)}),
    }  # fmt: skip
    lines = [f"PATCH {url} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items()), "", ""]
    wire.sendall("\r\n".join(lines).encode())
    return wire


def until(condition, seconds=10.0):
    """Wait for something another process or thread does; says whether it came."""
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return met


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def uvicorn_process(port: int, var: Path, **more: str) -> Iterator[subprocess.Popen]:
    """The product in a process of its own, on this test's database and `var`; killed at the end.

    `more` is added to its environment.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port),
         "--log-level", "warning"],
        cwd=ROOT,
        env=environment(**{"ROSTRUM_VAR": str(var), "ROSTRUM_DEBUG": "true", **more}),
    )  # fmt: skip
    try:
        assert until(lambda: alive(port), 60), "the server did not start"
        yield process
    finally:
        process.kill()
        process.wait()


def alive(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    return False
