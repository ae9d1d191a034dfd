"""Job descriptions as files: taken in by the page, read by a worker under a lease, as clips are
made."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from drills.models import JobDocument, Preparation
from drills.services.leases import Leases
from drills.services.preparation import locked
from workers.engines.types import EngineError

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
    rows = JobDocument.objects.select_for_update(of=("self",))
    document, _new = rows.get_or_create(preparation=preparation)
    document.filename = (file.name or "")[-255:].replace("\0", "")
    document.kind, document.data = kind, file.read()
    leases.begin_again(document)
    return document


@transaction.atomic
def finish(*, preparation_id: uuid.UUID, attempt: int, text: str) -> bool:
    """Put what was read into the description, after what was pasted. False: stale."""
    document = leases.held_row(preparation_id, attempt)
    if document is None:
        return False
    preparation = locked(document.preparation)
    if text not in preparation.job_description.replace("\r\n", "\n"):  # the same file once more
        whole = f"{preparation.job_description}\n\n{text}".strip()
        preparation.job_description = whole[:LONGEST_DESCRIPTION]
        preparation.save(update_fields=["job_description", "updated"])
    leases.put(document, JobDocument.State.DONE)
    return True


def _told(error: EngineError) -> str:
    """An engine's own words, but for what it says of recordings."""
    if error.code in {"deadline", "out_of_memory", "engine_crashed", "engine_failed"}:
        return _("This file took too much time or memory to read. Paste the text instead.")
    return error.message


def _lost() -> EngineError:
    message = _("This file could not be read. Paste the text instead.")
    return EngineError("worker_lost", message, retry=True)


def _forget(document: JobDocument) -> None:
    document.data = b""


leases = Leases(
    JobDocument, queue=QUEUE, most_attempts=MOST_ATTEMPTS, told=_told, lost=_lost, settled=_forget
)
