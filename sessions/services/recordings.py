"""From the last byte of an upload to a recording the analysis can start on."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Usage
from billing.services import QuotaExceeded, release, reserve
from sessions import containers, scan, signals, stores
from sessions.keys import original_key, usage_key
from sessions.models import Recording, Session, Upload
from sessions.services.studio import from_take, rivals_of
from sessions.services.uploads import back_to_draft, create_upload, save_progress
from sessions.stores.base import READ_BYTES

log = logging.getLogger(__name__)
T = TypeVar("T")
INSPECTED = "inspected"
"""In storage_state once the bytes were read through: {sha256, extension, content_type}."""
_WAITS_S = (0.2, 1.0)
_SOUND_ONLY = {c.extension for c in containers.CONTAINERS if c.content_type.startswith("audio/")}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class UploadRefused(Exception):
    """The bytes came, and they are no recording. `message` says what they are."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def complete_upload(*, upload: Upload) -> Recording:
    """Make the session's recording of a complete upload; again gives the same recording.

    Reads the bytes once (length, SHA-256, kind, malware where a scanner is set up), moves them
    under the session's prefix and sends `recording_stored`. Raises UploadRefused (the session is a
    draft again and keeps the reason) and OSError where the storage fails three times in a row;
    then nothing is lost and the next call goes on.
    """
    upload = Upload.objects.select_related("owner", "session").get(pk=upload.pk)
    if upload.state == Upload.State.STORED:
        return Recording.objects.get(pk=upload.storage_state["recording"])
    if upload.state == Upload.State.REFUSED:
        raise UploadRefused(upload.refusal)
    if upload.length is None or upload.offset != upload.length or upload.session is None:
        raise ValueError("an upload is completed once all of it is here, and for a session")
    store = stores.current()
    try:
        if INSPECTED not in upload.storage_state:
            _inspect(store, upload)
        return _store(store, upload)
    except (containers.NotARecording, scan.Infected, QuotaExceeded, UploadRefused) as refusal:
        refuse_upload(upload=upload, message=refusal.message)
        raise UploadRefused(refusal.message) from refusal


def add_file(
    *, session: Session, file: Readable, filename: str, length: int, **metadata: Any
) -> Recording:
    """Give a session a file of `length` bytes that is here already, by the way uploads go.

    Raises what `create_upload` and `complete_upload` raise.
    """
    upload = create_upload(
        owner=session.owner,
        session=session,
        length=length,
        metadata={"filename": filename, **metadata},
    )
    appender = stores.current().append(upload, atomic=False)
    while piece := file.read(READ_BYTES):
        appender.write(piece)
    appender.keep()
    save_progress(upload)
    if upload.offset != length:
        raise OSError(f"{filename}: {upload.offset} bytes instead of {length}")
    return complete_upload(upload=upload)


def _inspect(store: stores.Store, upload: Upload) -> None:
    """Read it through once, and write down what it is before anything moves."""
    container, digest = _patiently(lambda: _read_through(store, upload))
    wanted = str(upload.metadata.get("sha256") or digest)
    if wanted.lower() != digest:
        raise UploadRefused(
            _("The file was damaged on its way (its checksum differs). Upload it again.")
        )
    upload.storage_state[INSPECTED] = {
        "sha256": digest,
        "extension": container.extension,
        "content_type": container.content_type,
    }
    # unless another call, which began while this one read, has settled it already
    unsettled = (Upload.State.OPEN, Upload.State.COMPLETE)
    Upload.objects.filter(pk=upload.pk, state__in=unsettled).update(
        state=Upload.State.COMPLETE, storage_state=upload.storage_state
    )


def _read_through(store: stores.Store, upload: Upload) -> tuple[containers.Container, str]:
    pieces = store.read(upload)
    digest, size = hashlib.sha256(), 0
    head = next(pieces, b"")
    container = containers.identify(head[: containers.HEAD_BYTES])
    with scan.scanner() as scanned:
        piece: bytes | None = head
        while piece:
            digest.update(piece)
            scanned(piece)
            size += len(piece)
            piece = next(pieces, None)
    if size != upload.length:
        raise OSError(f"upload {upload.pk}: {size} bytes in storage, {upload.length} announced")
    return container, digest.hexdigest()


def _store(store: stores.Store, upload: Upload) -> Recording:
    found = upload.storage_state[INSPECTED]
    session = upload.session
    assert session is not None and upload.length is not None  # noqa: S101 - checked by the caller
    named = upload.metadata.get("role")
    role = named or (
        Recording.Role.AUDIO if found["extension"] in _SOUND_ONLY else Recording.Role.CAMERA
    )
    with transaction.atomic():
        session = Session.objects.select_for_update().select_related("owner").get(pk=session.pk)
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.state == Upload.State.STORED:  # the other tab was here first
            return Recording.objects.get(pk=upload.storage_state["recording"])
        rivals = rivals_of(upload, named)
        if same := rivals.filter(sha256=found["sha256"]).first():
            return _settle_on(upload, same, store)
        for rival in rivals:
            _replace(session, rival, store)
        reserve(session.owner, Usage.Kind.STORAGE, usage_key(upload.pk), upload.length or 0)
        key = original_key(session.owner_id, session.pk, upload.pk, found["extension"])
        _patiently(lambda: store.settle(upload, key))
        recording = Recording.objects.create(
            id=upload.pk,
            session=session,
            role=role,
            key=key,
            filename=_named(upload.metadata["filename"], found["extension"]),
            content_type=found["content_type"],
            size_bytes=upload.length or 0,
            sha256=found["sha256"],
            **from_take(upload),
        )
        _mark_stored(upload, recording)
        signals.recording_stored.send(sender=Session, recording=recording)
    return recording


def _mark_stored(upload: Upload, recording: Recording) -> None:
    upload.state = Upload.State.STORED
    upload.storage_state = {"recording": str(recording.pk)}
    upload.save(update_fields=["state", "storage_state"])


def _settle_on(upload: Upload, recording: Recording, store: stores.Store) -> Recording:
    """The same file came twice (two tabs): one recording, counted once."""
    release(upload.owner, Usage.Kind.STORAGE, usage_key(upload.pk))
    _mark_stored(upload, recording)
    transaction.on_commit(lambda: store.discard(upload))
    return recording


def _replace(session: Session, recording: Recording, store: stores.Store) -> None:
    if session.state != Session.State.FAILED:
        raise UploadRefused(
            _("This session has its recording already. Make a new session for another one.")
        )
    key = recording.key
    release(session.owner, Usage.Kind.STORAGE, usage_key(recording.pk))
    recording.delete()
    transaction.on_commit(lambda: store.delete_prefix(key))


@transaction.atomic
def refuse_upload(*, upload: Upload, message: str) -> None:
    """Keep the reason, drop the bytes, and let the session wait for another file."""
    store = stores.current()
    upload.state, upload.refusal = Upload.State.REFUSED, message[:300]
    upload.save(update_fields=["state", "refusal"])
    release(upload.owner, Usage.Kind.STORAGE, usage_key(upload.pk))
    if upload.session is not None:
        back_to_draft(upload.session)
    transaction.on_commit(lambda: store.discard(upload))


def _named(filename: str, extension: str) -> str:
    """The name to offer at a download: the learner's own, with an extension that is true."""
    name = PurePosixPath(filename)
    return filename if name.suffix.lower() == extension else f"{name.stem}{extension}"


def _patiently(work: Callable[[], T]) -> T:
    """Storage hiccups pass: three tries, then the OSError."""
    for wait_s in _WAITS_S:
        try:
            return work()
        except OSError as error:
            log.warning("storage failed, trying again in %s s: %s", wait_s, error)
            time.sleep(wait_s)
    return work()
