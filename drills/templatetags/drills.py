"""Drills on pages and in the studio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from analysis.workspace import NextStep
from drills.drawing import Figure, figures, played
from drills.marks import figure, mark_in_words, value_in_words
from drills.models import Attempt, Drill
from drills.selectors.drills import attempt_in, drills_named
from sessions.models import Session

register = template.Library()
DEFAULT_PACE = 130
"""Words a minute at which a text scrolls where the drill asks for no pace."""
WORDS_PER_MINUTE = "fluency.words_per_minute"
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


@register.filter
def drawn(melody: list[str]) -> list[Figure]:
    return figures(melody)


@register.simple_tag
def drawn_over(imitated: dict[str, Any]) -> list[Figure]:
    """The melody as it was when an attempt was judged, with the learner's over it."""
    return figures(imitated["model"], imitated["tones"])


register.filter("played", played)


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
    pace = _pace(drill)
    if drill.text:
        shown = "scroll" if pace else "none" if drill.melody else "points"
        settings["prompter"] = {
            "shown": shown, "pace": pace or DEFAULT_PACE, "size": 130, "mirrored": False,
        }  # fmt: skip
    return {"drill": drill, "settings": settings, "beats": pace}


def _pace(drill: Drill) -> int:
    """Words a minute in the middle of a metronome's mark; 0 for any other drill."""
    ends = [end for end in (drill.low, drill.high) if end]
    if drill.kind != Drill.Kind.METRONOME or drill.metric != WORDS_PER_MINUTE:
        return 0
    return round(sum(ends) / len(ends))
