"""Asking a language model for questions, where a learner has seen what is sent and sent it."""

from __future__ import annotations

import threading
from typing import cast

import structlog

from drills.asking.answer import read_questions
from drills.asking.request import QuestionsRequest
from drills.models import QuestionJob
from drills.services import asking
from workers.calling import Outcome, called
from workers.database import persist
from workers.documents import Desk
from workers.engines.types import EngineError
from workers.lease import Lease, Stale, held


def ask_for_questions(job: QuestionJob, stopping: threading.Event) -> None:
    """Ask and bring the questions, or why there are none, back. Raises nothing of the call's."""
    with structlog.contextvars.bound_contextvars(preparation=str(job.pk)):
        desk = Desk(asking.leases, job, "questions")
        held(desk, stopping, lambda lease, _folder: _work(job, lease))


def _work(job: QuestionJob, lease: Lease) -> None:
    mine = {"preparation_id": job.pk, "attempt": job.attempt}
    plan = persist(lambda: asking.decide(**mine))
    if plan is None:
        raise Stale
    text = plan.earlier
    if plan.call is not None:
        reply = called(plan, plan.call, read_questions, lease.check)
        if reply.outcome != Outcome.ANSWERED:
            raise _patient(reply.error(again=True), reply.wait_s)
        text = reply.text
    answer = read_questions(text)
    request = cast(QuestionsRequest, plan.request)
    if not persist(lambda: asking.finish(**mine, request=request, answer=answer)):
        raise Stale


def _patient(error: EngineError, wait_s: float | None) -> EngineError:
    """Somebody waits for it: what would take too long has failed."""
    if wait_s and wait_s > asking.PATIENCE_S:
        return EngineError(error.code, error.message, detail=error.detail)
    return error
