"""Reading comparisons of a real interview with its preparation: the owner's alone."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills.models import Comparison, Preparation
from sessions.models import Session

MOST_CHOICES = 100


def own_comparisons(user: User) -> QuerySet[Comparison]:
    """The user's own, newest first, whose preparation and session were not deleted."""
    return (
        Comparison.objects.filter(
            preparation__owner=user, preparation__deleted_at=None, session__deleted_at=None
        )
        .select_related("preparation__owner", "session__owner")
        .order_by("-created", "pk")
    )


def own_comparison(user: User, preparation_id: uuid.UUID, comparison_id: uuid.UUID) -> Comparison:
    """One of the user's own, or Http404."""
    found = own_comparisons(user).filter(pk=comparison_id, preparation=preparation_id).first()
    if found is None:
        raise Http404(_("There is no such comparison."))
    return found


def comparisons_of(preparation: Preparation) -> QuerySet[Comparison]:
    """For a list: without what was found."""
    return own_comparisons(preparation.owner).filter(preparation=preparation).defer("result")


def comparisons_with(session: Session) -> QuerySet[Comparison]:
    """The preparations a session was compared with, without what was found."""
    return own_comparisons(session.owner).filter(session=session).defer("result")


def choosable(preparation: Preparation) -> QuerySet[Session]:
    """Recordings that may be the interview, the newest first."""
    return linkable(preparation).exclude(state=Session.State.DRAFT).order_by("-created")


def linkable(preparation: Preparation) -> QuerySet[Session]:
    """The same, and those that are still to be recorded."""
    return (
        Session.objects.filter(owner=preparation.owner, deleted_at=None, is_listed=True)
        .exclude(is_drill=True)
        .exclude(is_sample=True)
        .exclude(comparisons__preparation=preparation)
        .exclude(parts__prepared_answer__isnull=False)
    )
