"""The coach's notes as the result page shows them, and what it offers where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import shown
from analysis.coach.site import COACHING, OFF, Site
from analysis.models import CoachConsent, StageRun

LABELS = {
    "situation": gettext_lazy("Situation"),
    "task": gettext_lazy("Task"),
    "action": gettext_lazy("Action"),
    "result": gettext_lazy("Result"),
    "none": gettext_lazy("No part of a story"),
}
_RELEVANCE = {
    "answers": gettext_lazy("It answers the question."),
    "partly": gettext_lazy("It answers part of the question."),
    "misses": gettext_lazy("It misses the question."),
}
_NOTHING_TO_SAY = {OFF, "coach_not_asked", "coach_refused"}
"""Reasons that the offer itself makes plain."""


@dataclass(frozen=True)
class Difference:
    """A sentence that the language model and the offline analysis read differently."""

    sentence: Mapping[str, Any]
    model: str
    offline: str


@dataclass(frozen=True)
class Judged:
    """How an answer relates to its question; `measured` is the offline figure, if there is one."""

    question: str
    verdict: str
    why: str
    quotes: list[dict[str, Any]]
    measured: str


@dataclass(frozen=True)
class CoachPanel:
    """`off`: not allowed yet; `offer`: allowed, not asked; `reason`: why asking gave nothing."""

    state: Literal["notes", "working", "refused", "offer", "off"]
    notes: Mapping[str, Any] | None = None
    judged: tuple[Judged, ...] = ()
    differences: tuple[Difference, ...] = ()
    dropped: int = 0
    recipient: str = ""
    reason: str = ""


def panel_of(
    document: Mapping[str, Any],
    stage: StageRun | None,
    site: Site | None,
    consent: CoachConsent | None,
) -> CoachPanel | None:
    """None where there is nothing to show and nothing to offer. `site` is None for who may not
    decide: they see notes that are there."""
    content = document["content"]
    if notes := content["coaching"]:
        return CoachPanel(
            "notes",
            notes=notes,
            judged=tuple(_judged(one, document) for one in notes["answers"]),
            differences=tuple(_differences(notes, content["star"]["sentences"])),
            dropped=sum(notes["dropped"].values()),
            recipient=notes["recipient"],
        )
    if site is None:
        return None
    if stage is not None and stage.state not in StageRun.SETTLED:
        return CoachPanel("working", recipient=site.recipient)
    if stage is not None and stage.error_code == "coach_refused":
        return CoachPanel("refused", recipient=site.recipient)
    if consent is None:
        return CoachPanel("off", recipient=site.recipient)
    why = next((one for one in document["withheld"] if one["path"] == COACHING), None)
    reason = why["message"] if why and why["code"] not in _NOTHING_TO_SAY else ""
    return CoachPanel("offer", recipient=site.recipient, reason=reason)


def _judged(one: Mapping[str, Any], document: Mapping[str, Any]) -> Judged:
    parts = {part["id"]: part["question"] for part in document["session"]["parts"]}
    ratios = {found["part"]: found["relevance"] for found in document["content"]["answers"]}
    ratio = ratios.get(one["part"])
    return Judged(
        question=parts.get(one["part"], ""),
        verdict=str(_RELEVANCE[one["relevance"]]),
        why=one["why"],
        quotes=one["quotes"],
        measured=""
        if ratio is None
        else _("Measured here: %(figure)s") % {"figure": shown("content.relevance", ratio)},
    )


def _differences(notes: Mapping[str, Any], sentences: list[dict[str, Any]]) -> list[Difference]:
    said = {one.get("index", n): one for n, one in enumerate(sentences)}
    return [
        Difference(said[one["index"]], str(LABELS[one["label"]]), str(LABELS[one["offline"]]))
        for one in notes["star"]["sentences"]
        if one["label"] != one["offline"] and one["index"] in said
    ]
