"""A learner's plan on pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from coaching.accounts.models import User
from drills import saying
from drills.models import Achievement, Attempt, RatingChange
from drills.selectors.plan import Choice, Habits, SkillStanding, achievements, habits, ranked

register = template.Library()
register.filter("why", saying.why)
register.filter("likely", saying.likely)
register.filter("goal_in_words", saying.goal_in_words)
register.filter("streak_in_words", saying.streak_in_words)
register.filter("change_in_words", saying.change_in_words)


@register.filter
def band_name(standing: SkillStanding) -> str:
    return str(saying.BANDS[standing.band][0])


@register.filter
def band_sentence(standing: SkillStanding) -> str:
    return str(saying.BANDS[standing.band][1])


@register.filter
def achieved(one: Achievement) -> tuple[str, str]:
    return saying.achieved(one)


@register.simple_tag
def next_in_plan(user: User) -> Choice | None:
    """Eleven queries."""
    return next(iter(ranked(user, at=timezone.now())), None)


@register.simple_tag
def habits_of(user: User) -> Habits:
    """Two queries."""
    return habits(user, at=timezone.now())


@register.simple_tag
def moved_by(attempt: Attempt) -> dict[str, Any]:
    """What an attempt changed, and what was achieved by it. Two queries."""
    return {
        "change": RatingChange.objects.filter(attempt=attempt).first(),
        "achieved": list(achievements(attempt.owner).filter(session=attempt.pk)),
    }
