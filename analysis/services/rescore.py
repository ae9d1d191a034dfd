"""Scoring old results again under new curves; what was measured stays as it is."""

from __future__ import annotations

from django.db import transaction

from analysis.models import AnalysisRun
from analysis.services.runs import start_run
from analysis.services.states import UNSETTLED
from sessions.models import Session

BEHIND = -10
"""Priority: nobody who waits for a first result waits for this."""


@transaction.atomic
def rescore(*, session: Session) -> AnalysisRun:
    """A run that scores the session's shown result again, under the settings it was made with.

    A run that is not settled yet is returned instead: it ends with today's scores anyway. Raises
    NothingToAnalyse for a deleted session.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    working = session.runs.filter(state__in=UNSETTLED).order_by("-created").first()
    if working is not None:
        return working
    shown = session.runs.filter(is_current=True).first()
    return start_run(
        session=session,
        profile="rescore",
        settings=shown.settings if shown else None,
        parent=shown,
        priority=BEHIND,
    )
