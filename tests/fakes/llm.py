"""A language model's server on this machine, in both dialects: OpenAI's chat completions and
Anthropic's messages. It is told how to behave, one word a request, and obeys; then it is good."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import answered_by

Answer = dict[str, Any]
TOKENS = (1200, 340)
"""Read and written, in every answer."""


class Llm:
    """`script`: how to behave, a word for each of the next requests (see _WAYS). `write` makes the
    answer of a good one from the sentences it was sent. `asked`: every request as it came."""

    def __init__(self) -> None:
        self.script: list[str] = []
        self.write: Callable[[dict[int, str]], Any] = good_answer
        self.asked: list[dict[str, Any]] = []
        self.release = threading.Event()
        """Lets a slow answer go."""
        self.url = ""

    def base_url(self, provider: str) -> str:
        """As an operator gives it: each client adds the rest itself."""
        return f"{self.url}/v1" if provider == "openai" else self.url

    def user(self, number: int = -1) -> str:
        """The message of a request, beside the instructions."""
        return str(self.asked[number]["body"]["messages"][-1]["content"])

    def system(self, number: int = -1) -> str:
        body = self.asked[number]["body"]
        return str(body["system"] if "system" in body else body["messages"][0]["content"])


def sentences(message: str) -> dict[int, str]:
    """The numbered sentences of a message."""
    return {int(n): text for n, text in re.findall(r"^\[(\d+)\] (.*)$", message, re.MULTILINE)}


def good_answer(said: dict[int, str]) -> Answer:
    """What a careful model says of any text: only what stands there."""
    first, last = min(said), max(said)
    at_start, at_end = {"index": first, "quote": said[first]}, {"index": last, "quote": said[last]}
    advice = {"text": "Begin with what came of it, then tell how.", "try_saying": "",
              "evidence": [at_end]}  # fmt: skip
    return {
        "labels": [{"index": first, "label": "situation"}, {"index": last, "label": "result"}],
        "answers": [
            {"question": 1, "relevance": "partly", "why": "You tell what you did.",
             "quotes": [at_start]}
        ],
        "strengths": [{"text": "You say what you did yourself.", "evidence": [at_start]}],
        "suggestions": [
            {"title": "Name the result first", **advice},
            {"title": "Say who was there", **advice},
            {"title": "End on the outcome", **advice},
        ],
    }  # fmt: skip


@contextmanager
def serving() -> Iterator[Llm]:
    llm = Llm()
    with answered_by(_Handler, llm=llm) as llm.url:
        try:
            yield llm
        finally:
            llm.release.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    llm: Llm

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.llm.asked.append({"path": self.path, "headers": dict(self.headers), "body": body})
        dialect = {"/v1/chat/completions": _openai, "/v1/messages": _anthropic}.get(self.path)
        if dialect is None:
            self._send(404, {"error": {"message": "no such route"}})
            return
        how = self.llm.script.pop(0) if self.llm.script else "good"
        _WAYS[how](self, dialect)

    def _text(self) -> str:
        return json.dumps(self.llm.write(sentences(self.llm.user())))

    def _send(self, status: int, body: Any, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _good(self, dialect: Dialect) -> None:
        self._send(200, dialect(self._text(), "end"))

    def _slow(self, dialect: Dialect) -> None:
        self.llm.release.wait(60)
        self._good(dialect)

    def _trickle(self, dialect: Dialect) -> None:
        """A byte now and then, each in time, the whole never."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            while not self.llm.release.wait(0.1):
                self.wfile.write(b" ")
        except OSError:
            self.close_connection = True

    def _not_json(self, dialect: Dialect) -> None:
        self._send(200, dialect("Certainly! Here are your notes: {", "end"))

    def _wrong_schema(self, dialect: Dialect) -> None:
        self._send(200, dialect('{"score": 100, "verdict": "hired"}', "end"))

    def _cut(self, dialect: Dialect) -> None:
        self._send(200, dialect(self._text()[:40], "length"))

    def _declined(self, dialect: Dialect) -> None:
        self._send(200, dialect("", "refusal"))

    def _busy(self, _: Dialect) -> None:
        self._send(429, _ERROR, Retry_After="17")

    def _broken(self, _: Dialect) -> None:
        self._send(500, _ERROR)

    def _rejected(self, _: Dialect) -> None:
        self._send(401, _ERROR)

    def _garbage(self, _: Dialect) -> None:
        self._send(200, "<html>A proxy's page</html>")

    def _other(self, _: Dialect) -> None:
        self._send(200, {"hello": "world"})

    def _hang_up(self, _: Dialect) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b'{"choi')
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Tests read `asked` instead."""


_ERROR = {"error": {"type": "an_error", "message": "It repeats what was sent: We shipped in May."}}
Dialect = Callable[[str, str], dict[str, Any]]
_WAYS: dict[str, Callable[[_Handler, Dialect], None]] = {
    name.removeprefix("_"): getattr(_Handler, name)
    for name in ("_good", "_slow", "_trickle", "_not_json", "_wrong_schema", "_cut", "_declined",
                 "_busy", "_broken", "_rejected", "_garbage", "_other", "_hang_up")
}  # fmt: skip


def _openai(text: str, ended: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    if ended == "refusal":
        message |= {"content": None, "refusal": "I cannot help with that."}
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "fake",
        "choices": [{"index": 0, "message": message, "logprobs": None,
                     "finish_reason": "length" if ended == "length" else "stop"}],
        "usage": {"prompt_tokens": TOKENS[0], "completion_tokens": TOKENS[1],
                  "total_tokens": sum(TOKENS)},
    }  # fmt: skip


def _anthropic(text: str, ended: str) -> dict[str, Any]:
    reasons = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal"}
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "fake",
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": reasons[ended], "stop_sequence": None,
        "usage": {"input_tokens": TOKENS[0], "output_tokens": TOKENS[1]},
    }  # fmt: skip
