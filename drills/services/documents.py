"""Job descriptions as files: taken in by the page, read by a worker under a lease, as clips are
made."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from analysis.services.runs import ring_for
from drills.models import JobDocument, Preparation
from drills.services import claims
from drills.services.preparation import locked
from workers.engines.types import EngineError

log = logging.getLogger(__name__)
MOST_BYTES = 5 * 1024 * 1024
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
    ring_for(claims.QUEUE)
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
    document = claims.take(_waiting(), worker=worker)
    if document is None:
        return None
    return DocumentClaim(document.pk, document.attempt, document.kind, bytes(document.data))


def renew(*, preparation_id: uuid.UUID, attempt: int) -> bool:
    """Hold it for another lease. False: it is this attempt's no more, stop working."""
    return claims.renew(_held(preparation_id, attempt))


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
    document.data = b""
    claims.put(document, JobDocument.State.DONE)
    return True


@transaction.atomic
def fail(*, preparation_id: uuid.UUID, attempt: int, error: EngineError) -> bool:
    """Note that it could not be read; tried again only where that may help. False: stale."""
    document = claims.fail(_held(preparation_id, attempt), error, _told(error))
    if document is not None and not document.is_unfinished:
        _forget_bytes(document)
    return document is not None


def _told(error: EngineError) -> str:
    """An engine's own words, but for what it says of recordings."""
    if error.code in {"deadline", "out_of_memory", "engine_crashed", "engine_failed"}:
        return _("This file took too much time or memory to read. Paste the text instead.")
    return error.message


def hand_back(*, preparation_id: uuid.UUID, attempt: int) -> bool:
    """Let another worker read it. False: stale."""
    return claims.hand_back(_held(preparation_id, attempt))


def release_worker(*, worker: str) -> int:
    """Free what a worker held that is known to be dead."""
    return _free(claims.of_worker(worker))


def free_expired() -> int:
    """Free files whose worker has not been heard of for a lease."""
    return _free(claims.expired())


def waiting_count() -> int:
    """Files that could be claimed now, for the reaper's ring."""
    return _waiting().count()


def _free(which: Q) -> int:
    """A worker that died while it read a file may have died of it, so it counts as a failure."""
    lost = EngineError("worker_lost", _("This file could not be read. Paste the text instead."),
                       retry=True)  # fmt: skip
    return sum(
        fail(preparation_id=cast(uuid.UUID, pk), attempt=attempt, error=lost)
        for pk, attempt in claims.attempts_of(JobDocument.objects.all(), which)
    )


def _waiting() -> QuerySet[JobDocument]:
    return JobDocument.objects.filter(state=JobDocument.State.WAITING, preparation__deleted_at=None)


def _held(preparation_id: uuid.UUID, attempt: int) -> QuerySet[JobDocument]:
    return claims.held(
        JobDocument.objects.filter(pk=preparation_id).select_related("preparation"), attempt
    )


def _forget_bytes(document: JobDocument) -> None:
    document.data = b""
    document.save(update_fields=["data"])
