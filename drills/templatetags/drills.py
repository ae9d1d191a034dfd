"""Drills on pages and in the studio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from analysis.workspace import NextStep
from drills.marks import figure, mark_in_words, value_in_words
from drills.models import Attempt, Drill
from drills.selectors.drills import attempt_in, drills_named
from sessions.models import Session

register = template.Library()
DEFAULT_PACE = 130
"""Words a minute at which a text scrolls where the drill asks for no pace."""
_COLOURS = {
    Drill.Skill.FILLERS: "fluency",
    Drill.Skill.LOUDNESS: "vocal_variety",
    Drill.Skill.ARTICULATION: "clarity",
    Drill.Skill.POSTURE: "presence",
    Drill.Skill.GESTURES: "presence",
    Drill.Skill.EYE_CONTACT: "presence",
    Drill.Skill.CONCISENESS: "content",
    Drill.Skill.STORYTELLING: "structure",
    Drill.Skill.CONFIDENCE: "content",
}


@register.filter
def colour(skill: str) -> str:
    """The skill of the result whose colour and icon a drill's skill shares."""
    return _COLOURS.get(Drill.Skill(skill), skill)


@register.filter
def mark(drill: Drill | Attempt) -> str:
    return mark_in_words(drill.metric, drill.low, drill.high)


@register.filter
def reached(attempt: Attempt) -> str:
    """In a sentence."""
    return "" if attempt.value is None else value_in_words(attempt.metric, attempt.value)


@register.filter
def reached_figure(attempt: Attempt) -> str:
    return "" if attempt.value is None else figure(attempt.metric, attempt.value)


@register.simple_tag
def with_drills(steps: Sequence[NextStep], wanted: bool) -> list[tuple[NextStep, Drill | None]]:
    """Each step of a result with the drill that trains it, where it is in use. One query."""
    names = {step.drill for step in steps if wanted}
    drills = {drill.slug: drill for drill in drills_named(names)}
    return [(step, drills.get(step.drill)) for step in steps]


@register.simple_tag
def drill_for(session: Session) -> dict[str, Any] | None:
    """The drill that a session is recorded for, and how the studio is set for it; None for any
    other. One query."""
    attempt = attempt_in(session)
    if attempt is None:
        return None
    drill = attempt.drill
    settings: dict[str, Any] = {
        "mode": "camera" if drill.needs_picture else "audio",
        "target": drill.seconds,
        "stop-at-target": False,
    }
    if drill.text:
        scrolls = drill.kind == Drill.Kind.METRONOME
        pace = round(((drill.low or 0) + (drill.high or 0)) / 2) if scrolls else DEFAULT_PACE
        settings["prompter"] = {
            "shown": "scroll" if scrolls else "points", "pace": pace, "size": 130,
            "mirrored": False,
        }  # fmt: skip
    return {"drill": drill, "settings": settings}
