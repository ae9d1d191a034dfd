"""The `notify` stage: an e-mail says that the result is ready."""

from __future__ import annotations

from django.utils.translation import gettext as _

from analysis.models import StageRun
from analysis.services.stages import Claim
from coaching.notifications.services import notify_ready
from sessions.models import Session
from workers.engines.types import EngineError, StageOutput


def notify(claim: Claim) -> StageOutput:
    """Tell the owner, at most once a run: it is noted before the mail leaves, and taken back only
    where it could not. Raises EngineError `mail_failed`, worth a retry."""
    mine = StageRun.objects.filter(pk=claim.stage_id, attempt=claim.attempt, state="running")
    sent = False
    if mine.filter(result__isnull=True).update(result={"sent": True}):
        try:
            sent = notify_ready(Session.objects.select_related("owner").get(pk=claim.session_id))
        except Exception as error:
            mine.update(result=None)
            raise EngineError(
                "mail_failed",
                _("The email could not be sent."),
                detail=repr(error),
                retry=True,
            ) from error
    return StageOutput(
        section={"sent": sent}, withheld=[], artifacts=[], engine="rostrum notify 1", model=""
    )
