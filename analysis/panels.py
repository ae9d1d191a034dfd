"""The measurements beside the transcript: four panels of skills and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import Entry, entries, pace_sentence, shown, value_at
from analysis.coach.site import COACHING
from analysis.history import Trend, standing, trend
from analysis.occasions import Occasions, occasions
from analysis.selectors.history import Earlier
from analysis.targets import Target, target, targets
from analysis.workspace import SkillRow

SURE = {
    "high": gettext_lazy("Closely: within a few per cent, on nearly any recording."),
    "medium": gettext_lazy("Roughly: the trend is right, single values depend on the recording."),
    "low": gettext_lazy("An indication only: the recording weighs as much as you do."),
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
_INSET = gettext_lazy(
    "Measured on your small picture in the corner of the shared screen: less sure than on a whole "
    "one."
)
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
_HABIT = ".per_100_words"
_RATES = (_HABIT, ".per_minute", ".ratio")
"""Endings of a rate, which stands for the count beside it too."""


@dataclass(frozen=True)
class Measure:
    """A measure in plain words first, as a figure second, explained on request."""

    label: str
    figure: str
    sentence: str
    explained: list[tuple[str, str]]
    """(question, answer) in the order they are read."""
    doubt: str
    """What about the recording makes this figure unsure; empty: nothing."""
    target: Target | None
    trend: Trend | None
    occasions: Occasions | None


@dataclass(frozen=True)
class Skill:
    """A skill's score, and how it stands among the learner's own earlier ones."""

    row: SkillRow
    standing: str


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    skills: list[Skill]
    measures: list[Measure]
    more: list[Measure]
    absent: list[str]
    """Habits that were looked for and not found, by name."""
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


def panels(
    document: Mapping[str, Any], skills: Sequence[SkillRow], earlier: Earlier, at: datetime
) -> list[Panel]:
    """One panel a section of the document, with the skills that rest on it. `at`: when the
    session was made, the last point of each history."""
    by_key = {
        row.key: Skill(row, "" if row.is_guess else standing(earlier, row.key, row.value))
        for row in skills
    }
    measures = _measures(document, earlier, at)
    return [
        _panel(document, key, str(title), section, [by_key[skill] for skill in names], measures)
        for key, title, section, names in _PANELS
    ]


def _panel(
    document: Mapping[str, Any],
    key: str,
    title: str,
    section: str,
    skills: list[Skill],
    measures: Mapping[str, Measure],
) -> Panel:
    found = {path: one for path, one in measures.items() if path.startswith(f"{section}.")}
    rest = {
        path: one
        for path, one in found.items()
        if path not in _FIRST and not _stands_for_it(path, found)
    }
    absent = [path for path in rest if path.endswith(_HABIT) and not value_at(document, path)]
    reasons = {
        entry["message"]: None
        for entry in document["withheld"]
        if not found
        and not any(skill.row.why_missing for skill in skills)
        and entry["path"].startswith(f"/{section}/")
        and entry["path"] != COACHING
    }
    warnings = document["prosody"].get("warnings") or []
    said = {
        "prosody": [one["message"] for one in warnings],
        "body": [str(_INSET)] if document["body"].get("inset_ratio") else [],
    }
    return Panel(
        key=key,
        title=title,
        skills=skills,
        measures=[measure for path, measure in found.items() if path in _FIRST],
        more=[measure for path, measure in rest.items() if path not in absent],
        absent=[found[path].label.lower() for path in absent],
        reasons=list(reasons),
        warnings=said.get(section, []),
    )


def _stands_for_it(path: str, found: Mapping[str, Measure]) -> bool:
    """Whether a rate is shown in the place of the count at `path`."""
    group, _dot, leaf = path.rpartition(".")
    return leaf == "count" and any(group + rate in found for rate in _RATES)


def _measures(document: Mapping[str, Any], earlier: Earlier, at: datetime) -> dict[str, Measure]:
    """Every measure that has a value, by path, in the catalogue's order.

    Measures of the same moments (a count and its rate) show them once, with the first on view.
    """
    values = {path: value for path in entries() if (value := value_at(document, path)) is not None}
    warnings = document["prosody"].get("warnings") or []
    good = targets(document)
    moments: dict[str, Occasions | None] = {}
    for path in sorted(values, key=lambda one: (one not in _FIRST, one.endswith(".count"))):
        group = path.rpartition(".")[0]
        moments[path] = None if group in moments else occasions(document, group)
        moments[group] = None
    return {
        path: Measure(
            label=str(entry.label),
            figure=shown(path, value),
            sentence=pace_sentence(document) if path == _RATE else entry.say(value),
            explained=_explained(entry),
            doubt=_doubt(path, warnings),
            target=target(entry, value, *good[path], earlier.scenario) if path in good else None,
            trend=trend(entry, earlier.metrics.get(path, []), value, at),
            occasions=moments[path],
        )
        for path, value in values.items()
        if (entry := entries()[path])
    }


def _explained(entry: Entry) -> list[tuple[str, str]]:
    asked = (
        (_("What it is"), entry.what),
        (_("How it is measured"), entry.how),
        (_("Why it matters"), entry.why),
        (_("How sure it is"), SURE[entry.sure]),
        (_("What it does not tell"), entry.not_said),
    )
    return [(question, str(answer)) for question, answer in asked if answer]


def _doubt(path: str, warnings: list[dict[str, Any]]) -> str:
    """Why the recording makes the measure at `path` unsure: the codes' words in one sentence."""
    codes = [
        one["code"]
        for one in warnings
        if any(path == part or path.startswith(part + ".") for part in one["affects"])
    ]
    reasons = [str(_DOUBTS[code]) for code in codes if code in _DOUBTS]
    return _("Less sure here: %(why)s.") % {"why": ", ".join(reasons)} if reasons else ""
