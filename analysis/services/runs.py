"""Starting, cancelling, retrying and settling the working through of a session.

Locks are taken in one order everywhere: session, run, stage.
"""

from __future__ import annotations

import uuid
from typing import Any, Literal, cast

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis import signals
from analysis.graph import PROFILES, STAGES, Queue, dependants
from analysis.models import AnalysisRun, StageRun, Transcript
from analysis.selectors.coach import in_next_run, kept_from
from analysis.services import progress
from analysis.services.captions import keep_captions
from analysis.services.inputs import settings_of
from analysis.services.states import NOT_REACHED, RESULT_STATES, SESSION_STATE, UNSETTLED, next_step
from config.broker import ring
from sessions.models import Session

Profile = Literal["full", "text", "drill", "transcript", "rescore"]


class NothingToAnalyse(Exception):
    """The session cannot be analysed now. `message` tells the learner what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def start_run(
    *,
    session: Session,
    profile: Profile = "full",
    settings: dict[str, Any] | None = None,
    transcript: Transcript | None = None,
    parent: AnalysisRun | None = None,
    priority: int = 0,
) -> AnalysisRun:
    """Make a run of `session` and its stages, in place of one that has not ended yet.

    `settings` changes keys of the StageSettings snapshot. `transcript`: the version to read;
    without one the newest that a person gave. `parent`: whose results a `transcript` or `rescore`
    run keeps; without a result to build on such a run becomes a full one. The result shown stays
    until this run has its own. Raises NothingToAnalyse.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.deleted_at:
        raise NothingToAnalyse(_("This practice was deleted. Take the deletion back first."))
    transcript = transcript or _given_text(session)
    has_media = session.recordings.exists()
    if not has_media and transcript is None:
        raise NothingToAnalyse(_("There is no recording yet. Upload one or record yourself."))
    if profile in {"transcript", "rescore"}:
        parent = parent or session.runs.filter(is_current=True).first()
        profile = profile if parent and parent.state in RESULT_STATES else "full"
    if not has_media and profile in {"full", "drill"}:
        profile = "text"
    for earlier in session.runs.filter(state__in=UNSETTLED):
        cancel_run(run=earlier)
    read = transcript or (parent.transcript if parent and profile == "rescore" else None)
    run = AnalysisRun.objects.create(
        session=session,
        parent=parent,
        transcript=read,
        profile=profile,
        settings=settings_of(session, read, settings, captions=keep_captions(session)),
        priority=priority,
    )
    StageRun.objects.bulk_create(new_stage(run, name) for name in PROFILES[profile])
    if (coach := _coach_in(run)) is not None:
        new_stage(run, "coach", **coach).save()
    advance(run)
    return run


def _coach_in(run: AnalysisRun) -> dict[str, Any] | None:
    """Fields of the coach's stage in a new run; None: it has none. New scores send no words."""
    if run.profile == "drill":
        return None
    if run.profile == "rescore":
        return kept_from(run.parent) if run.parent else None
    return in_next_run(run.session)


def new_stage(run: AnalysisRun, name: str, **fields: Any) -> StageRun:
    """A stage of `run` that waits for its turn, not saved yet."""
    return StageRun(
        run=run,
        name=name,
        owner_id=run.session.owner_id,
        queue=STAGES[name].queue,
        priority=run.priority + STAGES[name].priority,
        **fields,
    )


@transaction.atomic
def cancel_run(*, run: AnalysisRun) -> AnalysisRun:
    """End a run that has not ended; its workers notice at their next heartbeat."""
    run = lock(run.pk)
    if run.state in UNSETTLED:
        _skip_rest(run)
        _settle(run, AnalysisRun.State.CANCELLED)
    return run


@transaction.atomic
def retry_run(*, run: AnalysisRun) -> AnalysisRun:
    """Work the failed stages through again; returns the run that does it.

    A run that shows a partial result is left as it is and a new one, which takes over what had
    succeeded, does the work, so that the result on the page never falls apart meanwhile.
    """
    run = lock(run.pk)
    stages = {stage.name: stage for stage in run.stages.all()}
    names = frozenset(stages)
    failed = {name for name, stage in stages.items() if stage.state == StageRun.State.FAILED}
    if run.state in RESULT_STATES and any(dependants(name, names) for name in failed):
        return start_run(
            session=run.session,
            profile=cast(Profile, run.profile),
            settings=run.settings,
            parent=run,
        )
    again = failed | {name for name, stage in stages.items() if stage.error_code == NOT_REACHED}
    if not again:
        return run
    if run.state not in RESULT_STATES:
        for other in run.session.runs.filter(state__in=UNSETTLED).exclude(pk=run.pk):
            cancel_run(run=other)
        run.state, run.finished_at = AnalysisRun.State.QUEUED, None
        run.error_code = run.error_message = ""
        run.save(update_fields=["state", "finished_at", "error_code", "error_message"])
    run.stages.filter(name__in=again).update(
        state=StageRun.State.WAITING,
        failures=0,
        not_before=None,
        progress=0,
        message="",
        withheld=[],
        error_code="",
        error_message="",
        error_detail="",
        started_at=None,
        finished_at=None,
    )
    advance(run)
    return run


def lock(run_id: uuid.UUID) -> AnalysisRun:
    """The run, its session and itself locked in this order until the transaction ends.

    Raises AnalysisRun.DoesNotExist for a purged one.
    """
    session = (
        Session.objects.select_for_update(no_key=True, of=("self",)).filter(runs=run_id).first()
    )
    run = AnalysisRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if session is not None:
        run.session = session
    return run


def advance(run: AnalysisRun) -> None:
    """Bring a locked run to where its stages are: make ready what is, settle it, ring, tell.

    Called after every change of a stage, so nothing that could go on is ever left waiting.
    """
    states = dict(run.stages.values_list("name", "state"))
    step = next_step(states)
    if step.ready:
        run.stages.filter(name__in=step.ready).update(
            state=StageRun.State.READY, ready_at=Now(), not_before=None
        )
        ring_for(*{STAGES[name].queue for name in step.ready})
    if step.skipped:
        _skip_rest(run)
    if run.state in UNSETTLED and step.run in AnalysisRun.TERMINAL:
        _settle(run, step.run)
    elif run.state in RESULT_STATES and step.run in RESULT_STATES:
        _amend(run, step.run)
    elif run.state in UNSETTLED:
        _note(run, step.run)
    progress.touch(run)


def ring_for(*queues: Queue | str) -> None:
    for queue in sorted(queues):
        transaction.on_commit(lambda queue=queue: ring(queue), robust=True)  # type: ignore[misc]


def _skip_rest(run: AnalysisRun) -> None:
    run.stages.exclude(state__in=StageRun.SETTLED).update(
        state=StageRun.State.SKIPPED,
        lease_until=None,
        finished_at=Now(),
        error_code=NOT_REACHED,
        message="",
    )


def _note(run: AnalysisRun, state: AnalysisRun.State) -> None:
    if run.state != state:
        run.state = state
        if state == AnalysisRun.State.RUNNING and run.started_at is None:
            run.started_at = timezone.now()
        run.save(update_fields=["state", "started_at"])
    _show_on_session(run, SESSION_STATE[state])


def _settle(run: AnalysisRun, state: AnalysisRun.State) -> None:
    """End a run; one with a result becomes the session's shown one in the same transaction,
    unless it lacks what that one has."""
    run.state, run.finished_at = state, timezone.now()
    if state == AnalysisRun.State.FAILED:
        failed = [s for s in run.stages.filter(state="failed") if STAGES[s.name].required]
        run.error_code, run.error_message = failed[0].error_code, failed[0].error_message
    takes_over = state in RESULT_STATES and not _falls_short(run)
    if takes_over:
        run.session.runs.filter(is_current=True).exclude(pk=run.pk).update(is_current=False)
        run.is_current = True
    run.save()
    if takes_over:
        _show_on_session(run, SESSION_STATE[state], score=_overall(run))
        signals.result_shown.send_robust(sender=AnalysisRun, run=run)
    else:
        shown = run.session.runs.filter(is_current=True).first()
        _show_on_session(run, SESSION_STATE[AnalysisRun.State(shown.state if shown else state)])
    progress.touch(run, always=True)


def _falls_short(run: AnalysisRun) -> bool:
    """Whether a partial result of the same recording and text has nothing that the shown one lacks,
    and less: an engine that was asked for and is missing takes no good result from the page. The
    run then says what failed, as a failed one does."""
    shown = run.session.runs.filter(is_current=True).exclude(pk=run.pk).first()
    if run.state != AnalysisRun.State.PARTIAL or shown is None:
        return False
    if run.session.recordings.filter(created__gt=shown.created).exists():
        return False
    if run.settings.get("transcript") != shown.settings.get("transcript"):
        return False
    failed = list(run.stages.filter(state=StageRun.State.FAILED).order_by("pk"))
    had = set(_done(shown))
    lost = [stage for stage in failed if stage.name in had]
    if not lost or set(_done(run)) - had:
        return False
    run.error_code, run.error_message = lost[0].error_code, lost[0].error_message
    return True


def _done(run: AnalysisRun) -> QuerySet[StageRun, str]:
    return run.stages.filter(state=StageRun.State.DONE).values_list("name", flat=True)


def _amend(run: AnalysisRun, state: AnalysisRun.State) -> None:
    """A stage that did not hold the result back has ended: it may have left a gap, or filled it."""
    if run.state != state:
        run.state = state
        run.save(update_fields=["state"])
        if run.is_current and not run.session.runs.filter(state__in=UNSETTLED).exists():
            _show_on_session(run, SESSION_STATE[state])


def _show_on_session(run: AnalysisRun, state: Session.State, **fields: Any) -> None:
    changed = Session.objects.filter(pk=run.session_id)
    if not fields:
        changed = changed.exclude(state=state)
    changed.update(state=state, updated=timezone.now(), **fields)
    run.session.state = state


def _overall(run: AnalysisRun) -> float | None:
    score = run.stages.filter(name="score", state="done").values_list("result", flat=True).first()
    return ((score or {}).get("overall") or {}).get("value")


def _given_text(session: Session) -> Transcript | None:
    given = session.transcripts.filter(kind__in=Transcript.BY_A_PERSON)
    return given.order_by("-version").first()
