"""What is worth doing next, for every page that says so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from drills.advice import Words, words
from drills.learning import Answer, Cell, factors
from drills.models import Drill, Question, Recommendation
from drills.models.recommendations import DISMISSED_FOR
from drills.selectors.drills import drills_named
from sessions.models import Session
from sessions.selectors import Viewer

Kind, State = Recommendation.Kind, Recommendation.State
CONSIDERED, REMEMBERED, HELD_BACK = 60, 300, 10
"""Recommendations that are ranked, the newest practices' first; answers that are learnt from; what
can be taken back at one place."""
HALF_LIFE = timedelta(days=14)
"""How fast a result loses weight against newer ones (our choice)."""
LEAST_NEED = 0.1
_SHARE = {Kind.DRILL: 1.0, Kind.PRACTICE: 0.9, Kind.QUESTION: 0.6, Kind.SKILL: 0.5}
"""What each kind counts: a drill is the smallest thing that helps."""


@dataclass(frozen=True)
class Advised:
    """A recommendation that can be shown: in words, with where it leads."""

    recommendation: Recommendation
    words: Words
    url: str
    action: str
    place: float
    """What it is ranked by."""


def own_recommendations(user: Viewer) -> QuerySet[Recommendation]:
    """The user's own, of practices that are still there."""
    return Recommendation.objects.filter(
        owner=user.pk, session__deleted_at=None, session__is_listed=True
    )


def own_recommendation(user: Viewer, pk: uuid.UUID | str) -> Recommendation:
    """One of the user's own, or Http404."""
    try:
        return own_recommendations(user).select_related("session").get(pk=pk)
    except (Recommendation.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(_("There is no such recommendation.")) from error


def recommended(
    user: Viewer, *, at: datetime, skill: str = "", kinds: Iterable[str] = (), limit: int = 3
) -> list[Advised]:
    """What is worth doing now, the first first: what the learner took on, then what is open by how
    much its measure needs it, how new the result is, and what earlier answers say.

    Of the recommendations of the same thing the newest practice's counts. What was taken on leaves
    the list once a later practice has measured it again. At most five queries.
    """
    considered, of_kind = list(_considered(user)), set(kinds)
    newest: dict[tuple[str, str], Recommendation] = {}
    for one in considered:
        newest.setdefault((one.kind, one.target), one)
    aside = {(one.kind, one.target) for one in considered if one.is_aside(at)}
    wanted = [
        one
        for thing, one in newest.items()
        if (one.state == State.ACCEPTED or (one.is_open(at) and thing not in aside))
        and not _is_over(one)
        and skill in {"", one.skill}
        and one.kind in (of_kind or {one.kind})
    ]
    if not wanted:
        return []
    learnt = _learnt(user, at)
    shown = shown_as(wanted, {one.pk: rank(one, learnt, at) for one in wanted})
    taken = [one for one in shown if one.recommendation.state == State.ACCEPTED]
    rest = [one for one in shown if one.recommendation.state != State.ACCEPTED]
    by_place = sorted(rest, key=lambda one: -one.place)
    return [*sorted(taken, key=lambda one: -one.place), *by_place][:limit]


def held_back(user: Viewer, *, at: datetime) -> list[Advised]:
    """What the learner put off or put away, the latest answer first, to be taken back."""
    since = at - DISMISSED_FOR
    held = own_recommendations(user).filter(answered_at__gt=since).exclude(state=State.ACCEPTED)
    newest = held.select_related("session").order_by("-answered_at")[:HELD_BACK]
    return shown_as([one for one in newest if one.is_aside(at)])


def _considered(user: Viewer) -> QuerySet[Recommendation]:
    newest = own_recommendations(user).select_related("session", "outcome__session")
    return newest.order_by("-practised_at", "pk")[:CONSIDERED]


def _is_over(one: Recommendation) -> bool:
    """Whether a practice since has shown what came of it."""
    outcome = getattr(one, "outcome", None)
    if outcome is None or outcome.session.deleted_at is not None:
        return False
    if one.kind == Kind.PRACTICE:
        return True
    accepted = one.state == State.ACCEPTED and one.answered_at is not None
    return accepted and outcome.session.created > one.answered_at


def rank(one: Recommendation, learnt: Mapping[Cell, float], at: datetime) -> float:
    """0 and up: need x kind x newness x what was learnt (drills.learning)."""
    outcome = getattr(one, "outcome", None)
    points = one.points if outcome is None else outcome.points
    need = max(LEAST_NEED, 1 - (points if points is not None else 50.0) / 100)
    newness = 0.5 ** (max(at - one.practised_at, timedelta()) / HALF_LIFE)
    return float(need * _SHARE[Kind(one.kind)] * newness * learnt[one.skill, one.kind])


def shown_as(
    found: Sequence[Recommendation], places: Mapping[uuid.UUID, float] | None = None
) -> list[Advised]:
    """In words, without what cannot be done any more: a retired drill or question. Two queries."""
    drills = _by_target(drills_named(_targets(found, Kind.DRILL)), "slug")
    asked = [pk for pk in _targets(found, Kind.QUESTION) if pk.isdecimal()]
    pool = Question.objects.filter(pk__in=asked, is_active=True).only("pk", "text")
    questions = _by_target(pool, "pk") if asked else {}
    made = []
    for one in found:
        subject, url, action = "", "", ""
        if one.kind == Kind.DRILL and (drill := drills.get(one.target)):
            url = drill.get_absolute_url()
            action = _("Drill: %(title)s") % {"title": drill.title}
        elif one.kind == Kind.QUESTION and (question := questions.get(one.target)):
            subject, url = question.text, skill_url(one.skill) + "#questions"
            action = _("Answer it")
        elif one.kind == Kind.SKILL:
            url, action = skill_url(one.skill), _("See how it goes")
        elif one.kind == Kind.PRACTICE:
            url = f"{reverse('sessions:new')}?kind={one.target}"
            action = _("Begin a practice")
        said = words(one.code, one.params, skill=one.skill, subject=subject) if url else None
        if said:
            made.append(Advised(one, said, url, action, (places or {}).get(one.pk, 0.0)))
    return made


def _targets(found: Iterable[Recommendation], kind: str) -> set[str]:
    return {one.target for one in found if one.kind == kind}


def _by_target(found: Iterable[Any], name: str) -> dict[str, Any]:
    return {str(getattr(one, name)): one for one in found}


def skill_url(skill: str) -> str:
    return reverse("drills:skill", args=[skill])


def of_result(user: Viewer, session: Session) -> dict[str, Recommendation]:
    """What the user was advised from one result of theirs, by its reason. One query."""
    found = own_recommendations(user).filter(session=session, kind=Kind.DRILL)
    return {one.code: one for one in found}


def put_aside(user: Viewer, *, at: datetime) -> dict[str, float]:
    """What advice says of drills by name, where it says anything: 0 while one is put off or put
    away, else the factor of its skill (drills.learning). Three queries."""
    learnt = _learnt(user, at)
    skills = {skill for skill, kind in learnt if kind == Kind.DRILL}
    slugs = Drill.objects.filter(is_active=True, skill__in=skills).values_list("slug", "skill")
    found = {slug: learnt[skill, Kind.DRILL] for slug, skill in slugs} if skills else {}
    since = at - DISMISSED_FOR
    held = own_recommendations(user).filter(kind=Kind.DRILL, answered_at__gt=since)
    for one in held.order_by("answered_at"):  # the latest answer about a drill counts
        if one.is_aside(at):
            found[one.target] = 0.0
        elif found.get(one.target) == 0.0:
            found[one.target] = learnt[one.skill, Kind.DRILL]
    return found


def taken_on(user: Viewer, *, at: datetime) -> dict[str, datetime]:
    """Drills that the learner took on, by name, and when; without those that a later practice has
    shown the outcome of. One query."""
    accepted = own_recommendations(user).filter(
        kind=Kind.DRILL, state=State.ACCEPTED, answered_at__gt=at - DISMISSED_FOR
    )
    found = accepted.select_related("outcome__session").order_by("answered_at")
    return {one.target: one.answered_at for one in found if one.answered_at and not _is_over(one)}


def _learnt(user: Viewer, at: datetime) -> Mapping[Cell, float]:
    """One query, for as many answers as are REMEMBERED."""
    answered = own_recommendations(user).filter(
        state__in=(State.ACCEPTED, State.DISMISSED), answered_at__lte=at
    )
    newest = answered.order_by("-answered_at").values_list(
        "skill", "kind", "state", "answered_at", "points", "outcome__points",
        "outcome__session__created", "outcome__session__deleted_at",
    )[:REMEMBERED]  # fmt: skip
    return factors((_answer(*one) for one in newest), at)


def _answer(
    skill: str,
    kind: str,
    state: str,
    when: datetime | None,
    before: float | None,
    after: float | None,
    since: datetime | None,
    gone: datetime | None,
) -> Answer:
    assert when is not None  # noqa: S101 - for the type; a constraint of the table
    known = before is not None and after is not None and since is not None
    counts = known and gone is None and since > when  # type: ignore[operator]
    gained = after - before if counts else None  # type: ignore[operator]
    return Answer(skill, kind, state == State.ACCEPTED, when, gained)
