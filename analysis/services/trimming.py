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
    """Analyse what lies from `start` to `end`, as it was done in `run`; a trim that is the same
    already starts nothing. What the trim leaves alone is taken over by its digest: the look at the
    file, and the player's version.

    Raises ValidationError, NothingToAnalyse and QuotaExceeded.
    """
    trim_recording(session=session, start=start, end=end)
    trim = trim_of(session)
    if trim == run.settings.get("trim"):
        return run
    kept = ("scenario", "language", "speaker", "engines")
    settings = {key: run.settings[key] for key in kept if key in run.settings}
    return reanalyse(session=session, settings=settings)
