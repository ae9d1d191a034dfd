"""Reading a learner's plan: what comes next, the day's goal, ratings, achievements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import fmean

from django.db.models import Min, Q, QuerySet

from analysis.models import AnalysisRun, Score
from coaching.accounts.models import User
from drills import days, ranking, rating
from drills.models import (
    Achievement,
    Attempt,
    Drill,
    PlanSettings,
    RatingChange,
    SkillRating,
    SkillWish,
)
from drills.selectors.drills import kept_attempts, library
from drills.selectors.recommendations import put_aside, taken_on
from drills.skills import ABOUT
from sessions.models import Recording, Session

LATEST = 500
"""Judged attempts that choosing looks back at."""
PRACTICES = 3
"""Whole practices whose scores say where a skill begins."""
RECORDINGS = 10
"""The last recordings, one with a picture among them: this learner uses a camera."""
RELIABLE = 0.2
"""A score less sure than this counts for nothing (docs/scores.md)."""
YEAR = timedelta(days=400)


@dataclass(frozen=True)
class Choice:
    """A drill that could come next, and why."""

    drill: Drill
    skill: Drill.Skill
    chance: float
    """Of passing, 0 to 1."""
    reasons: tuple[ranking.Reason, ...]


def ranked(user: User, *, at: datetime, learner: ranking.Learner | None = None) -> list[Choice]:
    """Every drill that fits this learner now and was not put aside, the best first, no two of one
    skill in a row where there is another. `learner` is what `known` told, where it was asked
    already.

    Eleven queries, however much there is."""
    drills = {one.slug: one for one in library()}
    exercises = [
        ranking.Exercise(
            one.slug, one.skill, one.level, difficulty(one), needs_picture=one.needs_picture
        )
        for one in drills.values()
    ]
    found = ranking.ranked(
        exercises, learner or known(user, at=at), at=at, aside=put_aside(user, at=at)
    )
    return [
        Choice(drills[one.exercise.slug], Drill.Skill(one.exercise.skill), one.chance, one.reasons)
        for one in found
    ]


def difficulty(drill: Drill) -> float:
    """In logits: as it turned out, else as its level says."""
    rated = getattr(drill, "rating", None)
    if rated is None or rated.version != drill.version:
        return rating.LEVELS[drill.level]
    return float(rated.difficulty)


def known(user: User, *, at: datetime) -> ranking.Learner:
    """What choosing looks at. Seven queries."""
    scores = scores_of(user)
    ratings = {
        skill: rating.started(scores.get(ABOUT[skill].score, [])) for skill in Drill.Skill.values
    }
    ratings |= {one.skill: one.now for one in SkillRating.objects.filter(owner=user)}
    done, last_skill, last_at = _done(user)
    return ranking.Learner(
        ratings=ratings,
        taken_on=frozenset(
            slug
            for slug, when in taken_on(user, at=at).items()
            if slug not in done or done[slug].at < when
        ),
        done=done,
        wishes={one.skill: _wish(one) for one in SkillWish.objects.filter(owner=user)},
        scored={
            skill: fmean(found)
            for skill in Drill.Skill.values
            if (found := scores.get(ABOUT[skill].score))
        },
        last_skill=last_skill,
        last_at=last_at,
        has_camera=uses_camera(user),
    )


def _wish(row: SkillWish) -> ranking.Wish:
    wish = SkillWish.Wish
    return ranking.Wish(row.wish == wish.FOCUS, row.wish == wish.LEAVE_OUT, row.level)


def _done(user: User) -> tuple[dict[str, ranking.Done], str, datetime | None]:
    """By drill, and the last attempt's skill and time."""
    found: dict[str, ranking.Done] = {}
    over: set[str] = set()  # drills whose row of passes has ended
    rows = list(
        kept_attempts(user)
        .filter(state=Attempt.State.JUDGED)
        .order_by("-created", "-pk")
        .values_list("drill__slug", "drill__skill", "created", "passed")[:LATEST]
    )
    for slug, _skill, at, passed in rows:
        if slug not in found:
            found[slug] = ranking.Done(at, bool(passed), int(bool(passed)))
        elif passed and slug not in over and found[slug].passed:
            found[slug] = replace(found[slug], in_a_row=found[slug].in_a_row + 1)
        if not passed:
            over.add(slug)
    return found, rows[0][1] if rows else "", rows[0][2] if rows else None


def scores_of(user: User) -> dict[str, list[float]]:
    """Scores 0 to 100 of the last whole practices, by the result's skill."""
    shown = AnalysisRun.objects.filter(
        is_current=True, session__owner=user, session__deleted_at=None, session__is_drill=False,
        session__is_sample=False, session__is_listed=True,
    ).order_by("-session__created", "-pk")[:PRACTICES]  # fmt: skip
    found: defaultdict[str, list[float]] = defaultdict(list)
    reliable = Score.objects.filter(run__in=shown, value__isnull=False, reliability__gte=RELIABLE)
    for skill, value in reliable.values_list("skill", "value"):
        found[skill].append(float(value or 0.0))
    return dict(found)


def uses_camera(user: User) -> bool:
    wish = settings_of(user).camera
    if wish != PlanSettings.Camera.AUTO:
        return wish == PlanSettings.Camera.YES
    sent = Recording.objects.filter(session__owner=user, session__deleted_at=None)
    kinds = sent.filter(session__is_sample=False).order_by("-created", "-pk")
    return any(
        kind.startswith("video/")
        for kind in kinds.values_list("content_type", flat=True)[:RECORDINGS]
    )


def settings_of(user: User) -> PlanSettings:
    """Theirs, or the defaults, not saved."""
    return PlanSettings.objects.filter(owner=user).first() or PlanSettings(owner=user)


@dataclass(frozen=True)
class Habits:
    """Today against the goal, in its unit, and the streak."""

    settings: PlanSettings
    today: days.Day
    done: int
    streak: days.Streak
    goal_days: int
    """In a row with the goal reached, rest days between."""

    @property
    def is_reached(self) -> bool:
        return self.done >= self.settings.goal


def habits(user: User, *, at: datetime) -> Habits:
    """Two queries."""
    settings, zone = settings_of(user), user.zone
    found = days.by_day(practices(user, since=at - YEAR), zone)
    today = at.astimezone(zone).date()
    done = found.get(today, days.Day())
    goal = days.streak(goal_days(found, settings, user), settings.rest_days, today)
    return Habits(
        settings=settings,
        today=done,
        done=days.progress(done, settings.unit),
        streak=days.streak(found, settings.rest_days, today),
        goal_days=goal.days,
    )


def goal_days(found: Mapping[date, days.Day], settings: PlanSettings, user: User) -> set[date]:
    """Days on which the goal was reached, since it is what it is."""
    reached = days.reached(found, settings.unit, settings.goal)
    if settings.since is None:
        return reached
    since = settings.since.astimezone(user.zone).date()
    return {day for day in reached if day >= since}


def practices(user: User, *, since: datetime) -> list[days.Practice]:
    """What counts: judged attempts, and finished practices that were spoken. One query."""
    finished = (Session.State.READY, Session.State.PARTIAL)
    counts = Q(attempt__state=Attempt.State.JUDGED) | Q(is_drill=False, state__in=finished)
    found = (
        Session.objects.filter(counts, owner=user, deleted_at=None, is_sample=False)
        .annotate(at=Min("recordings__created"))
        .filter(at__gte=since)
        .values_list("at", "duration_s", "is_drill")
    )
    return [days.Practice(at, seconds or 0.0, is_drill) for at, seconds, is_drill in found]


@dataclass(frozen=True)
class SkillStanding:
    """A skill on the plan's page."""

    skill: Drill.Skill
    rating: rating.Rating
    wish: SkillWish
    scored: float | None
    """What whole practices scored, where no attempt has been judged."""
    changes: list[RatingChange] = field(default_factory=list)
    """The latest, the newest first."""

    @property
    def band(self) -> int:
        return rating.band(self.rating.value)

    @property
    def is_unsure(self) -> bool:
        """Whether the band could as well be the next."""
        return self.rating.deviation > 0.6


SHOWN = 12
"""Achievements that a page and the API show."""
CHANGES = 3
"""Changes of a skill that the page shows."""


def skills(user: User, learner: ranking.Learner, *, at: datetime) -> list[SkillStanding]:
    """In the library's order. Two queries besides what `known` asked for."""
    wishes = {one.skill: one for one in SkillWish.objects.filter(owner=user)}
    changes: defaultdict[str, list[RatingChange]] = defaultdict(list)
    for change in _latest_changes(user):
        changes[change.skill].append(change)
    return [
        SkillStanding(
            skill,
            rating.rested(learner.ratings[skill], at),
            wishes.get(skill) or SkillWish(owner=user, skill=skill),
            learner.scored.get(skill),
            changes[skill][:CHANGES],
        )
        for skill in Drill.Skill
    ]


def _latest_changes(user: User) -> QuerySet[RatingChange]:
    kept = RatingChange.objects.filter(owner=user, attempt__session__deleted_at=None)
    return kept.select_related("attempt__drill").order_by("-at", "-pk")[:100]


def achievements(user: User) -> QuerySet[Achievement]:
    """Whose evidence is there, the newest first."""
    found = Achievement.objects.filter(owner=user, session__deleted_at=None)
    return found.select_related("session").order_by("-earned_at", "-pk")
