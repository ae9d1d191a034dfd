"""What a checker finds."""

from __future__ import annotations

from typing import NamedTuple


class Lint(NamedTuple):
    """In characters [start, end) of a text. `instead`: what to say, the likeliest first."""

    rule: str
    kind: str
    start: int
    end: int
    message: str
    instead: tuple[str, ...]


class Unavailable(Exception):
    """The checker is not there or does not answer.

    `code` goes into the result; `detail`, which may name the operator's hosts, into the log only.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
