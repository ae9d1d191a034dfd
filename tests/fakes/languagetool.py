"""A LanguageTool server on this machine: POST /v2/check, as its HTTP API answers."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from tests.fakes.serving import answered_by


class LanguageTool:
    """Finds what is in `rules` (text -> replacement); keeps the forms it was sent in `asked`.
    Answers in so many `pieces`, `between_s` before each."""

    def __init__(self) -> None:
        self.rules: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.status = 200
        self.pieces, self.between_s = 1, 0.0
        self.url = ""

    def matches(self, text: str) -> list[dict[str, object]]:
        return [
            {
                "message": f"Did you mean {better}?",
                "shortMessage": "Agreement",
                "offset": _units(text[: text.index(wrong)]),
                "length": _units(wrong),
                "replacements": [{"value": better}],
                "rule": {"id": "HE_VERB_AGR", "category": {"id": "GRAMMAR"}},
            }
            for wrong, better in self.rules.items()
            if wrong in text
        ]


def _units(text: str) -> int:
    """UTF-16 units: Java counts those."""
    return len(text.encode("utf-16-le")) // 2


@contextmanager
def serving() -> Iterator[LanguageTool]:
    tool = LanguageTool()
    with answered_by(_Handler, tool=tool) as tool.url:
        yield tool


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tool: LanguageTool

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        self.tool.asked.append(form)
        status = self.tool.status if self.path == "/v2/check" else 404
        answer = json.dumps({"matches": self.tool.matches(form["text"])}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        size = len(answer) // self.tool.pieces + 1
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(answer), size):
                time.sleep(self.tool.between_s)
                self.wfile.write(answer[at : at + size])

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
