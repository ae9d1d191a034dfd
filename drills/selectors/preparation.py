"""Reading one's preparations: the owner's alone."""

from __future__ import annotations

import uuid

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills.models import Preparation, PreparedQuestion
from sessions.models import UNDO_WINDOW


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
        )
        .order_by(F("state").desc(), F("interview_on").asc(nulls_last=True), "-created", "pk")
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
    """In their order, each with its question of the bank but for the vector."""
    return (
        living_questions(preparation)
        .select_related("question")
        .defer("question__embedding", "question__embedding_model", "question__shipped")
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
