"""The measured numbers of a result as lines of a table, in the groups of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.withholding import resolve

Format = Callable[[float], str]


def _number(decimals: int, unit: str | Promise) -> Format:
    return lambda value: f"{number_format(value, decimals)} {unit}".strip()


def _share(value: float) -> str:
    return f"{number_format(value * 100, 0)} %"


@dataclass(frozen=True)
class Figure:
    path: str
    label: str
    value: str


@dataclass(frozen=True)
class FigureGroup:
    key: str
    title: str
    rows: list[Figure]


_GROUPS: tuple[tuple[str, Promise, tuple[tuple[str, Promise, Format], ...]], ...] = (
    ("delivery", _("Delivery"), (
        ("/fluency/words_per_minute", _("Speaking rate"), _number(0, _("words/min"))),
        ("/fluency/articulation_rate_syllables_per_s", _("Articulation rate"),
         _number(1, _("syllables/s"))),
        ("/fluency/speaking_s", _("Time spoken"), _number(0, "s")),
        ("/fluency/fillers/count", _("Fillers"), _number(0, "")),
        ("/fluency/fillers/per_minute", _("Fillers a minute"), _number(1, "")),
        ("/fluency/pauses/count", _("Pauses"), _number(0, "")),
        ("/fluency/pauses/long_count", _("Long pauses"), _number(0, "")),
        ("/fluency/pauses/mean_s", _("Mean pause"), _number(2, "s")),
        ("/fluency/pauses/at_boundary_ratio", _("Pauses between thoughts"), _share),
        ("/fluency/repetitions/count", _("Repetitions"), _number(0, "")),
        ("/fluency/hedges/count", _("Hedges"), _number(0, "")),
    )),
    ("voice", _("Voice"), (
        ("/prosody/pitch/median_hz", _("Pitch"), _number(0, "Hz")),
        ("/prosody/pitch/range_semitones", _("Pitch range"), _number(1, _("semitones"))),
        ("/prosody/loudness/integrated_lufs", _("Loudness"), _number(1, "LUFS")),
        ("/prosody/loudness/variation_db", _("Loudness variation"), _number(1, "dB")),
        ("/prosody/signal_to_noise_db", _("Voice above the noise"), _number(0, "dB")),
    )),
    ("body", _("Body"), (
        ("/body/facing_camera_ratio", _("Facing the camera"), _share),
        ("/body/face_visible_ratio", _("Face visible"), _share),
        ("/body/posture/score", _("Posture"), _number(0, "/ 100")),
        ("/body/gestures/per_minute", _("Gestures a minute"), _number(1, "")),
    )),
    ("content", _("Content"), (
        ("/content/relevance", _("Relevance to the question"), _share),
        ("/content/job_description/coverage", _("Job description covered"), _share),
        ("/content/star/completeness", _("STAR completeness"), _share),
        ("/content/sentiment/value", _("Sentiment (−1 to 1)"), _number(2, "")),
        ("/content/specificity/value", _("Specificity"), _share),
        ("/content/ownership/value", _("Ownership"), _share),
        ("/content/confidence/value", _("How sure it sounds"), _share),
        ("/transcript/reliability", _("Certainty of the words"), _share),
    )),
)  # fmt: skip


def figures(document: Mapping[str, Any]) -> list[FigureGroup]:
    """What was measured; a null is in the document's `withheld`, not here."""
    return [
        FigureGroup(
            key,
            str(title),
            [
                Figure(path, str(label), form(value))
                for path, label, form in rows
                if (value := _value(document, path)) is not None
            ],
        )
        for key, title, rows in _GROUPS
    ]


def figure_name(path: str) -> str:
    """The label of the figure at `path`, or nothing where the page shows none there."""
    labels = {known: label for _key, _title, rows in _GROUPS for known, label, _form in rows}
    return str(labels.get(path, ""))


def _value(document: Mapping[str, Any], path: str) -> float | None:
    try:
        value = resolve(document, path)
    except KeyError:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None
