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
    """The checker is not there or does not answer; the message says why, for an operator."""
