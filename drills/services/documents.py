"""Job descriptions as files: taken in by the page, read by a worker under a lease, as clips are
made."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from analysis.services.runs import ring_for
from analysis.services.stages import lease
from drills.models import JobDocument, Preparation
from drills.services.preparation import locked
from workers.engines.types import EngineError

log = logging.getLogger(__name__)
QUEUE = "cpu"
MOST_BYTES = 5 * 1024 * 1024
MOST_ATTEMPTS = 2
LONGEST_DESCRIPTION = 20_000
_MAGIC = {"pdf": b"%PDF-", "docx": b"PK\x03\x04"}


def kind_of(file: UploadedFile) -> str:
    """`pdf` or `docx`, by name and first bytes. Raises ValidationError with what to do."""
    ending = (file.name or "").rpartition(".")[2].lower()
    size = file.size or 0
    if ending not in _MAGIC:
        raise ValidationError(
            _("Only .pdf and .docx files can be read. Save it as one of them, or paste the text.")
        )
    if not size:
        raise ValidationError(_("This file is empty. Choose another, or paste the text."))
    if size > MOST_BYTES:
        raise ValidationError(
            _("This file is larger than %(most)s. Paste the text instead.")
            % {"most": filesizeformat(MOST_BYTES)}
        )
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    fits = _MAGIC[ending] in start if ending == "pdf" else start.startswith(_MAGIC[ending])
    if not fits:
        raise ValidationError(
            _("This is no .%(ending)s file, whatever its name says. Paste the text instead.")
            % {"ending": ending}
        )
    return ending


@transaction.atomic
def take_document(*, preparation: Preparation, file: UploadedFile) -> JobDocument:
    """Keep a file for a worker to read, in place of an earlier one. Raises ValidationError."""
    kind = kind_of(file)
    preparation = locked(preparation)
    document, _new = JobDocument.objects.update_or_create(
        preparation=preparation,
        defaults={
            "filename": (file.name or "")[-255:].replace("\0", ""),
            "kind": kind,
            "data": file.read(),
            "state": JobDocument.State.WAITING,
            "failures": 0,
            "lease_until": None,
            "error_code": "",
            "error_message": "",
        },
    )
    ring_for(QUEUE)
    return document


@dataclass(frozen=True)
class DocumentClaim:
    """A file in a worker's hands, named by its attempt."""

    preparation_id: uuid.UUID
    attempt: int
    kind: str
    data: bytes


def claim_next(*, worker: str) -> DocumentClaim | None:
    """Take the file that waits longest."""
    with transaction.atomic():
        document = (
            _waiting().order_by("created").select_for_update(skip_locked=True, of=("self",)).first()
        )
        if document is None:
            return None
        document.attempt += 1
        JobDocument.objects.filter(pk=document.pk).update(
            state=JobDocument.State.RUNNING,
            attempt=document.attempt,
            claimed_by=worker,
            lease_until=Now() + lease(),
        )
    return DocumentClaim(document.pk, document.attempt, document.kind, bytes(document.data))


def renew(*, preparation_id: uuid.UUID, attempt: int) -> bool:
    """Hold it for another lease. False: it is this attempt's no more, stop working."""
    return bool(_held(preparation_id, attempt).update(lease_until=Now() + lease()))


@transaction.atomic
def finish(*, preparation_id: uuid.UUID, attempt: int, text: str) -> bool:
    """Put what was read into the description, after what was pasted. False: stale."""
    document = _held(preparation_id, attempt).select_for_update(of=("self",)).first()
    if document is None:
        return False
    preparation = locked(document.preparation)
    if text not in preparation.job_description.replace("\r\n", "\n"):  # the same file once more
        whole = f"{preparation.job_description}\n\n{text}".strip()
        preparation.job_description = whole[:LONGEST_DESCRIPTION]
        preparation.save(update_fields=["job_description", "updated"])
    _put(document, JobDocument.State.DONE)
    return True


@transaction.atomic
def fail(*, preparation_id: uuid.UUID, attempt: int, error: EngineError) -> bool:
    """Note that it could not be read; tried again only where that may help. False: stale."""
    document = _held(preparation_id, attempt).select_for_update(of=("self",)).first()
    if document is None:
        return False
    document.failures += 1
    document.error_code, document.error_message = error.code[:60], _told(error)
    again = error.retry and document.failures < MOST_ATTEMPTS
    _put(document, JobDocument.State.WAITING if again else JobDocument.State.FAILED)
    return True


def _told(error: EngineError) -> str:
    """An engine's own words, but for what it says of recordings."""
    if error.code in {"deadline", "out_of_memory", "engine_crashed", "engine_failed"}:
        return _("This file took too much time or memory to read. Paste the text instead.")
    return error.message


@transaction.atomic
def hand_back(*, preparation_id: uuid.UUID, attempt: int) -> bool:
    """Let another worker read it. False: stale."""
    document = _held(preparation_id, attempt).select_for_update(of=("self",)).first()
    if document is not None:
        _put(document, JobDocument.State.WAITING)
    return document is not None


def release_worker(*, worker: str) -> int:
    """Free what a worker held that is known to be dead."""
    return _free(Q(claimed_by__startswith=worker))


def free_expired() -> int:
    """Free files whose worker has not been heard of for a lease."""
    return _free(Q(lease_until__lt=Now()))


def waiting_count() -> int:
    """Files that could be claimed now, for the reaper's ring."""
    return _waiting().count()


def _free(which: Q) -> int:
    """A worker that died while it read a file may have died of it, so it counts as a failure."""
    lost = EngineError("worker_lost", _("This file could not be read. Paste the text instead."),
                       retry=True)  # fmt: skip
    held = JobDocument.objects.filter(which, state=JobDocument.State.RUNNING)
    return sum(
        fail(preparation_id=pk, attempt=attempt, error=lost)
        for pk, attempt in held.values_list("pk", "attempt")
    )


def _waiting() -> Any:
    return JobDocument.objects.filter(state=JobDocument.State.WAITING, preparation__deleted_at=None)


def _held(preparation_id: uuid.UUID, attempt: int) -> Any:
    return JobDocument.objects.filter(
        pk=preparation_id, attempt=attempt, state=JobDocument.State.RUNNING
    ).select_related("preparation")


def _put(document: JobDocument, state: JobDocument.State) -> None:
    document.state, document.lease_until = state, None
    if not document.is_unfinished:
        document.data = b""
    document.save()
    if state == JobDocument.State.WAITING:
        ring_for(QUEUE)
