"""Claim, lease, attempt: how workers take stages and bring results back.

Every claim raises `attempt`; what comes from an older attempt is dropped. Times of leases are the
database's, so that the clocks of machines need not agree.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.graph import STAGES
from analysis.models import AnalysisRun, Artifact, StageRun
from analysis.services import progress, rows, runs
from analysis.services.inputs import StoredFile
from analysis.services.states import withheld_by, without_media
from billing.models import Usage
from billing.services import QuotaExceeded, reserve
from sessions.models import Recording, Session
from workers.engines.types import EngineError, StageOutput, Word

log = logging.getLogger(__name__)
BACKOFF_S, BACKOFF_FACTOR, BACKOFF_LIMIT_S = 4.0, 4, 900.0
"""Before the second attempt, times this for each later one, never longer than the limit."""


class Later(EngineError):
    """Worth another attempt, though not before `wait_s`: somebody else's service said so."""

    def __init__(self, code: str, message: str, *, wait_s: float, detail: str = "") -> None:
        super().__init__(code, message, detail=detail, retry=True)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Claim:
    """A stage in a worker's hands, named by its attempt."""

    stage_id: int
    attempt: int
    failures: int
    stage: str
    queue: str
    run_id: uuid.UUID
    session_id: uuid.UUID
    owner_id: uuid.UUID


def claim_next(
    *,
    queue: str,
    worker: str,
    run_id: uuid.UUID | None = None,
    names: Collection[str] | None = None,
) -> Claim | None:
    """Take the next ready stage of `queue`, or None: by priority, then the owner who has the
    fewest running, then age. `names` limits which stages, `run_id` to one run.
    """
    running = (
        StageRun.objects.filter(state=StageRun.State.RUNNING, owner=OuterRef("owner"))
        .order_by()
        .values("owner")
        .annotate(n=Count("pk"))
        .values("n")
    )
    ready = StageRun.objects.filter(
        Q(not_before=None) | Q(not_before__lte=Now()), queue=queue, state=StageRun.State.READY
    )
    if run_id is not None:
        ready = ready.filter(run=run_id)
    if names is not None:
        ready = ready.filter(name__in=names)
    with transaction.atomic():
        stage = (
            ready.annotate(share=Coalesce(Subquery(running, output_field=IntegerField()), 0))
            .order_by("-priority", "share", "ready_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if stage is None:
            return None
        stage.attempt += 1
        StageRun.objects.filter(pk=stage.pk).update(
            state=StageRun.State.RUNNING,
            attempt=stage.attempt,
            claimed_by=worker,
            lease_until=Now() + lease(),
            started_at=Now(),
            finished_at=None,
            progress=0,
            message="",
            error_code="",
            error_message="",
            error_detail="",
        )
    # not under the lock above: everybody else locks the run before its stages
    AnalysisRun.objects.filter(pk=stage.run_id, state=AnalysisRun.State.QUEUED).update(
        state=AnalysisRun.State.RUNNING, started_at=Coalesce(F("started_at"), Now())
    )
    Session.objects.filter(runs=stage.run_id, state=Session.State.QUEUED).update(
        state=Session.State.ANALYSING
    )
    run = AnalysisRun.objects.only("session_id").get(pk=stage.run_id)
    if stage.name == "transcribe":
        progress.forget_words(run.pk)
    progress.touch(run)
    return Claim(
        stage_id=stage.pk,
        attempt=stage.attempt,
        failures=stage.failures,
        stage=stage.name,
        queue=stage.queue,
        run_id=run.pk,
        session_id=run.session_id,
        owner_id=stage.owner_id,
    )


def renew(*, stage_id: int, attempt: int) -> bool:
    """Hold the stage for another lease. False: it is this attempt's no more, stop working."""
    return bool(_held(stage_id, attempt).update(lease_until=Now() + lease()))


def relay(
    *,
    stage_id: int,
    attempt: int,
    ratio: float,
    message: str = "",
    words: Sequence[Word] = (),
) -> bool:
    """Show how far an attempt is, and words as they are recognised. False: stale, as renew."""
    stage = StageRun.objects.filter(pk=stage_id).only("run_id").first()
    if stage is None or not _held(stage_id, attempt).update(
        progress=min(max(ratio, 0.0), 1.0), message=message[:200]
    ):
        return False
    if words:
        progress.keep_words(stage.run_id, words)
    progress.touch(AnalysisRun(pk=stage.run_id))
    return True


@transaction.atomic
def finish_stage(
    *,
    stage_id: int,
    attempt: int,
    output: StageOutput,
    stored: Sequence[StoredFile] = (),
    input_digest: str = "",
    elapsed_s: float | None = None,
    taken_over: bool = False,
) -> bool:
    """Keep what an attempt found, its artifacts already in storage, and let the run go on.

    `taken_over`: copied from an earlier run. False: a stale attempt, nothing was kept. Asking
    again, where the answer to a commit was lost, is True and changes nothing.
    """
    stage = _lock(stage_id, attempt)
    if stage is None:
        ended = StageRun.objects.filter(pk=stage_id, attempt=attempt)
        return ended.filter(state=StageRun.State.DONE).exists()
    try:
        if stage.name == "probe":
            _keep_probe(stage.run, output)
    except QuotaExceeded as error:
        _fail(stage, EngineError("quota_exceeded", error.message), retry=False)
        return True
    stage.state, stage.lease_until = StageRun.State.DONE, None
    stage.finished_at, stage.progress = timezone.now(), 1.0
    stage.elapsed_s = elapsed_s
    stage.engine, stage.model = output["engine"][:120], output["model"][:120]
    stage.machine = output.get("machine", "")[:160]
    stage.result, stage.withheld = output["section"], output["withheld"]
    stage.input_digest = input_digest
    stage.message = _("Taken over from an earlier analysis.") if taken_over else ""
    stage.save()
    Artifact.objects.filter(run=stage.run, stage=stage.name).delete()
    Artifact.objects.bulk_create(
        Artifact(
            run=stage.run,
            stage=stage.name,
            kind=file.kind,
            key=file.key,
            content_type=file.content_type,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
        )
        for file in stored
    )
    rows.write_rows(stage, output)
    runs.advance(stage.run)
    return True


@transaction.atomic
def fail_stage(*, stage_id: int, attempt: int, error: EngineError, retry: bool) -> bool:
    """Note that an attempt failed: it is tried again later, or is a dead letter. False: stale."""
    stage = _lock(stage_id, attempt)
    if stage is None:
        return False
    _fail(stage, error, retry=retry)
    return True


@transaction.atomic
def hand_back(*, stage_id: int, attempt: int) -> bool:
    """Put the stage back as it was before the claim; no failure is counted. False: stale."""
    stage = _lock(stage_id, attempt)
    if stage is None:
        return False
    _make_ready(stage)
    return True


def release_worker(*, worker: str) -> int:
    """Free what a worker held that is known to be dead, without waiting for its leases."""
    held = StageRun.objects.filter(state=StageRun.State.RUNNING, claimed_by__startswith=worker)
    return sum(_free(pk, attempt) for pk, attempt in held.values_list("pk", "attempt"))


def free_expired() -> int:
    """Free stages whose worker has not been heard of for a lease."""
    expired = StageRun.objects.filter(state=StageRun.State.RUNNING, lease_until__lt=Now())
    return sum(
        _free(pk, attempt, expired=True) for pk, attempt in expired.values_list("pk", "attempt")
    )


@transaction.atomic
def _free(stage_id: int, attempt: int, *, expired: bool = False) -> bool:
    stage = _lock(stage_id, attempt)
    if stage is None:
        return False
    if expired and not _held(stage_id, attempt).filter(lease_until__lt=Now()).exists():
        return False  # renewed meanwhile
    log.warning("worker lost: %s of run %s held by %s", stage.name, stage.run_id, stage.claimed_by)
    error = EngineError(
        "worker_lost",
        _("The machine that worked on this stopped before it was done."),
        detail=f"held by {stage.claimed_by}, attempt {stage.attempt}",
    )
    _fail(stage, error, retry=True, at_once=True)
    return True


def _fail(stage: StageRun, error: EngineError, *, retry: bool, at_once: bool = False) -> None:
    """`at_once`: the attempt was lost, it did not fail, so nothing is gained by waiting."""
    stage.failures += 1
    stage.error_code, stage.error_message = error.code[:60], error.message
    stage.error_detail = error.detail
    if retry and stage.failures < STAGES[stage.name].max_attempts:
        least = timedelta(seconds=error.wait_s if isinstance(error, Later) else 0)
        _make_ready(stage, None if at_once else max(backoff(stage.failures), least))
        return
    stage.state, stage.lease_until, stage.finished_at = StageRun.State.FAILED, None, timezone.now()
    stage.progress, stage.message = 0.0, ""
    stage.withheld = withheld_by(stage.name, error.code, error.message)
    stage.save()
    runs.advance(stage.run)


def _make_ready(stage: StageRun, wait: timedelta | None = None) -> None:
    stage.state, stage.lease_until = StageRun.State.READY, None
    stage.progress, stage.message, stage.started_at = 0.0, "", None
    stage.not_before = timezone.now() + wait if wait else None
    stage.save()
    if wait is None:
        runs.ring_for(stage.queue)
    progress.touch(stage.run)


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures; never the same for all who failed at once."""
    longest = min(BACKOFF_S * BACKOFF_FACTOR ** (failures - 1), BACKOFF_LIMIT_S)
    return timedelta(seconds=longest * random.uniform(0.5, 1.0))  # noqa: S311


def _keep_probe(run: AnalysisRun, output: StageOutput) -> None:
    """What probe found: the length, what may be served, and which stages have no media.

    Raises QuotaExceeded, and then nothing has changed.
    """
    media: dict[str, Any] = output["section"]
    duration = media.get("duration_s")
    session = run.session
    if duration:
        amount = max(1, round(duration))
        reserve(session.owner, Usage.Kind.ANALYSIS, f"session:{session.pk}", amount)
    Session.objects.filter(pk=session.pk).update(duration_s=duration)
    Recording.objects.filter(session=session, checked_at=None).update(checked_at=Now())
    names = frozenset(run.stages.values_list("name", flat=True))
    has_text = bool(run.settings.get("transcript"))
    for name in without_media(names, media, has_text=has_text):
        run.stages.filter(name=name).exclude(state__in=StageRun.SETTLED).update(
            state=StageRun.State.SKIPPED,
            lease_until=None,
            finished_at=Now(),
            withheld=withheld_by(name),
        )


def _lock(stage_id: int, attempt: int) -> StageRun | None:
    """The stage with its run locked, if `attempt` still holds it."""
    run_id = StageRun.objects.filter(pk=stage_id).values_list("run_id", flat=True).first()
    if run_id is None:
        return None
    try:
        run = runs.lock(run_id)
    except AnalysisRun.DoesNotExist:
        return None
    stage = _held(stage_id, attempt).select_for_update(of=("self",)).first()
    if stage is not None:
        stage.run = run
    return stage


def _held(stage_id: int, attempt: int) -> Any:
    return StageRun.objects.filter(pk=stage_id, attempt=attempt, state=StageRun.State.RUNNING)


def lease() -> timedelta:
    """How long a claim holds without being renewed."""
    return timedelta(seconds=settings.LEASE_S)
