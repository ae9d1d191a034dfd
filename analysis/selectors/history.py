"""The learner's own earlier results of the same kind of talk."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from analysis.models import AnalysisRun, Metric, Score
from sessions.models import Session

LAST = 10


@dataclass(frozen=True)
class Past:
    """What an earlier session had for a measure."""

    session: Session
    value: float


@dataclass(frozen=True)
class Earlier:
    """`metrics` by path and `scores` by skill, oldest first."""

    scenario: str
    metrics: dict[str, list[Past]] = field(default_factory=dict)
    scores: dict[str, list[float]] = field(default_factory=dict)


def earlier_results(run: AnalysisRun) -> Earlier:
    """Up to LAST results before `run`'s session, of its owner and judged as the same kind of talk.

    Scores count only under the same version of the curves, and the overall only where it was
    worked out from the same skills. Asks the database three times, however many there are.
    """
    session, scenario = run.session, scenario_of(run)
    alike = Q(settings__scenario=scenario)
    if scenario == session.kind:
        alike |= Q(settings__scenario__isnull=True)
    shown = (
        AnalysisRun.objects.filter(
            alike,
            is_current=True,
            session__owner=session.owner_id,
            session__deleted_at=None,
            session__is_drill=False,
            session__is_listed=True,
            session__created__lt=session.created,
            session__kind=session.kind,
        )
        .select_related("session")
        .order_by("-session__created", "-pk")[:LAST]
    )
    runs = {one.pk: one for one in reversed(shown)}
    if not runs:
        return Earlier(scenario)
    metrics: dict[str, dict[UUID, float]] = defaultdict(dict)
    for path, of, value in Metric.objects.filter(run__in=runs).values_list("path", "run", "value"):
        metrics[path][of] = value
    return Earlier(
        scenario,
        {
            path: [Past(one.session, got[pk]) for pk, one in runs.items() if pk in got]
            for path, got in metrics.items()
        },
        _scores(run, runs),
    )


def _scores(run: AnalysisRun, runs: dict[UUID, AnalysisRun]) -> dict[str, list[float]]:
    by_run: dict[UUID, dict[str, Score]] = defaultdict(dict)
    for score in Score.objects.filter(run__in=[run.pk, *runs]).exclude(value=None):
        by_run[score.run_id][score.skill] = score
    mine = by_run.pop(run.pk, {})
    found: dict[str, list[float]] = defaultdict(list)
    for pk in runs:
        for skill, score in by_run[pk].items():
            alike = skill in mine and score.version == mine[skill].version
            if alike and (skill != "overall" or set(by_run[pk]) == set(mine)):
                assert score.value is not None  # noqa: S101 - left out above
                found[skill].append(score.value)
    return dict(found)


def scenario_of(run: AnalysisRun) -> str:
    """The kind of talk `run` was judged as."""
    return str(run.settings.get("scenario") or run.session.kind)
