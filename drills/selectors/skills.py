"""A skill over somebody's own practices: how its measure moved, what shows it, what trains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KT

from analysis.models import AnalysisRun, Metric, Score, StageRun
from analysis.targets import targets
from drills.change import Range
from drills.models import Attempt, Drill, Question
from drills.selectors.bank import candidates
from drills.selectors.drills import kept_attempts, library
from drills.skills import ABOUT, TRAINS
from sessions.models import Session
from sessions.selectors import Viewer
from workers.engines.types import COUNTED, SKILLS

LOOKED_AT, DRAWN, SPARK = 200, 30, 10
"""Practices among which kinds of talk are offered; most on a line; most on a small one."""
HEARD, SHOWN = 3, 6
"""Latest practices whose moments are shown, and how many of them."""
FULL = ("full", "transcript", "rescore")
"""Profiles of a whole practice: no typed text, no drill."""


@dataclass(frozen=True)
class Practice:
    """A practice with a result, as little of it as a line needs."""

    run: UUID
    session: Session
    at: datetime
    scenario: str


@dataclass(frozen=True)
class Point:
    practice: Practice
    value: float


@dataclass(frozen=True)
class Moment:
    """Something to hear: in `session`, from `start` to `end` (s)."""

    session: Session
    start: float
    end: float | None
    text: str


@dataclass(frozen=True)
class Reached:
    """A drill, and the best of the attempts at it."""

    drill: Drill
    tries: int
    best: Attempt | None


def practices(user: Viewer) -> list[Practice]:
    """The user's newest full practices that a list names, the newest first; not the sample. One
    query, however many there are (index practice_list_created)."""
    runs = (
        AnalysisRun.objects.filter(
            is_current=True,
            profile__in=FULL,
            session__owner=user.pk,
            session__deleted_at=None,
            session__is_listed=True,
            session__is_drill=False,
            session__is_sample=False,
        )
        .annotate(judged=KT("settings__scenario"))
        .select_related("session")
        .only(
            "pk", "session__id", "session__title", "session__kind", "session__created",
            "session__is_drill",
        )
        .order_by("-session__created", "-session__pk")[:LOOKED_AT]
    )  # fmt: skip
    return [
        Practice(one.pk, one.session, one.session.created, one.judged or one.session.kind)
        for one in runs
    ]


def scenarios(found: Sequence[Practice]) -> list[str]:
    """Kinds of talk among these, the newest first."""
    return list(dict.fromkeys(one.scenario for one in found))


def line(path: str, found: Sequence[Practice]) -> list[Point]:
    """The measure in those of `found` that have it, oldest first, at most DRAWN. One query."""
    newest = {one.run: one for one in found[:DRAWN]}
    values = dict(Metric.objects.filter(run__in=newest, path=path).values_list("run", "value"))
    return [Point(one, values[run]) for run, one in reversed(newest.items()) if run in values]


def scores(found: Sequence[Practice]) -> dict[str, list[tuple[Practice, float]]]:
    """Each score over the newest SPARK of these, oldest first: only what counts, and only under
    the curves of the newest. One query."""
    newest = {one.run: one for one in found[:SPARK]}
    rows = Score.objects.filter(
        run__in=newest, skill__in=SKILLS, value__isnull=False, reliability__gte=COUNTED
    ).values_list("run", "skill", "value", "version")
    by_skill: dict[str, dict[UUID, tuple[float, str]]] = defaultdict(dict)
    for run, skill, value, version in rows:
        assert value is not None  # noqa: S101 - left out above
        by_skill[skill][run] = (value, version)
    made = {}
    for skill, known in by_skill.items():
        last = next(version for run in newest if run in known for _v, version in [known[run]])
        made[skill] = [
            (one, known[run][0])
            for run, one in reversed(newest.items())
            if run in known and known[run][1] == last
        ]
    return made


def latest_values(found: Sequence[Practice]) -> dict[str, float]:
    """The newest value of every skill's measure, by skill. One query."""
    newest = [one.run for one in found[:SPARK]]
    paths = {about.measure: skill for skill, about in ABOUT.items()}
    rows = Metric.objects.filter(run__in=newest, path__in=paths).values_list("run", "path", "value")
    known: dict[str, tuple[int, float]] = {}
    for run, path, value in rows:
        place = newest.index(run)
        known[path] = min(known.get(path, (place, value)), (place, value))
    return {paths[path]: value for path, (_place, value) in known.items()}


def heard(skill: str, found: Sequence[Practice]) -> tuple[list[Moment], Range | None]:
    """What shows a skill in the newest HEARD of these, and the range of its measure that scores
    well in this kind of talk; None where none is published. One query."""
    newest = {one.run: one for one in found[:HEARD]}
    rows = StageRun.objects.filter(run__in=newest, name="score", state=StageRun.State.DONE)
    results = dict(rows.values_list("run", "result"))
    about = ABOUT[skill]
    aim: Range | None = None
    moments: list[Moment] = []
    for run, practice in newest.items():
        result = results.get(run)
        if not result:
            continue
        if aim is None:
            aim = targets({"scores": result}).get(about.measure)
        moments += [
            Moment(practice.session, one["start"], one["end"], one["text"])
            for one in (result.get(about.score) or {}).get("evidence") or []
            if one["start"] is not None and one["kind"] in about.moments
        ]
    return moments[:SHOWN], aim or _mark(skill)


def _mark(skill: str) -> Range | None:
    """Where no curve judges the measure: the mark of the first drill that trains it."""
    path = ABOUT[skill].measure
    alike = Drill.objects.filter(skill=skill, metric=path, is_active=True).order_by("level", "pk")
    return alike.values_list("low", "high").first()


def reached(user: Viewer, skill: str) -> list[Reached]:
    """The skill's drills by level, each with one's best. Two queries."""
    judged = kept_attempts(user).filter(drill__skill=skill, state=Attempt.State.JUDGED)
    best: dict[int, Attempt] = {}
    tries: dict[int, int] = defaultdict(int)
    for one in judged.order_by("-score", "created")[:LOOKED_AT]:
        best.setdefault(one.drill_id, one)
        tries[one.drill_id] += 1
    return [Reached(one, tries[one.pk], best.get(one.pk)) for one in library(skill=skill)]


def drilled(user: Viewer, skill: str) -> list[datetime]:
    """When the skill's drills were recorded and judged, oldest first. One query."""
    judged = kept_attempts(user).filter(drill__skill=skill, state=Attempt.State.JUDGED)
    return list(judged.order_by("created").values_list("created", flat=True)[:LOOKED_AT])


def questions(skill: str, *, first: Sequence[int] = (), most: int = 3) -> list[Question]:
    """Some of the bank that train it; those of `first` before others. At most one query."""
    if skill not in TRAINS:
        return []
    pool = candidates(field=Question.Field.GENERAL, kinds=TRAINS[skill])
    found = pool.filter(Q(pk__in=first) | Q(level=Question.Level.ANY)).only(
        "pk", "text", "why", "good", "kind"
    )
    return sorted(found[:LOOKED_AT], key=lambda one: (one.pk not in first, one.pk))[:most]


def passed(user: Viewer) -> dict[str, int]:
    """How many drills of each skill somebody passed. One query."""
    done = kept_attempts(user).filter(passed=True).values_list("drill__skill", "drill").distinct()
    counted: dict[str, int] = defaultdict(int)
    for skill, _drill in done:
        counted[skill] += 1
    return dict(counted)
