"""Preparations: made, changed, their questions chosen, ordered, kept and removed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from coaching.accounts.services import forget_in_admin_log
from drills.asking.checks import Held
from drills.choosing import Choice, asks_for, choose
from drills.models import (
    JobDocument,
    Preparation,
    PreparedAnswer,
    PreparedQuestion,
    Question,
    QuestionExchange,
    QuestionJob,
)
from drills.models.leased import Leased
from drills.selectors.bank import asked_lately, candidates
from drills.selectors.preparation import living_questions
from drills.services.bank import learn
from sessions.models import UNDO_WINDOW, Session
from sessions.services import purge_session

AT_FIRST = 8
"""Questions of a new preparation."""
MOST_PREPARED = 30
KINDS_OF: dict[str, tuple[str, ...]] = {
    Session.InterviewType.BEHAVIOURAL: (Question.Kind.BEHAVIOURAL, Question.Kind.SITUATIONAL),
    Session.InterviewType.TECHNICAL: (Question.Kind.TECHNICAL, Question.Kind.CASE),
    Session.InterviewType.CASE: (Question.Kind.CASE, Question.Kind.SITUATIONAL),
    Session.InterviewType.SCREENING: (Question.Kind.SCREENING, Question.Kind.MOTIVATION),
}
"""Kinds of questions that a type of interview asks; every other type asks all."""
EDITABLE = frozenset(
    {"company", "job_title", "job_description", "interview_type", "level", "interview_on"}
)


@transaction.atomic
def create_preparation(
    *, owner: User, token: uuid.UUID, choose_now: bool = True, **fields: Any
) -> Preparation:
    """A preparation with its first questions, unless they are chosen later. `token` becomes its
    id, so that a form sent twice makes one. `fields` are those of EDITABLE. Raises
    ValidationError."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # the second click waits here
    there = Preparation.objects.filter(pk=token).first()
    if there is not None and there.owner_id == owner.pk and there.deleted_at is None:
        return there
    preparation = Preparation(pk=uuid.uuid4() if there else token, owner=owner)
    _change(preparation, fields)
    preparation.save(force_insert=True)
    if choose_now:
        renew_questions(preparation=preparation)
    return preparation


@transaction.atomic
def update_preparation(*, preparation: Preparation, **fields: Any) -> Preparation:
    """Raises ValidationError. Its questions stay until they are chosen anew."""
    preparation = locked(preparation)
    _change(preparation, fields)
    preparation.save()
    return preparation


def _change(preparation: Preparation, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - EDITABLE:
        raise TypeError(f"not a field a learner sets: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(preparation, name, value.strip() if isinstance(value, str) else value)
    preparation.full_clean(exclude=["owner", "id"])


@transaction.atomic
def mark_held(*, preparation: Preparation, held: bool) -> Preparation:
    """The interview took place; or it did not, after all."""
    preparation = locked(preparation)
    preparation.state = Preparation.State.HELD if held else Preparation.State.PREPARING
    preparation.save(update_fields=["state", "updated"])
    return preparation


@transaction.atomic
def delete_preparation(*, preparation: Preparation) -> Preparation:
    """Hide it at once; it is purged after the undo window."""
    preparation = locked(preparation)
    if preparation.deleted_at is None:
        preparation.deleted_at = timezone.now()
        preparation.save(update_fields=["deleted_at", "updated"])
    return preparation


@transaction.atomic
def restore_preparation(*, preparation: Preparation) -> Preparation:
    """Take a deletion back. Raises ValidationError once the undo window has passed."""
    preparation = locked(preparation)
    _check_undo(preparation.deleted_at)
    preparation.deleted_at = None
    preparation.save(update_fields=["deleted_at", "updated"])
    return preparation


@transaction.atomic
def renew_questions(*, preparation: Preparation) -> int:
    """Replace questions that the learner did nothing with by others of the bank that fit; what is
    pinned, ready, noted for, answered or their own stays. Returns how many came.

    What is replaced can be taken back, and is not offered again. Where the bank has nothing else
    that fits, what is there stays.
    """
    preparation = locked(preparation)
    loose, wanted = replaceable(preparation)
    found = _choose(preparation, wanted) if wanted > 0 else []
    _replace(preparation, loose, found)
    over = (Leased.State.DONE, Leased.State.FAILED)  # what a page still says of them is old now
    for model in (JobDocument, QuestionJob):
        model._default_manager.filter(preparation=preparation, state__in=over).delete()
    return len(found)


@transaction.atomic
def take_suggested(
    *, preparation: Preparation, suggested: Sequence[Held], exchange: QuestionExchange | None
) -> tuple[int, int]:
    """Put what a language model suggested in the place of questions that the learner did nothing
    with; where there are too few then, the bank fills up. Returns how many came, and how many of
    them of the bank. A question that came into the list meanwhile is not put there again."""
    preparation = locked(preparation)
    loose, wanted = suggestable(preparation)
    there = {one.casefold() for one in preparation.questions.values_list("text", flat=True)}
    made = [
        PreparedQuestion(
            preparation=preparation,
            text=one.text,
            source=PreparedQuestion.Source.MODEL,
            exchange=exchange,
            reason=asks_for(one.quote),
        )
        for one in suggested
        if one.text.casefold() not in there
    ][:wanted]
    kept = living_questions(preparation).count() - min(len(loose), len(made))
    missing = AT_FIRST - kept - len(made)
    filled = _choose(preparation, missing) if missing > 0 else []
    _replace(preparation, loose[: len(made)], [*made, *filled])
    return len(made), len(filled)


def replaceable(preparation: Preparation) -> tuple[list[PreparedQuestion], int]:
    """Questions that the learner did nothing with, and how many are chosen in their place."""
    there = list(living_questions(preparation))
    answered = set(preparation.questions.exclude(answers=None).values_list("pk", flat=True))
    loose = [one for one in there if _is_loose(one) and one.pk not in answered]
    kept = len(there) - len(loose)
    return loose, min(max(len(loose), AT_FIRST - kept), MOST_PREPARED - kept)


def suggestable(preparation: Preparation) -> tuple[list[PreparedQuestion], int]:
    """The same for a language model: one at least, where the list has room."""
    loose, wanted = replaceable(preparation)
    kept = living_questions(preparation).count() - len(loose)
    return loose, max(0, min(max(1, wanted), MOST_PREPARED - kept))


def _replace(
    preparation: Preparation, loose: list[PreparedQuestion], found: list[PreparedQuestion]
) -> None:
    """`found` at the end of the list, as many of `loose` out of it."""
    _remove(preparation, loose[: len(found)])
    after = _end(preparation)
    for place, made in enumerate(found):
        made.position = after + place
    PreparedQuestion.objects.bulk_create(found)


def _is_loose(question: PreparedQuestion) -> bool:
    return question.source != PreparedQuestion.Source.OWN and not (
        question.is_pinned or question.is_ready or question.points
    )


def _choose(preparation: Preparation, count: int) -> list[PreparedQuestion]:
    """Questions of the bank for this job, not saved, each with its reason."""
    had = set(preparation.seen) | set(
        preparation.questions.exclude(question=None).values_list("question_id", flat=True)
    )
    level = "" if preparation.level == Question.Level.ANY else preparation.level
    fits = candidates(level=level, kinds=KINDS_OF.get(preparation.interview_type, ()))
    pool = list(fits.exclude(pk__in=had))
    learn(pool)
    described = preparation.job_description
    chosen = choose(
        pool,
        count=count,
        description=described or preparation.job_title,
        avoid=asked_lately(preparation.owner),
    )
    return [
        PreparedQuestion(
            preparation=preparation,
            text=one.question.text,
            question=one.question,
            reason=one.reason if described and one.reason else _plain_reason(one),
        )
        for one in chosen
    ]


def _plain_reason(chosen: Choice) -> str:
    """Where no phrase of a description is the reason: it is near the title, or only of its kind."""
    kind, field = chosen.question.kind, chosen.question.field
    told = {
        "kind": Question.Kind(kind).label.lower(),
        "field": Question.Field(field).label.lower(),
    }
    if chosen.reason:
        return _("It fits the job title: %(kind)s, %(field)s.") % told
    return _("One of the bank: %(kind)s, %(field)s.") % told


@transaction.atomic
def add_question(
    *,
    preparation: Preparation,
    text: str,
    source: str = PreparedQuestion.Source.OWN,
    reason: str = "",
    of_bank: Question | None = None,
    after: PreparedQuestion | None = None,
) -> PreparedQuestion:
    """One more, right after `after` or at the end; the same again is the one that is there. Raises
    ValidationError."""
    preparation = locked(preparation)
    text = " ".join(text.replace("\0", "").split())
    there = list(living_questions(preparation))
    if same := next((one for one in there if one.text.casefold() == text.casefold()), None):
        return same
    if len(there) >= MOST_PREPARED:
        raise ValidationError(
            {"text": _("A preparation has at most %(most)d questions. Remove one first.")
             % {"most": MOST_PREPARED}}
        )  # fmt: skip
    made = PreparedQuestion(
        preparation=preparation,
        text=text,
        source=source,
        reason=reason,
        question=of_bank,
        position=after.position + 1 if after else _end(preparation),
    )
    made.full_clean(exclude=["preparation", "question"])
    preparation.questions.filter(position__gte=made.position).update(position=F("position") + 1)
    made.save()
    return made


@transaction.atomic
def note_points(*, question: PreparedQuestion, points: str) -> PreparedQuestion:
    """What the learner wants to say, for the crib sheet. Raises ValidationError."""
    question.points = points.replace("\0", "").strip()
    question.full_clean(exclude=["preparation", "question"])
    question.save(update_fields=["points"])
    return question


@transaction.atomic
def act_on(*, question: PreparedQuestion, verb: str) -> PreparedQuestion:
    """One of VERBS; each but `up` and `down` says what is to be, so twice is as once. Raises
    ValidationError where a removal can no longer be taken back, KeyError for another verb."""
    act = VERBS[verb]
    preparation = locked(question.preparation)
    question = preparation.questions.select_for_update().get(pk=question.pk)
    act(preparation, question)
    return question


def _set(field: str, value: bool) -> Callable[[Preparation, PreparedQuestion], None]:
    def act(_preparation: Preparation, question: PreparedQuestion) -> None:
        setattr(question, field, value)
        question.save(update_fields=[field])

    return act


def _moved(by: int) -> Callable[[Preparation, PreparedQuestion], None]:
    def act(preparation: Preparation, question: PreparedQuestion) -> None:
        listed = list(living_questions(preparation))
        if question not in listed:
            return
        place = listed.index(question)
        to = min(max(place + by, 0), len(listed) - 1)
        listed.insert(to, listed.pop(place))
        for position, one in enumerate(listed):
            one.position = position
        PreparedQuestion.objects.bulk_update(listed, ["position"])

    return act


def _removed(preparation: Preparation, question: PreparedQuestion) -> None:
    if question.deleted_at is None:
        _remove(preparation, [question])


def _restored(preparation: Preparation, question: PreparedQuestion) -> None:
    if question.deleted_at is None:
        return
    _check_undo(question.deleted_at)
    if living_questions(preparation).count() >= MOST_PREPARED:
        raise ValidationError(
            _("A preparation has at most %(most)d questions. Remove one first.")
            % {"most": MOST_PREPARED}
        )
    question.deleted_at = None
    question.save(update_fields=["deleted_at"])


VERBS: dict[str, Callable[[Preparation, PreparedQuestion], None]] = {
    "up": _moved(-1),
    "down": _moved(1),
    "pin": _set("is_pinned", True),
    "unpin": _set("is_pinned", False),
    "ready": _set("is_ready", True),
    "unready": _set("is_ready", False),
    "remove": _removed,
    "restore": _restored,
}


def _remove(preparation: Preparation, gone: Sequence[PreparedQuestion]) -> None:
    for question in gone:
        question.deleted_at = timezone.now()
    PreparedQuestion.objects.bulk_update(gone, ["deleted_at"])
    turned_down = {one.question_id for one in gone if one.question_id} - set(preparation.seen)
    if turned_down:
        preparation.seen = [*preparation.seen, *sorted(turned_down)]
        preparation.save(update_fields=["seen", "updated"])


def _end(preparation: Preparation) -> int:
    last = preparation.questions.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def locked(preparation: Preparation) -> Preparation:
    return (
        Preparation.objects.select_for_update(of=("self",))
        .select_related("owner")
        .get(pk=preparation.pk)
    )


def _check_undo(deleted_at: Any) -> None:
    if deleted_at is not None and deleted_at + UNDO_WINDOW <= timezone.now():
        raise ValidationError(_("The ten minutes to undo this have passed."))


def sweep() -> int:
    """What the supervisor calls: remove for good what is past its undo window; how many."""
    before = timezone.now() - UNDO_WINDOW
    count = 0
    for preparation in Preparation.objects.filter(deleted_at__lte=before)[:50]:
        _purge_texts(PreparedAnswer.objects.filter(question__preparation=preparation))
        forget_in_admin_log(preparation)
        preparation.delete()
        count += 1
    for question in PreparedQuestion.objects.filter(deleted_at__lte=before)[:200]:
        _purge_texts(question.answers.all())
        forget_in_admin_log(question)
        question.delete()
        count += 1
    return count


def _purge_texts(answers: QuerySet[PreparedAnswer]) -> None:
    """The sessions that only hold a written answer; what was recorded is a practice of its own."""
    for session in Session.objects.filter(parts__prepared_answer__in=answers, is_listed=False):
        purge_session(session=session)
