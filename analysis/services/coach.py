"""A learner's yes and no to a language model, and what follows for the stage that asks it."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from analysis.coach.site import OFF, REASONS
from analysis.models import CoachConsent, Purpose, StageRun
from analysis.selectors.coach import REFUSED, consent_of, offered_to, request_for
from analysis.services import runs
from coaching.accounts.models import User
from sessions.models import Session

_SKIPPED = {"state": StageRun.State.SKIPPED, "lease_until": None, "finished_at": Now()}


class Refused(Exception):
    """`code` is one of REASONS; `message` is for the learner."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code, self.message = code, str(REASONS[code])


@transaction.atomic
def give_consent(
    *, user: User, mode: str = "", questions: bool = False, follow_ups: bool = False
) -> CoachConsent:
    """Allow just this, for the recipient of today: notes as `mode` says, questions for a
    preparation, follow-up questions. Raises Refused where none is asked."""
    site = offered_to(user)
    if site is None:
        raise Refused(OFF)
    if not mode:
        _stop_notes(user)
    consent, _made = CoachConsent.objects.update_or_create(
        user=user,
        defaults={
            "recipient": site.recipient,
            "mode": CoachConsent.Mode(mode) if mode else "",
            "questions": questions,
            "follow_ups": follow_ups,
            "given_at": timezone.now(),
        },
    )
    return consent


@transaction.atomic
def withdraw_consent(*, user: User) -> None:
    """Take all of it back: what has not been sent yet is not sent. Notes that are there stay until
    the learner removes them."""
    CoachConsent.objects.filter(user=user).delete()
    _stop_notes(user)


def _stop_notes(user: User) -> None:
    waiting = StageRun.objects.filter(owner=user, name="coach").exclude(state__in=StageRun.SETTLED)
    waiting.update(**_SKIPPED, error_code="coach_withdrawn")


@transaction.atomic
def ask(*, session: Session, digest: str) -> StageRun:
    """Send what the learner has seen: `digest` names it. Asking twice sends once.

    Raises Refused, NothingToSend, or AnalysisRun.DoesNotExist where there is no result.
    """
    site = offered_to(session.owner)
    if site is None:
        raise Refused(OFF)
    if consent_of(session.owner, site) is None:
        raise Refused("coach_withdrawn")
    run = runs.lock(session.runs.get(is_current=True).pk)
    if request_for(run).digest(site) != digest:
        raise Refused("coach_changed")
    stage = run.stages.filter(name="coach").first() or runs.new_stage(run, "coach")
    if stage.pk is None or stage.state in StageRun.SETTLED:
        stage.state, stage.input_digest = StageRun.State.WAITING, digest
        stage.failures, stage.result, stage.withheld = 0, None, []
        stage.error_code = stage.error_message = stage.error_detail = stage.message = ""
        stage.started_at = stage.finished_at = stage.not_before = None
        stage.save()
        runs.advance(run)
        stage.refresh_from_db()
    return stage


def forget_follow_ups(*, session: Session) -> None:
    """Remove what was sent and came back for this practice's follow-up questions."""
    session.coach_exchanges.filter(call__purpose=Purpose.FOLLOW_UP).delete()


@transaction.atomic
def refuse(*, session: Session) -> None:
    """No notes about this practice: none are asked for, and what was kept of any goes."""
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    session.coach_exchanges.exclude(call__purpose=Purpose.FOLLOW_UP).delete()
    newest = session.runs.order_by("-created", "-pk").first()
    if newest is not None and not newest.stages.filter(name="coach").exists():
        runs.new_stage(newest, "coach").save()
    StageRun.objects.filter(run__session=session, name="coach").update(
        **_SKIPPED, error_code=REFUSED, error_message="", error_detail="", result=None, withheld=[]
    )
