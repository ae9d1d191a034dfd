"""What the layers below tell, and what it means for prepared answers, drills and
recommendations."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from analysis.document import build
from analysis.models import AnalysisRun
from analysis.signals import result_shown
from drills.feedback import feedback_of
from drills.models import PreparedAnswer
from drills.services.attempts import judge
from drills.services.recommendations import drill_done, offer


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
