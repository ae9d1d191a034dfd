"""What the studio's page sends with a take: read strictly, since it comes from a browser."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sessions.models import Recording

T = TypeVar("T")
MARKS = frozenset({"slide", "question", "hint"})
CAPTION_ORIGINS = frozenset({"server", "browser", "browser-device"})
LONGEST_S = 4 * 3600.0
MOST_UPLOADS, MOST_MARKS, MOST_PARTS, MOST_LINES = len(Recording.Role), 3000, 100, 6000
MOST_JOINS, MOST_BYTES = 100, 2**50
NOTE_CHARS, LINE_CHARS, MARK_CHARS, FACTS_CHARS = 2000, 1000, 2000, 16_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Span:
    """Seconds on the recording's clock; `end` is later than `start`."""

    start: float
    end: float


@dataclass(frozen=True)
class Sent:
    """A take as it was sent. `uploads` is id -> role, `parts` part id -> where its answer lies.

    `is_remote`: by a browser that has the bytes' addresses alone and knows nothing more of it.
    """

    uploads: dict[str, str]
    trim: Span | None
    note: str
    marks: list[dict[str, Any]]
    parts: dict[uuid.UUID, Span]
    captions: dict[str, Any] | None
    capture: dict[str, Any]
    joins: list[dict[str, Any]] = field(default_factory=list)
    is_remote: bool = False


def read_sent(data: Any) -> Sent:
    """Raises ValidationError for anything that is not as the contract says."""
    data = _object(data)
    uploads, joins = _uploads(data.get("uploads")), read_joins(data)
    if joins and len(uploads) > 1:
        raise _wrong()
    return Sent(
        uploads=uploads,
        joins=joins,
        trim=None if data.get("trim") is None else _span(data["trim"]),
        note=_text(data.get("note", ""), NOTE_CHARS),
        marks=_list(data.get("marks", []), MOST_MARKS, _mark),
        parts=dict(_list(data.get("parts", []), MOST_PARTS, _part)),
        captions=None if data.get("captions") is None else _captions(data["captions"]),
        capture=facts(data.get("capture", {})),
        is_remote=data.get("remote") is True,
    )


def read_joins(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a take that was cut off went on (`Recording.joins`), each later than the one before."""
    joins = _list(data.get("joins", []), MOST_JOINS, _join)
    for before, after in pairwise(joins):
        if before["byte"] >= after["byte"] or before["t"] > after["t"]:
            raise _wrong()
    return joins


def facts(value: Any, most: int = FACTS_CHARS) -> dict[str, Any]:
    """An object of anything, small enough and storable as JSON."""
    found = _object(value)
    try:
        text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise _wrong() from error
    if len(text) > most or _UNSTORABLE.search(text) or "\\u0000" in text:
        raise _wrong()
    return found


def _wrong() -> ValidationError:
    return ValidationError(
        _("The studio sent something that cannot be kept. Reload the page and send again; "
          "the recording is safe.")
    )  # fmt: skip


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong()
    return value


def _list(value: Any, most: int, read: Callable[[Any], T]) -> list[T]:
    if not isinstance(value, list) or len(value) > most:
        raise _wrong()
    return [read(item) for item in value]


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise _wrong()
    if len(value) > most:
        raise ValidationError(_("The text is longer than %(most)d characters.") % {"most": most})
    return value.strip()


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong()
    if not 0 <= value <= LONGEST_S:  # no NaN either
        raise _wrong()
    return float(value)


def _span(value: Any) -> Span:
    found = _object(value)
    span = Span(_seconds(found.get("start")), _seconds(found.get("end")))
    if span.end <= span.start:
        raise ValidationError(_("The end must be later than the beginning."))
    return span


def _id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise _wrong() from error


def _uploads(value: Any) -> dict[str, str]:
    found = dict(_list(value, MOST_UPLOADS, _upload))
    if not found or len(set(found.values())) != len(found):
        raise _wrong()
    return found


def _upload(value: Any) -> tuple[str, str]:
    found = _object(value)
    if found.get("role") not in Recording.Role.values:
        raise _wrong()
    return str(_id(found.get("id"))), found["role"]


def _mark(value: Any) -> dict[str, Any]:
    found = facts(value, MARK_CHARS)
    if found.get("kind") not in MARKS:
        raise _wrong()
    return {**found, "t": _seconds(found.get("t"))}


def _join(value: Any) -> dict[str, Any]:
    found = _object(value)
    byte = found.get("byte")
    if isinstance(byte, bool) or not isinstance(byte, int) or not 0 < byte < MOST_BYTES:
        raise _wrong()
    return {"byte": byte, "t": _seconds(found.get("t"))}


def _part(value: Any) -> tuple[uuid.UUID, Span]:
    return _id(_object(value).get("id")), _span(value)


def _captions(value: Any) -> dict[str, Any]:
    found = _object(value)
    if found.get("origin") not in CAPTION_ORIGINS:
        raise _wrong()
    consented = found.get("consented_at")
    if consented is not None and _moment(consented) is None:
        raise _wrong()
    if found["origin"] == "browser" and consented is None:
        raise _wrong()  # the browser's maker hears it: nobody's captions without their consent
    return {
        "origin": found["origin"],
        "consented_at": consented,
        "language": _text(found.get("language", ""), 35),
        "lines": _list(found.get("lines"), MOST_LINES, _line),
    }


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    # the database keeps what Python cannot read back, and then no page of it opens
    return found if found and found.tzinfo and 2000 <= found.year <= 2100 else None


def _line(value: Any) -> dict[str, Any]:
    span = _span(value)
    return {
        "start": span.start,
        "end": span.end,
        "text": _text(_object(value).get("text"), LINE_CHARS),
    }
