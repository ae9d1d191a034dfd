"""LanguageTool by an operator's URL, in place of the checker that comes along."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from workers.engines.fluency.grammar.lint import Lint, Unavailable

CONNECT_S, TIMEOUT_S = 5.0, 20.0
TOTAL_S = 50.0
"""For all sentences of a text, well inside what the stage has (analysis/graph.py)."""
_CATEGORIES = "GRAMMAR,CONFUSED_WORDS,COLLOCATIONS,SEMANTICS"
"""What can be heard; spelling, marks and style are the transcriber's."""


def check(url: str, texts: Sequence[str]) -> list[list[Lint]]:
    """The lints of each text. Raises Unavailable where the server does not answer as it should,
    or takes too long over all of them."""
    deadline = time.monotonic() + TOTAL_S
    with requests.Session() as server:
        server.headers["Accept-Encoding"] = "identity"
        return [_check(server, url.rstrip("/") + "/v2/check", text, deadline) for text in texts]


def _check(server: requests.Session, address: str, text: str, deadline: float) -> list[Lint]:
    form = {"text": text, "language": "en-US", "enabledCategories": _CATEGORIES,
            "enabledOnly": "true"}  # fmt: skip
    left = _left(deadline)
    try:
        with server.post(
            address, data=form, timeout=(min(CONNECT_S, left), min(TIMEOUT_S, left)),
            allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            answer.raise_for_status()
            told = b""
            # piece by piece: the timeout is of each, and a server may send one byte a second
            while piece := answer.raw.read1(65536):
                told += piece
                _left(deadline)
        return [_lint(match, text) for match in json.loads(told)["matches"]]
    except (requests.RequestException, HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unavailable("server_failed", str(error)) from error


def _left(deadline: float) -> float:
    """Seconds until then. Raises Unavailable where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unavailable("server_slow", f"it took more than {TOTAL_S:.0f} s")
    return left


def _lint(match: dict[str, Any], text: str) -> Lint:
    """Its offsets count UTF-16 units, as Java does."""
    units = text.encode("utf-16-le")
    start = len(units[: 2 * match["offset"]].decode("utf-16-le", "ignore"))
    end = len(units[: 2 * (match["offset"] + match["length"])].decode("utf-16-le", "ignore"))
    return Lint(
        rule=str(match["rule"]["id"]),
        kind="Grammar",
        start=start,
        end=end,
        message=str(match.get("shortMessage") or match["message"]),
        instead=tuple(str(one["value"]) for one in match["replacements"][:3]),
    )
