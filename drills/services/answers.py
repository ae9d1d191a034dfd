"""Answers to prepared questions: each version is a session of its own, which is analysed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from drills.choosing import FollowUp
from drills.models import Asked, Interview, PreparedAnswer, PreparedQuestion
from drills.services.preparation import add_question, locked
from sessions.models import Session
from sessions.services import add_text, create_session

MOST_VERSIONS = 20
LONGEST_TEXT = 10_000
PREPARE_S, ANSWER_S = 15, 120
"""What the studio gives for a spoken answer, as a practice interview's form begins with."""


@transaction.atomic
def answer_in_writing(*, question: PreparedQuestion, text: str) -> PreparedAnswer:
    """A new version, whose analysis begins; the text of the latest once more is that one. Raises
    ValidationError."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({"text": _("Write your answer first.")})
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            {"text": _("An answer may have up to %(most)d characters.") % {"most": LONGEST_TEXT}}
        )
    question = _locked(question)
    latest = question.answers.order_by("number").last()
    if latest is not None and latest.text == text and latest.part.session.deleted_at is None:
        return latest
    number = _next_number(question, latest)
    session = add_text(session=_new_session(question, is_listed=False), text=text)
    return PreparedAnswer.objects.create(
        question=question, part=session.parts.get(), number=number, text=text
    )


@transaction.atomic
def answer_by_recording(*, question: PreparedQuestion) -> PreparedAnswer:
    """A new version that is to be spoken: a practice whose interview asks this question. One that
    was begun and not recorded yet is that one. Raises ValidationError."""
    question = _locked(question)
    begun = question.answers.filter(
        text="", part__session__state=Session.State.DRAFT, part__session__deleted_at=None
    )
    if (there := begun.select_related("part__session").first()) is not None:
        return there
    number = _next_number(question, question.answers.order_by("number").last())
    session = _new_session(question, is_listed=True)
    part = session.parts.get()
    Interview.objects.create(session=session, preparation_s=PREPARE_S, answer_s=ANSWER_S)
    Asked.objects.create(part=part, question=question.question, reason=question.reason)
    return PreparedAnswer.objects.create(question=question, part=part, number=number)


@transaction.atomic
def ask_next(*, question: PreparedQuestion, follow_up: FollowUp) -> PreparedQuestion:
    """Put a follow-up question of the bank into the list, right after its question. Raises
    ValidationError where the list is full."""
    return add_question(
        preparation=question.preparation,
        text=follow_up.text,
        source=PreparedQuestion.Source.BANK,
        of_bank=follow_up.question,
        reason=follow_up.reason or _("It follows up the question before it."),
        after=question,
    )


def _locked(question: PreparedQuestion) -> PreparedQuestion:
    """With its preparation locked, so that versions are numbered one after the other."""
    locked(question.preparation)
    return PreparedQuestion.objects.select_related("preparation__owner").get(pk=question.pk)


def _next_number(question: PreparedQuestion, latest: PreparedAnswer | None) -> int:
    number = latest.number + 1 if latest else 1
    if number > MOST_VERSIONS:
        raise ValidationError(
            {"text": _("A question has at most %(most)d versions of an answer.")
             % {"most": MOST_VERSIONS}}
        )  # fmt: skip
    return number


def _new_session(question: PreparedQuestion, *, is_listed: bool) -> Session:
    job = question.preparation
    return create_session(
        owner=job.owner,
        kind=Session.Kind.INTERVIEW,
        title=Truncator(question.text).chars(120),
        question=question.text,
        is_listed=is_listed,
        company=job.company,
        job_title=job.job_title,
        interview_type=job.interview_type,
        job_description=job.job_description,
    )
