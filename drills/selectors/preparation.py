"""Reading one's preparations: the owner's alone."""

from __future__ import annotations

import uuid

from django.core.cache import cache
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills.choosing import FollowUp, follow_up
from drills.models import JobDocument, Preparation, PreparedAnswer, PreparedQuestion, Question
from drills.selectors.bank import candidates
from sessions.models import UNDO_WINDOW, Session


def own_preparations(user: User) -> QuerySet[Preparation]:
    """The user's own living ones with `question_count` and `ready_count`: those to come first, the
    nearest interview on top."""
    living = Q(questions__deleted_at=None)
    return (
        Preparation.objects.filter(owner=user, deleted_at=None)
        .defer("job_description", "seen")
        .annotate(
            question_count=Count("questions", filter=living),
            ready_count=Count("questions", filter=living & Q(questions__is_ready=True)),
            past=Q(interview_on__isnull=False, interview_on__lt=timezone.localdate()),
        )
        .order_by(
            F("state").desc(), "past", F("interview_on").asc(nulls_last=True), "-created", "pk"
        )
    )


def own_preparation(user: User, preparation_id: uuid.UUID, *, deleted: bool = False) -> Preparation:
    """One of the user's own, or Http404; `deleted`: one that may still be taken back."""
    found = Preparation.objects.filter(
        pk=preparation_id, owner=user, deleted_at__isnull=not deleted
    ).select_related("owner")
    if (preparation := found.first()) is None:
        raise Http404(_("There is no such preparation."))
    return preparation


def living_questions(preparation: Preparation) -> QuerySet[PreparedQuestion]:
    """In their order."""
    return preparation.questions.filter(deleted_at=None)


def questions_shown(preparation: Preparation) -> QuerySet[PreparedQuestion]:
    """In their order, each with its question of the bank but for the vector, and its answers."""
    return (
        living_questions(preparation)
        .select_related("question")
        .defer("question__embedding", "question__embedding_model", "question__shipped")
        .prefetch_related(Prefetch("answers", answers()))
    )


def answers() -> QuerySet[PreparedAnswer]:
    """By version, each with its session; without those whose session was deleted, or is still to
    be recorded."""
    return (
        PreparedAnswer.objects.filter(part__session__deleted_at=None)
        .exclude(part__session__state=Session.State.DRAFT)
        .select_related("part__session__owner")
        .order_by("number")
    )


def removed_just_now(preparation: Preparation) -> QuerySet[PreparedQuestion]:
    """What can still be taken back, the latest first."""
    since = timezone.now() - UNDO_WINDOW
    return preparation.questions.filter(deleted_at__gt=since).order_by("-deleted_at", "position")


def own_question(user: User, question_id: uuid.UUID) -> PreparedQuestion:
    """One of the user's own, removed just now perhaps; Http404 for any other."""
    found = (
        PreparedQuestion.objects.filter(
            Q(deleted_at=None) | Q(deleted_at__gt=timezone.now() - UNDO_WINDOW),
            pk=question_id,
            preparation__owner=user,
            preparation__deleted_at=None,
        )
        .select_related("preparation__owner", "question")
        .first()
    )
    if found is None:
        raise Http404(_("There is no such question."))
    return found


def preparations_deleted(user: User) -> QuerySet[Preparation]:
    """The user's own that can still be taken back, the latest first."""
    since = timezone.now() - UNDO_WINDOW
    return Preparation.objects.filter(owner=user, deleted_at__gt=since).order_by("-deleted_at")


FOLLOWED_S = 3600
"""How long a follow-up is remembered: working it out costs the model some tenths of a second."""


def follow_up_of(question: PreparedQuestion, answer: PreparedAnswer) -> FollowUp | None:
    """What may be asked next about an answer that has its feedback; None where nothing comes near.

    Questions of the bank whose vector is not worked out yet do not count.
    """
    key = f"drills:follow:{answer.pk}:{answer.feedback.get('run')}"
    known = cache.get(key)
    if known is None:
        found = _follow_up(question, answer)
        known = (found.text, found.reason, found.question and found.question.pk) if found else ()
        cache.set(key, known, FOLLOWED_S)
    if not known:
        return None
    text, reason, pk = known
    return FollowUp(text, reason, Question.objects.filter(pk=pk).first() if pk else None)


def _follow_up(question: PreparedQuestion, answer: PreparedAnswer) -> FollowUp | None:
    listed = question.preparation.questions.exclude(question=None).values("question_id")
    bank = question.question
    others = candidates(field=bank.field if bank else Question.Field.GENERAL)
    pool = others.exclude(embedding=None).exclude(pk__in=listed)
    said = " ".join(one["text"] for one in answer.feedback["sentences"])
    return follow_up(bank.follow_ups if bank else [], list(pool), said)


def prepared_for(session: Session) -> PreparedAnswer | None:
    """The answer that a session holds, with its question; None for every other session."""
    return (
        PreparedAnswer.objects.filter(part__session=session, question__deleted_at=None)
        .select_related("question")
        .first()
    )


def document_of(preparation: Preparation) -> JobDocument | None:
    """The file that is to be read, or just was; without its bytes."""
    return JobDocument.objects.filter(preparation=preparation).defer("data").first()
