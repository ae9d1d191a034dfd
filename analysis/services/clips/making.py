"""Claim, lease, attempt: how workers take clips and bring them back, as they do stages."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.models import Artifact, Clip
from analysis.services.clips.asking import QUEUE, purge_clip, usage_key
from analysis.services.clips.telling import touch
from analysis.services.inputs import StoredFile
from analysis.services.runs import ring_for
from analysis.services.stages import backoff, lease
from billing.models import Usage
from billing.services import QuotaExceeded, reserve
from sessions.models import UNDO_WINDOW, Recording
from workers.engines.types import ROLES, ClipSpec, EngineError, StageOutput

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class ClipClaim:
    """A clip in a worker's hands, named by its attempt."""

    clip_id: uuid.UUID
    attempt: int
    session_id: uuid.UUID
    owner_id: uuid.UUID


@dataclass(frozen=True)
class ClipInputs:
    """What one attempt reads, still in storage."""

    spec: ClipSpec
    files: tuple[StoredFile, ...]
    """Of kind `source` and, where faces were looked for, `landmarks`."""

    @property
    def deadline_s(self) -> float:
        return 180 + 20 * (self.spec["end"] - self.spec["start"])


def claim_next(*, worker: str) -> ClipClaim | None:
    """Take the next clip: of the owner who has the fewest running, then the oldest."""
    running = (
        Clip.objects.filter(state=Clip.State.RUNNING, session__owner=OuterRef("session__owner"))
        .order_by()
        .values("session__owner")
        .annotate(n=Count("pk"))
        .values("n")
    )
    with transaction.atomic():
        clip = (
            _waiting()
            .annotate(share=Coalesce(Subquery(running, output_field=IntegerField()), 0))
            .select_related("session")
            .order_by("share", "created", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if clip is None:
            return None
        clip.attempt += 1
        Clip.objects.filter(pk=clip.pk).update(
            state=Clip.State.RUNNING,
            attempt=clip.attempt,
            claimed_by=worker,
            lease_until=Now() + lease(),
            progress=0,
            error_code="",
            error_message="",
            error_detail="",
        )
        touch(clip)
    return ClipClaim(clip.pk, clip.attempt, clip.session_id, clip.session.owner_id)


def inputs_of(clip_id: uuid.UUID) -> ClipInputs:
    """Raises Clip.DoesNotExist for a purged one, EngineError where its source is gone."""
    clip = Clip.objects.select_related("session").get(pk=clip_id)
    made = Artifact.objects.filter(run__session=clip.session_id, run__is_current=True)
    files = {a.kind: a for a in made.filter(kind__in=("rendition", "landmarks"))}
    source: Artifact | Recording | None = files.get("rendition") or min(
        clip.session.recordings.filter(joins=[]).exclude(checked_at=None),
        key=lambda one: ROLES.index(one.role),
        default=None,
    )
    if source is None:
        raise EngineError("source_gone", _("The recording this was to be cut from is gone."))
    found = [StoredFile("source", source.key, source.sha256, source.size_bytes)]
    if seen := files.get("landmarks"):
        found.append(StoredFile("landmarks", seen.key, seen.sha256, seen.size_bytes))
    return ClipInputs(clip.spec, tuple(found))


def renew(*, clip_id: uuid.UUID, attempt: int) -> bool:
    """Hold the clip for another lease. False: it is this attempt's no more, stop working."""
    return bool(_held(clip_id, attempt).update(lease_until=Now() + lease()))


def relay(*, clip_id: uuid.UUID, attempt: int, ratio: float) -> bool:
    """Show how far an attempt is. False: stale, as renew."""
    held = _held(clip_id, attempt)
    if not held.update(progress=min(max(ratio, 0.0), 1.0)):
        return False
    clip = held.only("session_id").first()
    if clip is not None:
        touch(clip)
    return True


@transaction.atomic
def finish(*, clip_id: uuid.UUID, attempt: int, output: StageOutput, stored: StoredFile) -> bool:
    """Keep a clip whose file is in storage. False: nothing was kept, its file is to go."""
    clip = _held(clip_id, attempt).select_for_update(of=("self",)).first()
    if clip is None:
        return Clip.objects.filter(pk=clip_id, attempt=attempt, state=Clip.State.DONE).exists()
    try:
        reserve(clip.session.owner, Usage.Kind.STORAGE, usage_key(clip), stored.size_bytes)
    except QuotaExceeded as error:
        _fail(clip, EngineError("quota_exceeded", error.message), retry=False)
        return False
    clip.state, clip.lease_until, clip.finished_at = Clip.State.DONE, None, timezone.now()
    clip.progress, clip.result = 1.0, output["section"]
    clip.key, clip.content_type, clip.size_bytes = (
        stored.key,
        stored.content_type,
        stored.size_bytes,
    )
    clip.save()
    touch(clip)
    return True


@transaction.atomic
def fail(*, clip_id: uuid.UUID, attempt: int, error: EngineError) -> bool:
    """Note that an attempt failed: it is tried again later, or over. False: stale."""
    clip = _held(clip_id, attempt).select_for_update(of=("self",)).first()
    if clip is not None:
        _fail(clip, error, retry=error.retry)
    return clip is not None


@transaction.atomic
def hand_back(*, clip_id: uuid.UUID, attempt: int) -> bool:
    """Let another worker make it; no failure is counted. False: stale."""
    clip = _held(clip_id, attempt).select_for_update(of=("self",)).first()
    if clip is not None:
        _queue_again(clip)
    return clip is not None


def release_worker(*, worker: str) -> int:
    """Free what a worker held that is known to be dead."""
    held = Clip.objects.filter(state=Clip.State.RUNNING, claimed_by__startswith=worker)
    return sum(_free(pk, attempt) for pk, attempt in held.values_list("pk", "attempt"))


def free_expired() -> int:
    """Free clips whose worker has not been heard of for a lease."""
    late = Clip.objects.filter(state=Clip.State.RUNNING, lease_until__lt=Now())
    return sum(_free(pk, attempt) for pk, attempt in late.values_list("pk", "attempt"))


def waiting_count() -> int:
    """Clips that could be claimed now, for the reaper's ring."""
    return _waiting().count()


def take_back(session_id: uuid.UUID) -> None:
    """The session was deleted: what is being made stops, and waits for it to come back."""
    Clip.objects.filter(session=session_id, state=Clip.State.RUNNING).update(
        state=Clip.State.QUEUED, lease_until=None, progress=0, attempt=F("attempt") + 1
    )


def sweep() -> int:
    """Remove clips past their undo window."""
    gone = Clip.objects.filter(deleted_at__lte=timezone.now() - UNDO_WINDOW)
    count = 0
    for clip in gone.select_related("session__owner")[:50]:
        purge_clip(clip=clip)
        count += 1
    return count


def _waiting() -> Any:
    return Clip.objects.filter(
        Q(not_before=None) | Q(not_before__lte=Now()),
        state=Clip.State.QUEUED,
        deleted_at=None,
        session__deleted_at=None,
    )


@transaction.atomic
def _free(clip_id: uuid.UUID, attempt: int) -> bool:
    clip = _held(clip_id, attempt).select_for_update(of=("self",)).first()
    if clip is None:
        return False
    log.warning("worker lost: clip %s held by %s", clip.pk, clip.claimed_by)
    error = EngineError(
        "worker_lost",
        _("The machine that worked on this stopped before it was done."),
        detail=f"held by {clip.claimed_by}, attempt {clip.attempt}",
    )
    _fail(clip, error, retry=True, at_once=True)
    return True


def _fail(clip: Clip, error: EngineError, *, retry: bool, at_once: bool = False) -> None:
    clip.failures += 1
    clip.error_code, clip.error_message = error.code[:60], error.message
    clip.error_detail = error.detail
    if retry and clip.failures < MOST_ATTEMPTS:
        _queue_again(clip, wait=not at_once)
        return
    clip.state, clip.lease_until, clip.finished_at = Clip.State.FAILED, None, timezone.now()
    clip.progress = 0.0
    clip.save()
    touch(clip)


def _queue_again(clip: Clip, *, wait: bool = False) -> None:
    clip.state, clip.lease_until, clip.progress = Clip.State.QUEUED, None, 0.0
    clip.not_before = timezone.now() + backoff(clip.failures) if wait else None
    clip.save()
    if not wait:
        ring_for(QUEUE)
    touch(clip)


def _held(clip_id: uuid.UUID, attempt: int) -> Any:
    return Clip.objects.filter(
        pk=clip_id, attempt=attempt, state=Clip.State.RUNNING
    ).select_related("session__owner")
