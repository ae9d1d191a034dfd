"""Achievements: measured, earned once, withdrawn where what they rest on no longer holds."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from analysis.models import AnalysisRun
from analysis.selectors.history import earlier_results, scenario_of
from coaching.accounts.models import User
from drills import days, rating
from drills.milestones import bests, outgrown
from drills.models import Achievement, Attempt, Drill, SkillRating
from drills.selectors.drills import kept_attempts
from drills.selectors.plan import YEAR, goal_days, practices, settings_of
from drills.services.plan import one_at_a_time
from sessions.models import Session

Figures = dict[str, Any]
KIND = Achievement.Kind
LATEST = 300
"""Attempts at one drill that a personal best is looked for among."""


@transaction.atomic
def achieve_by_attempt(attempt: Attempt, change: rating.Change | None) -> None:
    """After `attempt` was judged, perhaps anew; `change` is what it did to its skill's rating."""
    one_at_a_time(attempt.owner)
    _personal_bests(attempt)
    drill = attempt.drill
    third = attempt.passed and drill.level == Drill.Level.THIRD
    _settle(attempt.session, KIND.LEVEL_3, {drill.skill: _level_3(attempt)} if third else {})
    _settle(attempt.session, KIND.BAND, _bands(attempt, change) if change else {})
    _week(attempt.session, attempt.owner)


@transaction.atomic
def achieve_by_practice(run: AnalysisRun) -> None:
    """After a whole practice has its result, or another."""
    session = run.session
    if session.is_drill or session.is_sample:
        return
    one_at_a_time(session.owner)
    found = {}
    now = run.scores.filter(skill="overall").values_list("value", flat=True).first()
    if now is not None and session.is_listed:
        before = earlier_results(run).scores.get("overall", [])
        if outgrown(before, now):
            found[scenario_of(run)] = {
                "metric": "scores.overall.value", "value": now, "previous": before[0],
            }  # fmt: skip
    _settle(session, KIND.PRACTICE, found)
    _week(session, session.owner)


def _personal_bests(attempt: Attempt) -> None:
    """Of this learner at this drill, under this mark, all worked out anew: a value that another
    analysis changed may make or unmake a later best."""
    drill = attempt.drill
    tried = list(
        kept_attempts(attempt.owner)
        .filter(drill=drill, state=Attempt.State.JUDGED, value__isnull=False)
        .filter(metric=attempt.metric, low=attempt.low, high=attempt.high)
        .order_by("-created", "-pk")[:LATEST]
    )[::-1]
    values = [float(one.value or 0.0) for one in tried]
    found = bests(values, attempt.low, attempt.high, drill.falloff)
    earned = Achievement.objects.filter(owner=attempt.owner, kind=KIND.BEST, about=drill.slug)
    same = [one.pk for one in tried]
    held = [tried[place].pk for place in found]
    earned.filter(session__in=[*same, attempt.pk]).exclude(session__in=held).delete()
    for place, previous in found.items():
        earned.update_or_create(
            owner=attempt.owner, kind=KIND.BEST, about=drill.slug, session_id=tried[place].pk,
            defaults={"metric": attempt.metric, "value": values[place], "previous": previous},
        )  # fmt: skip


def _level_3(attempt: Attempt) -> Figures:
    return {"metric": attempt.metric, "value": attempt.value}


def _bands(attempt: Attempt, change: rating.Change) -> dict[str, Figures]:
    """The highest band that the rating reached surely, where it began in a lower one."""
    skill = attempt.drill.skill
    row = SkillRating.objects.filter(owner=attempt.owner, skill=skill).first()
    if row is None:
        return {}
    began, reached = rating.band(row.start), rating.sure_band(change.after)
    if reached <= began:
        return {}
    return {f"{skill}:{reached}": {"value": reached, "previous": began}}


def _week(session: Session, owner: User) -> None:
    """Seven days of goal in a row, by this session's day."""
    at = session.recordings.order_by("created").values_list("created", flat=True).first()
    found: dict[str, Figures] = {}
    if at is not None:
        settings = settings_of(owner)
        by_day = days.by_day(practices(owner, since=at - YEAR), owner.zone)
        day = at.astimezone(owner.zone).date()
        reached = goal_days(by_day, settings, owner)
        if day in reached and days.streak(reached, settings.rest_days, day).days >= days.WEEK:
            found[""] = {"metric": settings.unit, "value": settings.goal}
    _settle(session, KIND.WEEK, found)


def _settle(session: Session, kind: str, found: dict[str, Figures]) -> None:
    """Keep what `session` is the evidence of, and no more: earned once, by the first."""
    mine = Achievement.objects.filter(owner=session.owner_id, kind=kind)
    mine.filter(session=session).exclude(about__in=found).delete()
    for about, figures in found.items():
        other = mine.filter(about=about).exclude(session=session)
        other.filter(session__deleted_at__isnull=False).delete()
        if not other.exists():
            mine.update_or_create(
                owner_id=session.owner_id, kind=kind, about=about, session=session, defaults=figures
            )
