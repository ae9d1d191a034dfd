"""What the layers below tell, and what it means for prepared answers, drills,
recommendations and plans."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from analysis.document import build
from analysis.models import AnalysisRun
from analysis.signals import result_shown
from drills.feedback import feedback_of
from drills.models import Attempt, PreparedAnswer
from drills.services.achievements import achieve_by_attempt, achieve_by_practice
from drills.services.attempts import judge
from drills.services.comparisons import renew_for
from drills.services.plan import rate, replay
from drills.services.recommendations import drill_done, offer
from sessions.models import Session
from sessions.signals import session_deleted, session_restored


@receiver(result_shown, sender=AnalysisRun)
def keep_feedback(*, run: AnalysisRun, **_: Any) -> None:
    """An answer's analysis, or a newer one of it, has its result."""
    with transaction.atomic():  # what fails here undoes nothing of the result's own
        answers = list(PreparedAnswer.objects.filter(part__session=run.session_id))
        if answers:
            found = feedback_of(build(run))
            PreparedAnswer.objects.filter(pk__in=[one.pk for one in answers]).update(feedback=found)


@receiver(result_shown, sender=AnalysisRun)
def judge_attempt(*, run: AnalysisRun, **_: Any) -> None:
    with transaction.atomic():  # as above
        attempt = judge(run)
    if attempt is not None:
        drill_done(attempt=attempt)


@receiver(result_shown, sender=AnalysisRun)
def recommend(*, run: AnalysisRun, **_: Any) -> None:
    offer(run=run)


@receiver(result_shown, sender=AnalysisRun)
def move_plan(*, run: AnalysisRun, **_: Any) -> None:
    """After `judge_attempt`: receivers are called in the order in which they stand here."""
    with transaction.atomic():  # as above
        attempt = Attempt.objects.select_related("drill__rating", "owner", "session").filter(
            session=run.session_id
        ).first()  # fmt: skip
        if attempt is not None:
            achieve_by_attempt(attempt, rate(attempt))
        else:
            achieve_by_practice(run)


@receiver([session_deleted, session_restored], sender=Session)
def rate_without(*, session: Session, **_: Any) -> None:
    """A deleted attempt counts no more; one that was taken back counts again."""
    attempt = Attempt.objects.select_related("drill", "owner").filter(session=session).first()
    if attempt is not None:
        replay(owner=attempt.owner, skill=attempt.drill.skill)


@receiver(result_shown, sender=AnalysisRun)
def compare_with_preparation(*, run: AnalysisRun, **_: Any) -> None:
    with transaction.atomic():  # as above
        renew_for(run)
