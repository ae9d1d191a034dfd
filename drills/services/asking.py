"""Questions for a preparation by a language model: asked for by the learner who has seen what is
sent, worked by a worker under a lease, as a description's file is."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.coach.request import NothingToSend
from analysis.coach.site import FAILED, OFF, REASONS, Site
from analysis.models import CoachCall, CoachConsent, Purpose
from analysis.selectors.coach import consent_of, offered_to
from analysis.services.coach import Refused
from analysis.services.coach_calls import NotNow, Plan, book
from analysis.services.stages import Later
from drills.asking.checks import questions_of
from drills.asking.request import QuestionsRequest
from drills.models import Preparation, QuestionExchange, QuestionJob
from drills.selectors.asking import exchange_answering, questions_request_for
from drills.selectors.preparation import living_questions
from drills.services.leases import Leases
from drills.services.preparation import renew_questions, take_suggested
from workers.engines.types import EngineError

if TYPE_CHECKING:
    from drills.asking.answer import Questions

QUEUE = "io"
MOST_ATTEMPTS = 3
PATIENCE_S = 60.0
"""Somebody waits: a service that is to be left alone for longer is not waited for."""
STOPPED = "stopped"
UNFOUNDED = "coach_unfounded"


@transaction.atomic
def ask_for_questions(*, preparation: Preparation, digest: str) -> QuestionJob:
    """Send what the learner has seen: `digest` names it. Asking twice sends once. Raises Refused or
    NothingToSend."""
    site = offered_to(preparation.owner)
    if site is None:
        raise Refused(OFF)
    if consent_of(preparation.owner, site, Purpose.QUESTIONS) is None:
        raise Refused("coach_withdrawn")
    QuestionJob.objects.get_or_create(
        preparation=preparation, defaults={"state": QuestionJob.State.DONE}
    )
    job = QuestionJob.objects.select_for_update(of=("self",)).get(preparation=preparation)
    if job.is_unfinished:
        return job
    if questions_request_for(preparation).digest(site) != digest:
        raise Refused("coach_changed")
    job.digest, job.recipient, job.found = digest, site.recipient, {}
    job.created = timezone.now()
    leases.begin_again(job)
    return job


@transaction.atomic
def stop_asking(*, preparation: Preparation) -> None:
    """The learner does not want it any more: what has not been sent is not sent, and an answer is
    dropped."""
    job = (
        QuestionJob.objects.select_for_update(of=("self",)).filter(preparation=preparation).first()
    )
    if job is not None and job.is_unfinished:
        job.error_code, job.error_message = STOPPED, _("You stopped it.")
        leases.put(job, QuestionJob.State.FAILED)


@transaction.atomic
def forget_exchanges(*, preparation: Preparation) -> None:
    """Remove what was kept of what was sent and came back; the questions stay, and the sum of what
    calls cost."""
    stop_asking(preparation=preparation)
    preparation.exchanges.all().delete()
    QuestionJob.objects.filter(preparation=preparation).delete()


@transaction.atomic
def decide(*, preparation_id: uuid.UUID, attempt: int) -> Plan | None:
    """Decide at the last moment before anything is sent; None: the attempt is stale. Raises
    EngineError where nothing may be sent now."""
    job = leases.held(preparation_id, attempt).first()
    if job is None:
        return None
    preparation = job.preparation
    try:
        site = _allowed(preparation)
        request = questions_request_for(preparation)
        digest = request.digest(site)
        if digest != job.digest:
            raise Refused("coach_changed")
        if earlier := exchange_answering(preparation, digest):
            return Plan(site, request, earlier=earlier.response, kept=QuestionExchange)
        call = _booked(site, request, preparation)
    except (Refused, NothingToSend) as error:
        raise EngineError(error.code, str(REASONS[error.code])) from error
    except NotNow as error:
        message = str(REASONS[error.code])
        if error.wait_s is None or error.wait_s > PATIENCE_S:
            raise EngineError(error.code, message) from error
        raise Later(error.code, message, wait_s=error.wait_s) from error
    return Plan(site, request, call=call, kept=QuestionExchange)


def _allowed(preparation: Preparation) -> Site:
    site = offered_to(preparation.owner)
    if site is None or preparation.deleted_at is not None:
        raise Refused(OFF)
    if consent_of(preparation.owner, site, Purpose.QUESTIONS, lock=True) is None:
        raise Refused("coach_withdrawn")
    return site


def _booked(site: Site, request: QuestionsRequest, preparation: Preparation) -> CoachCall:
    call = CoachCall(
        owner=preparation.owner, purpose=Purpose.QUESTIONS, consent=CoachConsent.Mode.ASK
    )
    before = CoachCall.objects.filter(question_exchange__preparation=preparation)
    exchange = QuestionExchange(preparation=preparation)
    return book(site=site, request=request, call=call, exchange=exchange, before=before)


@transaction.atomic
def finish(
    *, preparation_id: uuid.UUID, attempt: int, request: QuestionsRequest, answer: Questions
) -> bool:
    """Put what holds into the list; False: stale. Raises EngineError where nothing holds."""
    job = leases.held_row(preparation_id, attempt)
    if job is None or job.preparation.deleted_at is not None:
        return False
    preparation = job.preparation
    held, dropped = questions_of(request, answer)
    if not held:
        raise EngineError(UNFOUNDED, "", detail=str(dropped))
    exchange = exchange_answering(preparation, job.digest)
    made, filled = take_suggested(preparation=preparation, suggested=held, exchange=exchange)
    job.found = {"model": made, "bank": filled, "asked": request.count, "dropped": dropped}
    job.error_code = job.error_message = ""
    leases.put(job, QuestionJob.State.DONE)
    return True


def _told(error: EngineError) -> str:
    if error.code == UNFOUNDED:
        return _("None of its questions rested on the description, so none is shown.")
    reason = REASONS.get(error.code, REASONS[FAILED])
    return _("The language model did not answer.") if reason == REASONS[FAILED] else str(reason)


def _lost() -> EngineError:
    return EngineError("worker_lost", "", retry=True)


def _settled(job: QuestionJob) -> None:
    """Without an answer the bank answers: nobody is left with an empty list."""
    if job.error_code == UNFOUNDED:  # asked once more, it is asked anew
        CoachCall.objects.filter(
            question_exchange__preparation=job.preparation, question_exchange__digest=job.digest,
            outcome=CoachCall.Outcome.ANSWERED,
        ).update(outcome=CoachCall.Outcome.UNUSABLE)  # fmt: skip
    if job.state == QuestionJob.State.FAILED and not living_questions(job.preparation).exists():
        job.found = {"bank": renew_questions(preparation=job.preparation)}


leases = Leases(
    QuestionJob, queue=QUEUE, most_attempts=MOST_ATTEMPTS, told=_told, lost=_lost,
    settled=_settled, backoff_s=2.0,
)  # fmt: skip
