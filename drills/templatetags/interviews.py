"""What the studio needs to know of a session's interview."""

from __future__ import annotations

from typing import Any

from django import template

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
