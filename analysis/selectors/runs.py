"""A session's runs: which one is shown, which one works, what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun, Artifact, Metric
from coaching.accounts.models import User
from sessions.models import Session
from sessions.selectors import Viewer, session_for, visible_to


def runs_of(session: Session) -> QuerySet[AnalysisRun]:
    """Every run, newest first."""
    return AnalysisRun.objects.filter(session=session).order_by("-created", "-pk")


def runs_seen(user: Viewer) -> QuerySet[AnalysisRun]:
    """Runs of every session `user` may see, newest first, with what an answer shows of them."""
    return (
        AnalysisRun.objects.filter(session__in=visible_to(user))
        .select_related("session", "transcript")
        .prefetch_related("stages")
        .order_by("-created", "-pk")
    )


def run_for(user: Viewer, run_id: UUID | str) -> AnalysisRun:
    """One run, or Http404; seeing it through a grant is audited."""
    try:
        run = runs_seen(user).filter(pk=run_id).first()
    except (ValueError, ValidationError):
        run = None
    if run is None:
        raise Http404(_("There is no such analysis."))
    session_for(user, run.session_id, what="read an analysis")
    return run


def latest_run(session: Session) -> AnalysisRun | None:
    """The run to watch: the newest, settled or not."""
    return runs_of(session).select_related("session").first()


def current_run(session: Session) -> AnalysisRun | None:
    """The run whose result the page shows, with all that a document is built from."""
    run = (
        AnalysisRun.objects.filter(session=session, is_current=True)
        .select_related("transcript")
        .prefetch_related(
            "stages",
            Prefetch("artifacts", Artifact.objects.only("run", "kind", "key", "content_type")),
        )
        .first()
    )
    if run is not None:
        run.session = session
    return run


def praise_in(run: AnalysisRun) -> list[dict[str, Any]]:
    """What went well: [{skill, text, evidence}]; it stands beside the agreed document."""
    found = (stage.result for stage in run.stages.all() if stage.name == "recommend")
    return list((next(found, None) or {}).get("praise") or [])


@dataclass(frozen=True)
class Point:
    """One session's value of a metric."""

    session: Session
    value: float
    at: datetime


def metric_history(user: Viewer, path: str, *, owner: User | None = None) -> list[Point]:
    """Values of the metric `path` in every session of `owner` (default: their own) that `user`
    may see, oldest first; each session counts once, with the result it shows."""
    sessions = visible_to(user).filter(owner=(owner or user).pk)
    found = (
        Metric.objects.filter(path=path, run__is_current=True, run__session__in=sessions)
        .select_related("run__session")
        .order_by("run__session__created", "pk")
    )
    return [Point(m.run.session, m.value, m.run.session.created) for m in found]


def metric_paths(user: Viewer) -> list[str]:
    """Metrics that any of the user's own sessions has, for a choice of trends."""
    found = Metric.objects.filter(run__is_current=True, run__session__in=visible_to(user))
    return sorted(set(found.values_list("path", flat=True)))
