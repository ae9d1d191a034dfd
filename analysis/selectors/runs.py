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

from analysis.graph import STAGES
from analysis.models import AnalysisRun, Artifact, Metric, Score, StageRun
from sessions.models import Session
from sessions.selectors import Viewer, record_uses, visible_to


def runs_of(session: Session) -> QuerySet[AnalysisRun]:
    """Every run, newest first."""
    return AnalysisRun.objects.filter(session=session).order_by("-created", "-pk")


def runs_seen(user: Viewer) -> QuerySet[AnalysisRun]:
    """Runs of every session `user` may see, newest first, with what an answer shows of them."""
    return (
        AnalysisRun.objects.filter(session__in=visible_to(user))
        .select_related("session", "transcript")
        .prefetch_related(Prefetch("stages", StageRun.objects.order_by("pk")))
        .order_by("-created", "-pk")
    )


def run_for(user: Viewer, run_id: UUID | str) -> AnalysisRun:
    """One run, or Http404; seeing it through a grant is audited."""
    run = _found(runs_seen(user), run_id)
    record_uses(user, [run.session], what="read an analysis")
    return run


def own_run(user: Viewer, run_id: UUID | str) -> AnalysisRun:
    """A run of the user's own: what may be changed. Http404 for any other."""
    return _found(runs_seen(user).filter(session__owner=user.pk), run_id)


def _found(runs: QuerySet[AnalysisRun], run_id: UUID | str) -> AnalysisRun:
    try:
        return runs.get(pk=run_id)
    except (AnalysisRun.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(_("There is no such analysis.")) from error


def latest_run(session: Session) -> AnalysisRun | None:
    """The run to watch: the newest, settled or not."""
    return runs_of(session).select_related("session").first()


def another_try_may_help(run: AnalysisRun) -> bool:
    """Whether a stage failed as often as it may. One that fails at once says what the file is,
    and would say so again."""
    failed = run.stages.filter(state=StageRun.State.FAILED)
    return any(stage.failures >= STAGES[stage.name].max_attempts for stage in failed)


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


def scored_otherwise(version: str) -> QuerySet[Session]:
    """Sessions that show a result scored under other curves than `version`, oldest first."""
    shown = Score.objects.filter(skill="overall", run__is_current=True).exclude(version=version)
    return (
        Session.objects.filter(deleted_at=None, pk__in=shown.values("run__session"))
        .select_related("owner")
        .order_by("created", "pk")
    )


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


def metric_history(user: Viewer, path: str) -> list[Point]:
    """Values of the metric `path` in every session of the user's own, oldest first; each session
    counts once, with the result it shows."""
    found = (
        _own_metrics(user)
        .filter(path=path)
        .select_related("run__session")
        .order_by("run__session__created", "pk")
    )
    return [Point(m.run.session, m.value, m.run.session.created) for m in found]


def metric_paths(user: Viewer) -> list[str]:
    """Metrics that any of the user's own sessions has, for a choice of trends."""
    return sorted(set(_own_metrics(user).values_list("path", flat=True)))


def _own_metrics(user: Viewer) -> QuerySet[Metric]:
    own = visible_to(user).filter(owner=user.pk, is_drill=False, is_listed=True)
    return Metric.objects.filter(run__is_current=True, run__session__in=own)
