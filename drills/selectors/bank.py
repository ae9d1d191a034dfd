"""Reading the question bank, and the interview of a session."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from coaching.accounts.models import User
from drills.models import Asked, Interview, Question
from sessions.models import Part, Session

RECENT = 40
"""Questions that somebody was asked last: others come first."""


def candidates(
    *, field: str = "", level: str = "", kinds: Collection[str] = ()
) -> QuerySet[Question]:
    """Questions in use that fit. Those for any field or any level fit all."""
    fits = Q(is_active=True)
    if field:
        fits &= Q(field__in={field, Question.Field.GENERAL})
    if level:
        fits &= Q(level__in={level, Question.Level.ANY})
    if kinds:
        fits &= Q(kind__in=kinds)
    return Question.objects.filter(fits)


def asked_lately(user: User) -> set[int]:
    """Ids of the questions of this person's latest interviews."""
    latest = Asked.objects.filter(part__session__owner=user).exclude(question=None)
    newest = latest.order_by("-part__session__created", "part__position")
    return {pk for pk in newest.values_list("question_id", flat=True)[:RECENT] if pk}


def interview_of(session: Session) -> Interview | None:
    return getattr(session, "interview", None)


def questions_of(session: Session) -> list[Part]:
    """The parts of an interview with what is known of each one's question."""
    return list(session.parts.select_related("asked__question").order_by("position"))
