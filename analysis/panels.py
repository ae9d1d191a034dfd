"""The measurements beside the transcript: four panels of skills and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import Entry, entries, pace_sentence, shown, value_at
from analysis.coach.site import COACHING
from analysis.workspace import SkillRow

SURE = {
    "high": gettext_lazy("Measured closely."),
    "medium": gettext_lazy("Measured roughly."),
    "low": gettext_lazy("An indication only."),
}
_DOUBTS = {
    "clipped": gettext_lazy("the sound is overdriven"),
    "noisy": gettext_lazy("it is noisy"),
    "echoing": gettext_lazy("the room echoes"),
    "gain_control": gettext_lazy("gain control was on"),
    "music": gettext_lazy("there is music under the voice"),
    "whispered": gettext_lazy("there is hardly any voice"),
    "two_voices": gettext_lazy("two people may be speaking"),
}
"""Faults of the recording (`prosody.warnings[].code`) in a few words."""
_RATE = "fluency.words_per_minute"
_FIRST = frozenset(
    {
        _RATE,
        "fluency.articulation_rate_syllables_per_s",
        "fluency.pauses.per_minute",
        "fluency.pauses.mean_s",
        "fluency.pauses.at_boundary_ratio",
        "fluency.fillers.per_minute",
        "fluency.repetitions.per_100_words",
        "fluency.hedges.per_100_words",
        "fluency.emphasis.per_100_words",
        "fluency.trailing_off.ratio",
        "prosody.pitch.median_hz",
        "prosody.pitch.range_semitones",
        "prosody.loudness.variation_db",
        "prosody.signal_to_noise_db",
        "body.facing_camera_ratio",
        "body.posture.score",
        "body.gestures.per_minute",
        "body.face_visible_ratio",
        "content.relevance",
        "content.star.completeness",
        "content.specificity.value",
        "content.confidence.value",
        "content.job_description.coverage",
    }
)
"""What is shown at once; every other measure waits behind one click."""


@dataclass(frozen=True)
class Measure:
    """A measure in plain words first, as a figure second, explained on request."""

    label: str
    figure: str
    sentence: str
    explained: list[str]
    doubt: str
    """What about the recording makes this figure unsure; empty: nothing."""


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    skills: list[SkillRow]
    measures: list[Measure]
    more: list[Measure]
    reasons: list[str]
    """Why nothing stands here, where nothing does."""
    warnings: list[str]
    """What is wrong with the recording itself."""


_PANELS: tuple[tuple[str, Promise, str, tuple[str, ...]], ...] = (
    ("delivery", gettext_lazy("Delivery"), "fluency", ("pace", "pauses", "fluency")),
    ("voice", gettext_lazy("Voice"), "prosody", ("vocal_variety", "clarity")),
    ("body", gettext_lazy("Body"), "body", ("presence",)),
    ("content", gettext_lazy("Content"), "content", ("structure", "content")),
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
    warnings = document["prosody"].get("warnings") or []
    found = {
        path: _measure(document, entry, value, warnings)
        for path, entry in entries().items()
        if entry.section == section and (value := value_at(document, path)) is not None
    }
    reasons = {
        entry["message"]: None
        for entry in document["withheld"]
        if not found and entry["path"].startswith(f"/{section}/") and entry["path"] != COACHING
    }
    return Panel(
        key=key,
        title=title,
        skills=skills,
        measures=[measure for path, measure in found.items() if path in _FIRST],
        more=[measure for path, measure in found.items() if path not in _FIRST],
        reasons=list(reasons),
        warnings=[one["message"] for one in warnings] if section == "prosody" else [],
    )


def _measure(
    document: Mapping[str, Any], entry: Entry, value: float, warnings: list[dict[str, Any]]
) -> Measure:
    said = pace_sentence(document) if entry.path == _RATE else entry.say(value)
    explained = (entry.what, entry.how, entry.why, entry.not_said, SURE[entry.sure])
    return Measure(
        label=str(entry.label),
        figure=shown(entry.path, value),
        sentence=said,
        explained=[str(part) for part in explained if part],
        doubt=_doubt(entry.path, warnings),
    )


def _doubt(path: str, warnings: list[dict[str, Any]]) -> str:
    """Why the recording makes the measure at `path` unsure: the codes' words in one sentence."""
    codes = [
        one["code"]
        for one in warnings
        if any(path == part or path.startswith(part + ".") for part in one["affects"])
    ]
    reasons = [str(_DOUBTS[code]) for code in codes if code in _DOUBTS]
    return _("Less sure here: %(why)s.") % {"why": ", ".join(reasons)} if reasons else ""
