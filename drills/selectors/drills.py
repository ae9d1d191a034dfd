"""Reading the drill library, and what somebody reached in it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills.models import Attempt, Drill
from sessions.models import Session
from sessions.selectors import Viewer

LAST = 20
"""Attempts that a drill's page shows."""


def library(*, skill: str = "", level: str = "", kind: str = "", q: str = "") -> list[Drill]:
    """Drills in use that fit, by skill in the library's order, then level and title; how hard each
    turned out is at hand.

    `q`: words that each stand in the title, the goal or the task.
    """
    wishes = {"skill": skill, "level": level, "kind": kind}
    found = Drill.objects.filter(is_active=True, **{name: to for name, to in wishes.items() if to})
    for word in q.split():
        found = found.filter(
            Q(title__icontains=word) | Q(goal__icontains=word) | Q(prompt__icontains=word)
        )
    found = found.select_related("rating")
    order = {skill: place for place, skill in enumerate(Drill.Skill.values)}
    return sorted(found, key=lambda one: (order[one.skill], one.level, one.title))


@dataclass(frozen=True)
class Standing:
    """How often somebody tried a drill, and how often it was passed."""

    tries: int
    passed: int


def standings(user: User) -> dict[int, Standing]:
    """By drill, those that were tried. One query."""
    counted = (
        kept_attempts(user)
        .exclude(state=Attempt.State.OPEN)
        .values("drill")
        .annotate(tries=Count("pk"), passes=Count("pk", filter=Q(passed=True)))
    )
    return {one["drill"]: Standing(one["tries"], one["passes"]) for one in counted}


def drill_named(slug: str) -> Drill:
    """One in use, or Http404."""
    found = Drill.objects.filter(slug=slug, is_active=True).first()
    if found is None:
        raise Http404(_("There is no such drill."))
    return found


def drills_named(slugs: Collection[str]) -> list[Drill]:
    """Those in use. One query, and none for nothing."""
    return list(Drill.objects.filter(slug__in=slugs, is_active=True)) if slugs else []


def attempts_at(user: User, drill: Drill) -> list[Attempt]:
    """The latest, the newest first."""
    found = kept_attempts(user).filter(drill=drill).select_related("session")
    return list(found.order_by("-created", "-pk")[:LAST])


def own_attempt(user: Viewer, session_id: uuid.UUID) -> Attempt:
    """The user's own, or Http404."""
    try:
        found = kept_attempts(user).select_related("session__owner", "owner", "drill")
        return found.get(session=session_id)
    except Attempt.DoesNotExist as error:
        raise Http404(_("There is no such attempt.")) from error


def attempt_in(session: Session) -> Attempt | None:
    """The attempt that a session is; it has its drill at hand."""
    if not session.is_drill:
        return None
    return Attempt.objects.select_related("drill").filter(session=session).first()


def beside(drill: Drill, *, harder: bool) -> Drill | None:
    """The next drill of the same skill: one level up, else another of this level; or one easier."""
    same = Drill.objects.filter(is_active=True, skill=drill.skill).exclude(pk=drill.pk)
    levels = [drill.level + 1, drill.level] if harder else [drill.level - 1]
    found = {one.level: one for one in same.filter(level__in=levels).order_by("-pk")}
    return next((found[level] for level in levels if level in found), None)


def kept_attempts(user: Viewer) -> QuerySet[Attempt]:
    return Attempt.objects.filter(owner=user.pk, session__deleted_at=None)
