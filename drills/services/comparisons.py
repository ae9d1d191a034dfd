"""Real interviews beside their preparation: linked, corrected, worked out by a worker."""

from __future__ import annotations

import uuid
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun
from analysis.services.runs import ring_for
from drills.models import Comparison, Preparation, PreparedQuestion
from drills.selectors.comparisons import linkable
from drills.services.leases import Leases
from drills.services.preparation import add_question, locked, mark_held
from sessions.models import Session
from sessions.services import create_session
from workers.engines.types import EngineError

QUEUE = "cpu"
MOST_ATTEMPTS = 2
MOST_COMPARISONS = 20
"""Of one preparation."""
MOST_CORRECTIONS = 500


@transaction.atomic
def link_interview(*, preparation: Preparation, session: Session, agreed: bool) -> Comparison:
    """Say that `session` is the interview. Linked already: that one. Raises ValidationError."""
    preparation = locked(preparation)
    there = Comparison.objects.filter(preparation=preparation, session=session).first()
    if there is not None:
        return there
    if not linkable(preparation).filter(pk=session.pk).exists():
        raise ValidationError({"session": _("Choose one of your own recordings.")})
    _check_agreed(agreed)
    living = Comparison.objects.filter(preparation=preparation, session__deleted_at=None)
    if living.count() >= MOST_COMPARISONS:
        raise ValidationError(
            {"session": _("A preparation has at most %(most)d recordings. Unlink one first.")
             % {"most": MOST_COMPARISONS}}
        )  # fmt: skip
    made = Comparison.objects.create(
        preparation=preparation, session=session, agreed_at=timezone.now()
    )
    mark_held(preparation=preparation, held=True)
    ring_for(QUEUE)
    return made


@transaction.atomic
def new_interview(*, preparation: Preparation, agreed: bool) -> Comparison:
    """A session to record or upload the interview into; one begun and still empty is that one.
    Raises ValidationError."""
    preparation = locked(preparation)
    begun = Comparison.objects.filter(
        preparation=preparation, session__state=Session.State.DRAFT, session__deleted_at=None
    )
    if (there := begun.first()) is not None:
        return there
    _check_agreed(agreed)
    session = create_session(
        owner=preparation.owner,
        kind=Session.Kind.INTERVIEW,
        title=Truncator(_("Interview: %(job)s") % {"job": preparation}).chars(120),
        company=preparation.company,
        job_title=preparation.job_title,
        interview_type=preparation.interview_type,
        job_description=preparation.job_description,
    )
    return link_interview(preparation=preparation, session=session, agreed=agreed)


def _check_agreed(agreed: bool) -> None:
    if not agreed:
        raise ValidationError({"agreed": _("Confirm this first.")})


@transaction.atomic
def unlink_interview(*, comparison: Comparison) -> None:
    """Forget the comparison; preparation and recording stay as they are."""
    Comparison.objects.filter(pk=comparison.pk).delete()


@transaction.atomic
def compare_again(*, comparison: Comparison) -> None:
    """Have it worked out anew, from the preparation and the transcript as they are now."""
    found = _locked(comparison)
    if found.state != found.State.WAITING:
        leases.begin_again(found)


@transaction.atomic
def renew_for(run: AnalysisRun) -> None:
    """A session's newer result: what was compared with it is compared again. Corrections stay."""
    for comparison in Comparison.objects.select_for_update().filter(session=run.session_id):
        leases.begin_again(comparison)


WHO = ("question", "interviewer", "mine")


@transaction.atomic
def correct(
    *,
    comparison: Comparison,
    run: uuid.UUID | None,
    sentence: int,
    who: str | None = None,
    begins: bool | None = None,
    question: str | None = None,
) -> Comparison:
    """Keep what the learner says of a sentence of the result read from `run`: whose it is, whether
    it begins a question of its own, which prepared question that is ("" none of them). It shows at
    once and is worked out again. Raises ValidationError."""
    comparison = _locked(comparison)
    said = comparison.result.get("sentences") or []
    if run != comparison.run or not 0 <= sentence < len(said):
        raise ValidationError(
            _("There is a newer transcript meanwhile. Look at it again, then correct it.")
        )
    if who is not None and who not in WHO:
        raise ValidationError(_("Say whose sentence it is."))
    if question and not _is_prepared(comparison, question):
        raise ValidationError(_("This question is in the preparation no more. Choose another."))
    shown = said[sentence]
    key: dict[str, Any] = {
        "at": _middle(shown),
        "text": "" if shown["start"] is not None else shown["text"],
    }
    kept = next((one for one in comparison.corrections if key.items() <= one.items()), None)
    if kept is None:
        if len(comparison.corrections) >= MOST_CORRECTIONS:
            raise ValidationError(
                _("That is more than can be kept here. Correct the transcript instead.")
            )
        kept = key | {"who": None, "begins": None, "question": None}
        comparison.corrections.append(kept)
    for name, value in (("who", who), ("begins", begins), ("question", question)):
        if value is not None:
            kept[name] = value
            if name != "question":
                shown[name] = value
    shown["by_learner"] = True
    leases.begin_again(comparison)
    return comparison


def _middle(sentence: dict[str, Any]) -> float | None:
    if sentence["start"] is None:
        return None
    return round((sentence["start"] + (sentence["end"] or sentence["start"])) / 2, 3)


def _is_prepared(comparison: Comparison, question: str) -> bool:
    try:
        named = uuid.UUID(question)
    except ValueError:
        return False
    return comparison.preparation.questions.filter(pk=named, deleted_at=None).exists()


@transaction.atomic
def forget_corrections(*, comparison: Comparison) -> Comparison:
    """Back to what is found by itself."""
    comparison = _locked(comparison)
    comparison.corrections = []
    leases.begin_again(comparison)
    return comparison


@transaction.atomic
def prepare_asked(
    *, comparison: Comparison, run: uuid.UUID | None, sentence: int
) -> PreparedQuestion:
    """Put the question that begins at `sentence` of `run` into the preparation, for next time.
    Raises ValidationError."""
    asked = comparison.result.get("asked") or []
    found = next((one for one in asked if one["asking"][0] == sentence), None)
    if found is None or run != comparison.run:
        raise ValidationError(_("There is no such question any more."))
    return add_question(
        preparation=comparison.preparation,
        text=Truncator(found["text"]).chars(300),
        reason=_("It was asked in a real interview."),
    )


def _locked(comparison: Comparison) -> Comparison:
    return Comparison.objects.select_for_update(of=("self",)).get(pk=comparison.pk)


@transaction.atomic
def finish(*, pk: uuid.UUID, attempt: int, run: uuid.UUID, result: dict[str, Any]) -> bool:
    """Keep what was found. False: stale."""
    comparison = leases.held_row(pk, attempt)
    if comparison is None:
        return False
    comparison.run, comparison.result = run, result
    leases.put(comparison, Comparison.State.DONE)
    return True


def _has_result() -> Q:
    """Those whose session has a result to read."""
    shown = AnalysisRun.objects.filter(session=OuterRef("session"), is_current=True)
    return Q(Exists(shown), session__deleted_at=None)


def _lost() -> EngineError:
    message = _("The comparison could not be worked out.")
    return EngineError("worker_lost", message, retry=True)


leases = Leases(
    Comparison, queue=QUEUE, most_attempts=MOST_ATTEMPTS, told=attrgetter("message"), lost=_lost,
    workable=_has_result, since="updated",
)  # fmt: skip
