"""The measurements beside the transcript: four panels of skills and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.catalogue import Entry, entries, pace_sentence, shown, value_at
from analysis.workspace import SkillRow

SURE = {
    "high": _("Measured closely."),
    "medium": _("Measured roughly."),
    "low": _("An indication only."),
}
_RATE = "fluency.words_per_minute"


@dataclass(frozen=True)
class Measure:
    """A measure in plain words first, as a figure second, explained on request."""

    label: str
    figure: str
    sentence: str
    explained: list[str]


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    skills: list[SkillRow]
    measures: list[Measure]
    reasons: list[str]
    """Why nothing stands here, where nothing does."""


_PANELS: tuple[tuple[str, Promise, str, tuple[str, ...]], ...] = (
    ("delivery", _("Delivery"), "fluency", ("pace", "pauses", "fluency")),
    ("voice", _("Voice"), "prosody", ("vocal_variety", "clarity")),
    ("body", _("Body"), "body", ("presence",)),
    ("content", _("Content"), "content", ("structure", "content")),
)


def panels(document: Mapping[str, Any], skills: Sequence[SkillRow]) -> list[Panel]:
    """One panel a section of the document, with the skills that rest on it."""
    by_key = {row.key: row for row in skills}
    return [
        _panel(document, key, str(title), section, [by_key[skill] for skill in names])
        for key, title, section, names in _PANELS
    ]


def _panel(
    document: Mapping[str, Any], key: str, title: str, section: str, skills: list[SkillRow]
) -> Panel:
    measures = [
        _measure(document, entry, value)
        for path, entry in entries().items()
        if entry.section == section and (value := value_at(document, path)) is not None
    ]
    reasons = {
        entry["message"]: None
        for entry in document["withheld"]
        if not measures and entry["path"].startswith(f"/{section}/")
    }
    return Panel(key, title, skills, measures, list(reasons))


def _measure(document: Mapping[str, Any], entry: Entry, value: float) -> Measure:
    said = pace_sentence(document) if entry.path == _RATE else entry.say(value)
    explained = (entry.what, entry.how, entry.why, entry.not_said, SURE[entry.sure])
    return Measure(
        label=str(entry.label),
        figure=shown(entry.path, value),
        sentence=said,
        explained=[str(part) for part in explained if part],
    )
