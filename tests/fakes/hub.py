"""A model hub on this machine: the four routes by which huggingface_hub fetches a repository."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.fakes.serving import answered_by

COMMIT = "0" * 39 + "1"


class Hub:
    """Serves `files` (repository -> name -> bytes); keeps the paths asked for in `asked`."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self.announced: dict[str, str] = {}
        """File name -> checksum to announce in place of the true one."""
        self.closed: dict[str, str] = {}
        """Repository -> token without which it is refused."""
        self.asked: list[tuple[str, str | None]] = []
        self.break_after: int | None = None
        """Bytes after which the next weights' download breaks off, once."""
        self.url = ""

    def sha256(self, repository: str, name: str) -> str:
        return self.announced.get(name) or hashlib.sha256(self.files[repository][name]).hexdigest()


@contextmanager
def serving() -> Iterator[Hub]:
    hub = Hub()
    with answered_by(_Handler, hub=hub) as hub.url:
        yield hub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        self.hub.asked.append((path, self.headers.get("Range")))
        api = re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/\w+)?", path)
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/\w+/(.+)", path)
        wanted = (api or file or {1: ""})[1]
        if self.headers.get("Authorization") != f"Bearer {self.hub.closed.get(wanted)}" and (
            wanted in self.hub.closed
        ):
            self._send(b"", {"X-Error-Code": "GatedRepo"}, body, status=401)
        elif api and api[1] in self.hub.files:
            self._send(json.dumps(_info(self.hub, api[1])).encode(), {}, body)
        elif file and file[2] in self.hub.files.get(file[1], {}):
            self._file(file[1], file[2], body)
        else:
            self._send(b"", {"X-Error-Code": "RepoNotFound"}, body, status=404)

    def _file(self, repository: str, name: str, body: bool) -> None:
        data = self.hub.files[repository][name]
        headers = {
            "X-Repo-Commit": COMMIT,
            "ETag": f'"{self.hub.sha256(repository, name)}"',
            "Accept-Ranges": "bytes",
        }
        start = 0
        if given := re.match(r"bytes=(\d+)-", self.headers.get("Range") or ""):
            start = int(given[1])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._send(data[start:], headers, body, status=206 if start else 200)

    def _send(self, data: bytes, headers: dict[str, str], body: bool, status: int = 200) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not body:
            return
        if self.hub.break_after is not None and len(data) > self.hub.break_after:
            data, self.hub.break_after = data[: self.hub.break_after], None
            self.close_connection = True
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Tests read `asked` instead."""


def _info(hub: Hub, repository: str) -> dict[str, object]:
    siblings = [
        {"rfilename": name, "size": len(data),
         "lfs": {"sha256": hub.sha256(repository, name), "size": len(data), "pointerSize": 100}}
        for name, data in hub.files[repository].items()
    ]  # fmt: skip
    return {"id": repository, "sha": COMMIT, "private": False, "tags": [], "downloads": 0,
            "siblings": siblings}  # fmt: skip
