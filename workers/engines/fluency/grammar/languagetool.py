"""LanguageTool by an operator's URL, in place of the checker that comes along."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import requests

from workers.engines.fluency.grammar.lint import Lint, Unavailable

TIMEOUT_S = 20.0
TOTAL_S = 240.0
"""For all sentences of a text."""
_CATEGORIES = "GRAMMAR,CONFUSED_WORDS,COLLOCATIONS,SEMANTICS"
"""What can be heard; spelling, marks and style are the transcriber's."""


def check(url: str, texts: Sequence[str]) -> list[list[Lint]]:
    """The lints of each text. Raises Unavailable where the server does not answer as it should,
    or takes too long over all of them."""
    deadline = time.monotonic() + TOTAL_S
    found = []
    with requests.Session() as server:
        for text in texts:
            if time.monotonic() > deadline:
                raise Unavailable(f"the grammar server took more than {TOTAL_S:.0f} s")
            found.append(_check(server, url.rstrip("/") + "/v2/check", text))
    return found


def _check(server: requests.Session, address: str, text: str) -> list[Lint]:
    form = {"text": text, "language": "en-US", "enabledCategories": _CATEGORIES,
            "enabledOnly": "true"}  # fmt: skip
    try:
        answer = server.post(address, data=form, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        return [_lint(match, text) for match in answer.json()["matches"]]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"the grammar server did not answer: {error}") from error


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
