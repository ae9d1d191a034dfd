"""What moves a learner's plan: judged attempts, their wishes and goal; and how hard drills are."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills import rating
from drills.models import (
    Attempt,
    Drill,
    DrillRating,
    PlanSettings,
    RatingChange,
    SkillRating,
    SkillWish,
)
from drills.selectors.plan import difficulty, scores_of
from drills.skills import ABOUT

A_DAY = 86_400
_FIGURES = ("expected", "before", "after")


@transaction.atomic
def rate(attempt: Attempt) -> rating.Change | None:
    """Let a judged attempt move its skill's rating; judged anew it replaces what it changed before,
    and one that is judged no more changes nothing. Says what it changed."""
    one_at_a_time(attempt.owner)
    change = RatingChange.objects.filter(attempt=attempt).first()
    judged = attempt.state == Attempt.State.JUDGED
    if not judged and change is None:
        return None
    skill = change.skill if change else attempt.drill.skill
    row = _row(attempt.owner, skill)
    if not judged:
        RatingChange.objects.filter(attempt=attempt).delete()
    else:
        points = (attempt.score or 0.0) / 100
        made = {
            "owner": attempt.owner, "skill": skill, "at": attempt.created,
            "difficulty": difficulty(attempt.drill),
        }  # fmt: skip
        RatingChange.objects.update_or_create(
            attempt=attempt, defaults={"points": points}, create_defaults={**made, "points": points}
        )
    return _replay(row).get(attempt.pk)


@transaction.atomic
def replay(*, owner: User, skill: str) -> None:
    """Work a rating out anew from the attempts that are kept: one was deleted, or taken back."""
    one_at_a_time(owner)
    if row := SkillRating.objects.filter(owner=owner, skill=skill).first():
        _replay(row)


def one_at_a_time(owner: User) -> None:
    """Until the transaction ends: two results of one learner that come at once move the plan one
    after the other. Not a lock on a row, which others take in another order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"plan {owner.pk}"]
        )


def _row(owner: User, skill: str) -> SkillRating:
    found = SkillRating.objects.filter(owner=owner, skill=skill).first()
    if found is not None:
        return found
    start = rating.started(scores_of(owner).get(ABOUT[skill].score, []))
    return SkillRating.objects.create(
        owner=owner, skill=skill, start=start.value, start_variance=start.variance
    )


def _replay(row: SkillRating) -> dict[Any, rating.Change]:
    """Every attempt of one learner at one skill, from the first: some microseconds each, and only
    rows that changed are written."""
    kept = RatingChange.objects.filter(
        owner=row.owner_id, skill=row.skill, attempt__session__deleted_at=None
    )
    rows = list(kept.order_by("at", "pk"))
    tried = [rating.Tried(one.at, one.points, one.difficulty) for one in rows]
    changes = rating.replayed(row.began, tried)
    moved = []
    for one, change in zip(rows, changes, strict=True):
        figures = (change.expected, change.before.value, change.after.value)
        if figures != tuple(getattr(one, name) for name in _FIGURES):
            one.expected, one.before, one.after = figures
            moved.append(one)
    RatingChange.objects.bulk_update(moved, _FIGURES)
    now = changes[-1].after if changes else row.began
    row.value, row.variance, row.count, row.at = now.value, now.variance, now.count, now.at
    row.save(update_fields=["value", "variance", "count", "at"])
    return {one.pk: change for one, change in zip(rows, changes, strict=True)}


@transaction.atomic
def rate_drills() -> int:
    """Work out anew how hard each drill is, from the first attempts of every learner at the version
    in use; says how many drills have any."""
    first = (
        RatingChange.objects.filter(
            attempt__version=F("attempt__drill__version"), attempt__session__deleted_at=None
        )
        .annotate(
            number=Window(
                RowNumber(), partition_by=[F("owner"), F("attempt__drill")], order_by=["at", "pk"]
            )
        )
        .filter(number__lte=rating.FIRST_TRIES)
        .values_list("attempt__drill", "before", "points")
    )
    tried: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for drill, before, points in first.iterator():
        tried[drill].append((before, points))
    DrillRating.objects.exclude(drill__in=tried).delete()
    DrillRating.objects.bulk_create(
        [
            DrillRating(
                drill=drill, version=drill.version, attempts=len(tried[drill.pk]),
                difficulty=rating.difficulty_of(drill.level, tried[drill.pk]),
                updated=timezone.now(),
            )
            for drill in Drill.objects.filter(pk__in=tried).order_by("pk")
        ],
        update_conflicts=True, unique_fields=["drill"],
        update_fields=["version", "attempts", "difficulty", "updated"],
    )  # fmt: skip
    return len(tried)


def rate_drills_once_a_day() -> None:
    """What the supervisors call: one of all of them, once a day."""
    if cache.add("plan.rate_drills", 1, A_DAY):
        rate_drills()


@transaction.atomic
def set_goal(
    *, owner: User, unit: str | None = None, goal: int | None = None,
    rest_days: list[int] | None = None, camera: str | None = None,
) -> PlanSettings:  # fmt: skip
    """Change what is given. Raises ValidationError. With another goal the days of goal begin anew:
    a smaller one is not reached backwards."""
    PlanSettings.objects.get_or_create(owner=owner)
    found = PlanSettings.objects.select_for_update().get(owner=owner)
    before = (found.unit, found.goal)
    given = {"unit": unit, "goal": goal, "rest_days": rest_days, "camera": camera}
    for name, value in given.items():
        if value is not None:
            setattr(found, name, value)
    found.rest_days = sorted(set(found.rest_days))
    if not set(found.rest_days) <= set(range(7)):
        raise ValidationError({"rest_days": _("A week has seven days.")})
    if len(found.rest_days) == 7:
        raise ValidationError({"rest_days": _("Keep at least one day of the week to practise.")})
    found.full_clean(exclude=["owner"])
    if (found.unit, found.goal) != before:
        found.since = timezone.now()
    found.save()
    return found


@transaction.atomic
def set_wish(*, owner: User, skill: str, wish: str = "", level: int | None = None) -> SkillWish:
    """What the learner wants over what the plan says. Raises ValidationError."""
    asked = SkillWish(owner=owner, skill=skill, wish=wish, level=level)
    asked.full_clean(exclude=["owner"], validate_unique=False, validate_constraints=False)
    found, _made = SkillWish.objects.update_or_create(
        owner=owner, skill=skill, defaults={"wish": wish, "level": level}
    )
    return found
