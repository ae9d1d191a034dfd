"""Changing what of a recording counts, and working it through again."""

from __future__ import annotations

from django.db import transaction

from analysis.models import AnalysisRun
from analysis.services.again import reanalyse
from analysis.services.inputs import trim_of
from sessions.models import Session
from sessions.services import trim_recording


@transaction.atomic
def change_trim(
    *, session: Session, run: AnalysisRun, start: float | None, end: float | None
) -> AnalysisRun:
    """Analyse what lies from `start` to `end`, as it was done in `run`, the one shown; a trim that
    the newest run has already, which may be under way, starts nothing. What the trim leaves alone
    is taken over by its digest: the look at the file, and the player's version.

    Raises ValidationError, NothingToAnalyse and QuotaExceeded.
    """
    trim_recording(session=session, start=start, end=end)
    trim = trim_of(session)
    given_up = (AnalysisRun.State.FAILED, AnalysisRun.State.CANCELLED)
    newest = session.runs.exclude(state__in=given_up).order_by("-created", "-pk").first() or run
    if trim == newest.settings.get("trim"):
        return newest
    kept = ("scenario", "language", "speaker", "engines")
    settings = {key: run.settings[key] for key in kept if key in run.settings}
    return reanalyse(session=session, settings=settings)
