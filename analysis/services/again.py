"""Starting over: once a click, however often it comes, and so many times a day."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun, StageRun
from analysis.services.runs import NothingToAnalyse, retry_run, start_run
from billing.models import Usage
from billing.services import reserve
from sessions.models import Session


@transaction.atomic
def once(
    *, session: Session, seen: str, start: Callable[[AnalysisRun], AnalysisRun]
) -> AnalysisRun:
    """`start` a run, unless the session has gone on since the page that asks was made.

    `seen` names the run that page knew as the newest, with its revision (`run_token`). A second
    click, or a click in a second tab, gets the run that the first one started. Raises what
    `start` does, and NothingToAnalyse where the session has no run to start from.
    """
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    latest = session.runs.order_by("-created", "-pk").first()
    if latest is None:
        raise NothingToAnalyse(_("There is no recording yet. Upload one or record yourself."))
    if seen and seen != run_token(latest):
        return latest
    return start(latest)


def run_token(run: AnalysisRun) -> str:
    """Changes whenever the session is worked on again: another run, or the same one's retry."""
    return f"{run.pk.hex}.{int(run.is_settled)}"


@transaction.atomic
def reanalyse(*, session: Session, settings: dict[str, Any] | None = None) -> AnalysisRun:
    """Work the session through again, with other settings.

    Raises NothingToAnalyse, and QuotaExceeded past settings.REANALYSES_PER_DAY.
    """
    run = start_run(session=session, settings=settings)
    _count(session)
    return run


@transaction.atomic
def try_again(*, run: AnalysisRun) -> AnalysisRun:
    """What a learner asks for where `retry_run` is an operator's: it counts where there is
    something to do. Raises NothingToAnalyse and QuotaExceeded."""
    again = retry_run(run=run)
    if again.stages.exclude(state__in=StageRun.SETTLED).exists():
        _count(again.session)
    return again


def _count(session: Session) -> None:
    """After the session was locked: that is the order of locks everywhere."""
    reserve(session.owner, Usage.Kind.AGAIN, uuid.uuid4().hex, 1)


def choose_speaker(*, run: AnalysisRun, speaker: str) -> AnalysisRun:
    """Analyse again as this speaker's. Raises NothingToAnalyse for one who is not in `run`."""
    section = run.stages.filter(name="transcribe").values_list("result", flat=True).first() or {}
    if speaker not in {found["id"] for found in section.get("speakers") or []}:
        raise NothingToAnalyse(_("Nobody in this recording is called that."))
    return reanalyse(session=run.session, settings={"speaker": speaker})


def leave_out(*, run: AnalysisRun, names: frozenset[str]) -> None:
    """Skip stages of a run that was made in this transaction and that nobody has claimed."""
    run.stages.filter(name__in=names, state=StageRun.State.WAITING).update(
        state=StageRun.State.SKIPPED, finished_at=Now()
    )
