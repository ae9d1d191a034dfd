"""Interviews: a session with a part for each question, and the questions that come up in it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from drills.choosing import Choice, FollowUp, follow_up
from drills.models import Asked, Interview, Question
from drills.selectors.bank import asked_lately, candidates, questions_of
from drills.services.bank import learn
from drills.services.recommendations import accept_question
from sessions.models import Part, Session
from sessions.services import add_part, create_session

MOST_QUESTIONS = 10
SAID_CHARS = 5000
"""Of what was heard of an answer; its end is the more telling part."""


@transaction.atomic
def make_interview(
    *,
    owner: User,
    chosen: Sequence[Choice],
    preparation_s: int,
    answer_s: int,
    follow_ups: bool,
    job_title: str = "",
    job_description: str = "",
) -> Session:
    """A draft session that asks `chosen` one after the other. Raises ValidationError."""
    if not 1 <= len(chosen) <= MOST_QUESTIONS:
        raise ValidationError(
            _("An interview has from one to %(most)d questions.") % {"most": MOST_QUESTIONS}
        )
    session = create_session(
        owner=owner,
        kind=Session.Kind.INTERVIEW,
        title=_title(chosen, job_title),
        questions=[one.question.text for one in chosen],
        interview_type=_type(chosen),
        job_title=job_title,
        job_description=job_description,
    )
    interview = Interview(
        session=session, preparation_s=preparation_s, answer_s=answer_s, follow_ups=follow_ups
    )
    interview.full_clean(exclude=["session"])
    interview.save()
    parts = session.parts.order_by("position")
    Asked.objects.bulk_create(
        Asked(part=part, question=one.question, reason=one.reason)
        for part, one in zip(parts, chosen, strict=True)
    )
    return session


@transaction.atomic
def ask_one(*, owner: User, question: Question) -> Session:
    """A draft interview of this one question, taken on where it was recommended; one that was begun
    and not recorded is taken up again."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # pressed twice makes one
    drafts = Session.objects.filter(
        owner=owner, deleted_at=None, state=Session.State.DRAFT, recordings=None, uploads=None
    )
    accept_question(owner=owner, question=question)
    begun = drafts.annotate(asks=Count("parts")).filter(
        asks=1, pk__in=Asked.objects.filter(question=question).values("part__session")
    )
    return begun.first() or make_interview(
        owner=owner, chosen=[Choice(question)], preparation_s=15, answer_s=120, follow_ups=False
    )


def _title(chosen: Sequence[Choice], job_title: str) -> str:
    fields = {one.question.field for one in chosen} - {Question.Field.GENERAL}
    about = job_title or (Question.Field(fields.pop()).label if len(fields) == 1 else "")
    return str(_("Interview: %(about)s") % {"about": about} if about else _("Practice interview"))


def _type(chosen: Sequence[Choice]) -> str:
    kinds = {one.question.kind for one in chosen}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return kind if kind in Session.InterviewType.values else ""


def may_follow(session: Session, part: Part) -> Part | None:
    """The follow-up to `part` that is there already; None: one may be asked. Raises ValidationError
    where this session asks none about it."""
    asked = Asked.objects.filter(part=part, part__session=session, follows=None)
    if not (Interview.objects.filter(session=session, follow_ups=True).exists() and asked.exists()):
        raise ValidationError(_("No follow-up question is asked here."))
    there = part.followed_by.select_related("part").first()
    return there.part if there else None


@transaction.atomic
def ask_follow_up(
    *, session: Session, part: Part, said: str, suggested: FollowUp | None = None
) -> Part | None:
    """The next question about an answer, as a part right after it; asked once for each question.

    `said` is what was heard of the answer, perhaps nothing: it is compared with the bank, and
    never followed. `suggested`: what a language model asks, instead of the bank. None where there
    is nothing to ask. Raises ValidationError where this session asks none, or has its recording.
    """
    Session.objects.select_for_update().get(pk=session.pk)
    if there := may_follow(session, part):
        return there
    found = suggested or _of_the_bank(session, part, said)
    if found is None:
        return None
    made = add_part(session=session, question=found.text, after=part)
    Asked.objects.create(
        part=made,
        question=found.question,
        reason=found.reason,
        is_by_model=found.by_model,
        follows=part,
    )
    return made


def _of_the_bank(session: Session, part: Part, said: str) -> FollowUp | None:
    parts = questions_of(session)
    asked = next(one.asked for one in parts if one.pk == part.pk)
    others = _others(session.owner, parts, asked.question) if said else []
    learn(others)
    own = asked.question.follow_ups if asked.question else []
    return follow_up(own, others, said[-SAID_CHARS:])


def _others(user: User, parts: Sequence[Part], question: Question | None) -> list[Question]:
    """What else of the bank could follow: of the same field, not asked here or lately."""
    taken = {p.asked.question_id for p in parts if hasattr(p, "asked")} | asked_lately(user)
    pool = candidates(field=question.field if question else Question.Field.GENERAL)
    return [one for one in pool if one.pk not in taken]
