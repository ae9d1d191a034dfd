"""What sessions tell, and what it means for their analysis."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from analysis.given import TranscriptError
from analysis.models import AnalysisRun, Clip
from analysis.services import runs
from analysis.services.clips.asking import QUEUE, usage_key
from analysis.services.clips.making import take_back
from analysis.services.states import UNSETTLED
from analysis.services.transcripts import attach_text
from billing.models import Usage
from billing.services import release
from sessions import signals
from sessions.models import Recording, Session

DRILL_PRIORITY = 10
"""How far ahead of whole analyses in the queues."""


@receiver(signals.recording_stored, sender=Session)
def analyse_recording(*, recording: Recording, **_: Any) -> None:
    session = recording.session
    if session.is_drill:  # whoever practises waits at the page
        runs.start_run(session=session, profile="drill", priority=DRILL_PRIORITY)
    else:
        runs.start_run(session=session)


@receiver(signals.text_added, sender=Session)
def analyse_text(*, session: Session, text: str, **_: Any) -> None:
    try:
        attach_text(session=session, text=text)
    except TranscriptError as error:
        raise ValidationError({"text": error.message}) from error


@receiver(signals.session_deleted, sender=Session)
def cancel_runs(*, session: Session, **_: Any) -> None:
    for run in session.runs.filter(state__in=UNSETTLED):
        runs.cancel_run(run=run)
    take_back(session.pk)


@receiver(signals.session_purged, sender=Session)
def count_clips_no_more(*, session: Session, **_: Any) -> None:
    """Their rows and files go with the session's."""
    for clip in session.clips.all():
        release(session.owner, Usage.Kind.STORAGE, usage_key(clip))


@receiver(signals.session_restored, sender=Session)
def take_up_again(*, session: Session, **_: Any) -> None:
    """Go on with the run the deletion had cancelled, if it was the newest."""
    newest = session.runs.order_by("-created").first()
    if newest is not None and newest.state == AnalysisRun.State.CANCELLED:
        runs.retry_run(run=newest)
    if session.clips.filter(state=Clip.State.QUEUED).exists():
        runs.ring_for(QUEUE)
