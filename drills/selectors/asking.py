"""What a language model would be told about a preparation or an answer, and what it was told."""

from __future__ import annotations

from django.utils.translation import override

from analysis.coach.plain import names_of
from analysis.coach.request import NothingToSend
from analysis.models import CoachCall
from coaching.accounts.models import User
from drills.asking.request import QuestionsRequest, questions_request
from drills.models import Preparation, QuestionExchange, QuestionJob
from drills.selectors.preparation import living_questions
from drills.services.preparation import suggestable

SHOWN = 10
"""Exchanges on a preparation's page."""


def questions_request_for(preparation: Preparation) -> QuestionsRequest:
    """What would be sent about `preparation`, word for word. Raises NothingToSend."""
    _loose, count = suggestable(preparation)
    if not count:
        raise NothingToSend("coach_full")
    with override("en"):
        kind, level = (
            str(preparation.get_interview_type_display()),
            str(preparation.get_level_display()),
        )
    return questions_request(
        title=preparation.job_title,
        description=preparation.job_description,
        kind=kind,
        level=level,
        there=living_questions(preparation).values_list("text", flat=True),
        count=count,
        names=hidden_names(preparation.owner),
    )


def hidden_names(user: User) -> frozenset[str]:
    """The words that stand for a person's own name."""
    return names_of(user.name, user.email.partition("@")[0])


def job_of(preparation: Preparation) -> QuestionJob | None:
    return QuestionJob.objects.filter(preparation=preparation).first()


def exchanges_of(preparation: Preparation) -> list[QuestionExchange]:
    """What was sent about `preparation`, the newest first."""
    found = preparation.exchanges.select_related("call").order_by("-call__started")
    return list(found[:SHOWN])


def exchange_answering(preparation: Preparation, digest: str) -> QuestionExchange | None:
    """The one that was answered, of exactly this request."""
    found = preparation.exchanges.filter(digest=digest, call__outcome=CoachCall.Outcome.ANSWERED)
    return found.select_related("call").order_by("-call__started").first()
