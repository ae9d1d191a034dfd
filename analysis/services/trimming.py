"""Changing what of a recording counts, and working it through again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun
from analysis.services.again import reanalyse
from analysis.services.inputs import trim_of
from sessions.models import Session
from sessions.services import trim_recording


class PageTooOld(Exception):
    """The session was worked on again since the page that asks was made."""

    def __init__(self) -> None:
        self.message = _(
            "This practice was analysed again after this page was opened, so nothing was changed. "
            "The times you gave are still here: send them again to use them."
        )
        super().__init__(self.message)


@transaction.atomic
def change_trim(
    *,
    session: Session,
    run: AnalysisRun,
    start: float | None,
    end: float | None,
    seen: str = "",
) -> AnalysisRun:
    """Analyse what lies from `start` to `end`, as it was done in `run`, the one shown; a trim that
    the newest run has already, which may be under way, starts nothing. What the trim leaves alone
    is taken over by its digest: the look at the file, and the player's version.

    `seen` (a `run_token`) names the newest run that a page knew: one that knew an older run changes
    nothing. Raises ValidationError, PageTooOld, NothingToAnalyse and QuotaExceeded.
    """
    trim_recording(session=session, start=start, end=end)
    trim = trim_of(session)
    given_up = (AnalysisRun.State.FAILED, AnalysisRun.State.CANCELLED)
    runs = session.runs.order_by("-created", "-pk")
    newest = runs.exclude(state__in=given_up).first() or run
    if trim == newest.settings.get("trim"):
        return newest
    if seen and seen.partition(".")[0] not in {one.pk.hex for one in runs[:1]}:
        raise PageTooOld
    kept = ("scenario", "language", "speaker", "engines")
    settings = {key: run.settings[key] for key in kept if key in run.settings}
    return reanalyse(session=session, settings=settings)
