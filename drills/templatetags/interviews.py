"""What the studio and a session's page need to know of its interview."""

from __future__ import annotations

from typing import Any

from django import template

from drills.models import PreparedAnswer
from drills.selectors import preparation
from drills.selectors.bank import interview_of, questions_of
from sessions.models import Session

register = template.Library()


@register.simple_tag
def interview_for(session: Session) -> dict[str, Any] | None:
    """The interview and its questions in order; None for a session that is none. Two queries."""
    interview = interview_of(session)
    if interview is None:
        return None
    return {"settings": interview, "questions": questions_of(session)}


@register.simple_tag
def prepared_for(session: Session) -> PreparedAnswer | None:
    """The prepared answer that a session holds: `{% prepared_for session as answer %}`."""
    if session.kind != Session.Kind.INTERVIEW:
        return None
    return preparation.prepared_for(session)
