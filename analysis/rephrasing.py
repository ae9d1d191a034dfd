"""What the learner could say instead: every suggestion with its reason and its moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

MOST = 12
_SECTIONS: tuple[tuple[str, Promise | None], ...] = (
    ("grammar", None),
    ("non_inclusive", None),
    ("absolutes", gettext_lazy("Listeners look for the exception.")),
)
"""Lists of the `fluency` section whose items name an alternative, and the reason of a whole list
where its items have none of their own."""


@dataclass(frozen=True)
class Rephrasing:
    """Something said `count` times, first from `start` to `end` (None: the text has no times)."""

    text: str
    instead: str
    why: str
    count: int
    start: float | None
    end: float | None


def rephrasings(document: Mapping[str, Any]) -> list[Rephrasing]:
    """The same words once, list by list, the most frequent first; at most MOST."""
    found: list[Rephrasing] = []
    for section, reason in _SECTIONS:
        items = (document["fluency"].get(section) or {}).get("items") or []
        found += sorted(_gathered(items, reason), key=lambda one: -one.count)
    return found[:MOST]


def _gathered(items: list[dict[str, Any]], reason: Promise | None) -> Iterator[Rephrasing]:
    by_text: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if item["text"]:  # only the figures were shared: nothing is quoted
            by_text.setdefault(item["text"].lower(), []).append(item)
    for same in by_text.values():
        first = same[0]
        yield Rephrasing(
            text=first["text"],
            instead=first.get("alternative") or "",
            why=str(reason) if reason else first.get("note") or first.get("message", ""),
            count=len(same),
            start=first["start"],
            end=first["end"],
        )
