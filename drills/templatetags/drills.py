"""Drills on pages and in the studio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from analysis.workspace import NextStep
from drills.drawing import Figure, figures, played
from drills.marks import figure, mark_in_words, value_in_words
from drills.models import Attempt, Drill, PreparedQuestion, Recommendation
from drills.selectors.drills import attempt_in, drills_named
from drills.selectors.recommendations import of_result, recommended, skill_url
from drills.skills import ABOUT, TRAINS, of_score
from sessions.models import Session

register = template.Library()
TO_DO = ("drill", "question", "practice")
DEFAULT_PACE = 130
"""Words a minute at which a text scrolls where the drill asks for no pace."""
WORDS_PER_MINUTE = "fluency.words_per_minute"


@register.filter
def colour(skill: str) -> str:
    """The skill of the result whose colour and icon a drill's skill shares."""
    return ABOUT[skill].score


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


@register.simple_tag(takes_context=True)
def advised(
    context: template.Context, session: Session, steps: Sequence[NextStep]
) -> list[tuple[NextStep, Drill | None, Recommendation | None]]:
    """Each step of a result, for its owner with the drill that trains it, where it is in use, and
    the recommendation that can be answered. Two queries; for others none."""
    if not context.get("is_owner"):
        return [(step, None, None) for step in steps]
    drills = {drill.slug: drill for drill in drills_named({step.drill for step in steps})}
    offered = of_result(context["user"], session)
    return [(step, drills.get(step.drill), offered.get(step.code)) for step in steps]


@register.inclusion_tag("drills/advice/_controls.html", takes_context=True)
def answer_advice(context: template.Context, recommendation: Recommendation) -> dict[str, Any]:
    """Take it on, put it off, put it away; or what was answered, and the way back."""
    return {"recommendation": recommendation, "back": context["request"].get_full_path()}


@register.inclusion_tag("drills/advice/_next.html", takes_context=True)
def work_on_next(context: template.Context, limit: int = 3) -> dict[str, Any]:
    """What is worth doing next, for whoever looks. At most five queries."""
    found = recommended(context["user"], at=timezone.now(), kinds=TO_DO, limit=limit)
    return {"next": found, "request": context["request"]}


@register.simple_tag(takes_context=True)
def skill_for_questions(
    context: template.Context, questions: Sequence[PreparedQuestion]
) -> dict[str, Any] | None:
    """Where a weak skill meets one of `questions`: the first that trains it and is not ready, with
    what is advised. At most five queries."""
    waiting = [one for one in questions if one.question and not one.is_ready]
    if not waiting:
        return None
    for one in recommended(context["user"], at=timezone.now(), limit=10):
        kinds = TRAINS.get(one.recommendation.skill, ())
        for question in waiting:
            if question.question and question.question.kind in kinds:
                return {"question": question, "advised": one}
    return None


@register.inclusion_tag("drills/advice/_moment.html")
def moment_link(session: Session, moment: Any) -> dict[str, Any]:
    """A link that plays a moment, an object or a mapping with start, end (s) and text, on the page
    of its session."""
    told = moment if isinstance(moment, Mapping) else vars(moment)
    end = "" if told["end"] is None else f",{told['end']:.2f}"
    url = f"{session.get_absolute_url()}#t={told['start']:.2f}{end}"
    return {"session": session, "url": url, "start": told["start"], "text": told["text"]}


@register.filter
def is_open(recommendation: Recommendation) -> bool:
    return recommendation.is_open(timezone.now())


@register.simple_tag
def score_skill_url(score: str) -> str:
    """Where a score of the result is trained: its one skill, or the group of them."""
    skills = of_score(score)
    return skill_url(skills[0]) if len(skills) == 1 else f"{reverse('drills:skills')}#{score}"


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
