"""The moments a measure counts: a few at once, the rest behind one click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analysis.catalogue import rounded

FEW, MOST = 3, 60
_LONGEST_FIRST = frozenset({"fluency.pauses", "body.away"})
"""Where a moment says something by its length."""

_BETTER = ("alternative", "instead", "suggestion")
"""Keys under which engines say what could be said in its place."""


@dataclass(frozen=True)
class Occasion:
    """A moment to play, or (without times) only what was said."""

    start: float | None
    end: float | None
    text: str


@dataclass(frozen=True)
class Occasions:
    first: list[Occasion]
    rest: list[Occasion]
    count: int
    longest: bool
    """Sorted by length; else as they were said."""

    @property
    def left_out(self) -> int:
        return self.count - len(self.first) - len(self.rest)


def occasions(document: Mapping[str, Any], group: str) -> Occasions | None:
    """The `items` beside a measure of the dotted path `group`; None where it has none."""
    found: Any = document
    for key in group.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    items = found.get("items") if isinstance(found, Mapping) else None
    kept = [_first(item) for item in items or [] if isinstance(item, Mapping)]
    kept = [item for item in kept if "start" in item]
    longest = group in _LONGEST_FIRST
    if longest:
        kept.sort(key=lambda item: -_length(item))
    shown = [
        Occasion(item["start"], item.get("end"), _said(item, longest=longest))
        for item in kept[:MOST]
    ]
    shown = [one for one in shown if one.start is not None or one.text]
    return Occasions(shown[:FEW], shown[FEW:], len(kept), longest) if shown else None


def _first(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A phrase said several times stands where it was said first."""
    places = item.get("items")
    return {**places[0], **item} if places else item


def _said(item: Mapping[str, Any], *, longest: bool) -> str:
    """What was said there, else how long it took where that is the point."""
    text = str(item.get("text") or item.get("phrase") or "")
    better = next((item[key] for key in _BETTER if item.get(key)), "")
    if text and item.get("count"):
        return _("“%(text)s”, %(count)d times") % {"text": text, "count": item["count"]}
    if text and item.get("kind") == "vague":
        return _("“%(text)s”: vague") % {"text": text}
    if text and better:
        return _("“%(text)s”, or “%(better)s”") % {"text": text, "better": better}
    if text:
        return f"“{text}”"
    return _("%(n)s s") % {"n": rounded(_length(item), 1)} if longest else ""


def _length(item: Mapping[str, Any]) -> float:
    return float(item.get("end") or 0) - float(item.get("start") or 0)
