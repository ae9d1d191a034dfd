"""What the studio and a session's page need to know of its interview."""

from __future__ import annotations

from typing import Any

from django import template

from analysis.coach.request import system_prompt
from analysis.coach.site import the_site
from analysis.models import Purpose
from analysis.selectors.coach import consent_of, offered_to
from drills.asking.request import FOLLOW_UP_PROMPT, PROMPTS
from drills.models import PreparedAnswer
from drills.selectors import preparation
from drills.selectors.bank import interview_of, questions_of
from sessions.models import Session

register = template.Library()


@register.simple_tag
def interview_for(session: Session) -> dict[str, Any] | None:
    """The interview, its questions in order, and the language model that may ask follow-ups
    (`site`; `allowed` by the learner); None for a session that is none. Two queries, one more where
    there is a language model."""
    interview = interview_of(session)
    if interview is None:
        return None
    told: dict[str, Any] = {"settings": interview, "questions": questions_of(session)}
    site = (the_site() and offered_to(session.owner)) if interview.follow_ups else None
    if site is not None:
        told |= {
            "site": site,
            "allowed": consent_of(session.owner, site, Purpose.FOLLOW_UP) is not None,
            "instructions": system_prompt(FOLLOW_UP_PROMPT, PROMPTS),
        }
    return told


@register.simple_tag
def prepared_for(session: Session) -> PreparedAnswer | None:
    """The prepared answer that a session holds: `{% prepared_for session as answer %}`."""
    if session.kind != Session.Kind.INTERVIEW:
        return None
    return preparation.prepared_for(session)
