"""What is recommended from a result, how the learner answers, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analysis.document import Document, build
from analysis.models import AnalysisRun
from analysis.selectors.history import scenario_of
from coaching.accounts.models import User
from drills.advice import AGAIN, CARRY, QUESTION, from_result
from drills.models import Attempt, Drill, Outcome, Question, Recommendation
from drills.selectors.bank import asked_lately, candidates
from drills.skills import TRAINS
from sessions.models import Session
from workers.engines.types import SKILLS

Kind, State = Recommendation.Kind, Recommendation.State
LATEST, OFTEN = 5, 3
"""A skill is worth its own page where it came up in OFTEN of the LATEST practices (our choice)."""
SNOOZES = (1, 7)
"""Days that something may be put off."""
FOLLOWED = timedelta(days=180)
"""How long it is looked at what came of a recommendation."""


@transaction.atomic
def offer(*, run: AnalysisRun) -> list[Recommendation]:
    """What the result that the session of `run` shows asks for, in place of what an older one did.

    How something was answered stays through a new analysis; what was not answered and is not asked
    for any more goes. Nothing for a session that no list names, a drill or the sample.
    """
    session = run.session
    if not session.is_listed or session.is_drill or session.is_sample or session.deleted_at:
        return []
    document = build(run)
    there = {
        (one.kind, one.code): one
        for one in Recommendation.objects.select_for_update()
        .filter(session=session)
        .exclude(code=CARRY)  # of a drill, not of the result
    }
    made = []
    for wanted in _wanted(run, document):
        found = there.pop((wanted["kind"], wanted["code"]), None)
        found = found or Recommendation(session=session, owner_id=session.owner_id)
        if found.target and found.target != wanted["target"]:  # what was answered was another thing
            found.state, found.answered_at, found.snoozed_until = State.OFFERED, None, None
        for name, value in wanted.items():
            setattr(found, name, value)
        found.save()
        made.append(found)
    gone = [one.pk for one in there.values() if one.state == State.OFFERED]
    Recommendation.objects.filter(pk__in=gone).delete()
    _measure_again(run, document)
    return made


def _wanted(run: AnalysisRun, document: Document) -> Iterator[dict[str, Any]]:
    """Fields of each: a drill for each of the document's steps, then what follows from them."""
    common: dict[str, Any] = {
        "run": run,
        "practised_at": run.session.created,
        "scenario": scenario_of(run),
        "curves": document["scores"]["overall"]["version"] or "",
    }
    steps = [common | one for one in _steps(document)]
    yield from steps
    if again := _comes_again(run.session, steps):
        yield again
    if question := _question(run.session, steps):
        yield question


def _steps(document: Document) -> Iterator[dict[str, Any]]:
    items = [one for one in document["recommendations"] if one.get("drill")]
    skills = dict(
        Drill.objects.filter(slug__in=[one["drill"] for one in items]).values_list("slug", "skill")
    )
    for item in items:
        code, params = item.get("code") or "", item.get("params") or {}
        if item["drill"] not in skills or from_result(code, params) is None:
            continue  # of an operator who removed the drill, or of an older engine
        measure = item.get("measure") or ""
        part = _part(document, measure, item["skill"])
        yield {
            "kind": Kind.DRILL,
            "target": item["drill"],
            "skill": skills[item["drill"]],
            "code": code,
            "params": params,
            "measure": measure,
            "value": part["measured"] if part else None,
            "points": part["score"] if part else None,
            "moments": [
                {"start": one["start"], "end": one["end"], "text": one["text"]}
                for one in item["evidence"]
                if one["start"] is not None
            ],
        }


def _part(document: Document, measure: str, skill: str = "") -> dict[str, Any] | None:
    """What the curve made of a measure: of `skill`, else of the first skill that reads it."""
    for name in [skill] if skill else SKILLS:
        for part in document["scores"][name].get("parts") or []:
            if part["measure"] == measure:
                found: dict[str, Any] = part
                return found
    return None


def _comes_again(session: Session, steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The skill that most of the latest practices, this one among them, asked for."""
    earlier = (
        Recommendation.objects.filter(
            owner=session.owner_id,
            kind=Kind.DRILL,
            session__deleted_at=None,
            practised_at__lt=session.created,
        )
        .order_by("-practised_at")
        .values_list("session", "skill")[: 3 * LATEST]
    )
    practices: dict[Any, set[str]] = {}
    for pk, skill in earlier:
        practices.setdefault(pk, set()).add(skill)
    latest = [{one["skill"] for one in steps}, *list(practices.values())[: LATEST - 1]]
    times = Counter(skill for skills in latest for skill in skills)
    often = [one for one in steps if times[one["skill"]] >= OFTEN]
    if not often:
        return None
    chosen = max(often, key=lambda one: times[one["skill"]])
    told = {"times": times[chosen["skill"]], "of": len(latest)}
    return chosen | {"kind": Kind.SKILL, "target": chosen["skill"], "code": AGAIN, "params": told}


def _question(session: Session, steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """For an interview: a question of the bank that trains the first skill which questions can,
    the same each time the session is analysed."""
    weak = next((one for one in steps if one["skill"] in TRAINS), None)
    if weak is None or session.kind != Session.Kind.INTERVIEW:
        return None
    wanted = weak | {"kind": Kind.QUESTION, "code": QUESTION, "params": {}}
    there = Recommendation.objects.filter(session=session, kind=Kind.QUESTION).first()
    if there and Question.objects.filter(pk=there.target, is_active=True).exists():
        return wanted | {"target": there.target}
    pool = candidates(field=Question.Field.GENERAL, kinds=TRAINS[wanted["skill"]])
    known = asked_lately(session.owner)
    ids = [pk for pk in pool.order_by("pk").values_list("pk", flat=True) if pk not in known]
    if not ids:
        return None
    return wanted | {"target": str(ids[session.pk.int % len(ids)])}


def _measure_again(run: AnalysisRun, document: Document) -> None:
    """What came of earlier recommendations: their measure in this practice of the same kind, under
    the same curves. An older practice that is analysed anew overrides no newer one."""
    session = run.session
    Outcome.objects.filter(session=session).delete()
    version = document["scores"]["overall"]["version"]
    earlier = Recommendation.objects.filter(
        Q(outcome=None) | Q(outcome__session__created__lte=session.created),
        owner=session.owner_id,
        scenario=scenario_of(run),
        curves=version or "",
        points__isnull=False,
        practised_at__lt=session.created,
        practised_at__gt=session.created - FOLLOWED,
    )
    parts = {one: _part(document, one) for one in set(earlier.values_list("measure", flat=True))}
    found = [
        Outcome(recommendation_id=pk, session=session, value=part["measured"], points=part["score"])
        for pk, measure in earlier.values_list("pk", "measure")
        if (part := parts[measure])
    ]
    Outcome.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["recommendation"],
        update_fields=["session", "value", "points"],
    )


@transaction.atomic
def drill_done(*, attempt: Attempt) -> None:
    """A drill that was recommended and recorded is one taken on; passed, it asks for a whole
    practice of the kind that it was recommended for, to hear whether it carries over."""
    asked = (
        Recommendation.objects.select_for_update(of=("self",))
        .filter(
            owner=attempt.owner_id,
            kind=Kind.DRILL,
            target=attempt.drill.slug,
            practised_at__lt=attempt.created,
            session__deleted_at=None,
        )
        .order_by("-practised_at")
        .first()
    )
    if asked is None:
        return
    answered = asked.answered_at  # another analysis of the drill overrules no later answer
    if asked.state != State.ACCEPTED and (answered is None or answered < attempt.created):
        _answered(asked, State.ACCEPTED, attempt.created)
    if attempt.passed:
        fields = (
            "owner_id", "run_id", "skill", "moments", "measure", "value", "points", "scenario",
            "curves", "practised_at",
        )  # fmt: skip
        Recommendation.objects.get_or_create(
            session_id=asked.session_id,
            kind=Kind.PRACTICE,
            code=CARRY,
            defaults={name: getattr(asked, name) for name in fields}
            | {
                "target": asked.scenario,
                "params": {"drill": attempt.drill.title, "scenario": asked.scenario},
            },
        )


@transaction.atomic
def accept(*, recommendation: Recommendation, at: datetime | None = None) -> Recommendation:
    """Take it on; pressed twice it is taken on once."""
    found = _locked(recommendation)
    if found.state == State.ACCEPTED:
        return found
    return _answered(found, State.ACCEPTED, at or timezone.now())


@transaction.atomic
def accept_question(*, owner: User, question: Question) -> None:
    """A recommended question that is begun is one taken on, as a drill that is recorded."""
    asked = Recommendation.objects.filter(
        owner=owner, kind=Kind.QUESTION, target=str(question.pk), session__deleted_at=None
    )
    newest = asked.order_by("-practised_at").first()
    if newest is not None:
        accept(recommendation=newest)


@transaction.atomic
def snooze(
    *, recommendation: Recommendation, days: int, at: datetime | None = None
) -> Recommendation:
    """Put it off for `days` of SNOOZES from `at`. Raises ValueError for another number."""
    if days not in SNOOZES:
        raise ValueError(f"no one of {SNOOZES}: {days}")
    now = at or timezone.now()
    return _answered(_locked(recommendation), State.SNOOZED, now, now + timedelta(days=days))


@transaction.atomic
def dismiss(*, recommendation: Recommendation, at: datetime | None = None) -> Recommendation:
    """Put it away; pressed twice it is put away once."""
    found = _locked(recommendation)
    if found.state == State.DISMISSED:
        return found
    return _answered(found, State.DISMISSED, at or timezone.now())


@transaction.atomic
def take_back(*, recommendation: Recommendation) -> Recommendation:
    """As if it had not been answered."""
    return _answered(_locked(recommendation), State.OFFERED, None)


def _locked(recommendation: Recommendation) -> Recommendation:
    found = Recommendation.objects.select_for_update(of=("self",)).select_related("session")
    return found.get(pk=recommendation.pk)


def _answered(
    found: Recommendation, state: str, at: datetime | None, until: datetime | None = None
) -> Recommendation:
    found.state, found.answered_at, found.snoozed_until = state, at, until
    found.save(update_fields=["state", "answered_at", "snoozed_until"])
    return found


ACTS: Mapping[str, Callable[[Recommendation], Recommendation]] = {
    "accept": lambda one: accept(recommendation=one),
    "snooze-1": lambda one: snooze(recommendation=one, days=1),
    "snooze-7": lambda one: snooze(recommendation=one, days=7),
    "dismiss": lambda one: dismiss(recommendation=one),
    "undo": lambda one: take_back(recommendation=one),
}
"""What a button of a page does."""
