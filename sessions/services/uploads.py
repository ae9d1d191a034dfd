"""An upload from its announcement to its last byte; what becomes of it then is in `recordings`."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Usage
from billing.selectors import allowance, plan_of
from billing.services import QuotaExceeded, release, reserve
from coaching.accounts.models import User
from sessions import filenames, stores
from sessions.keys import upload_key, usage_key
from sessions.models import Recording, Session, Upload

MAX_OPEN = 100
"""Uploads one account may have open at once; a file in parts takes a few."""
KEPT_METADATA = frozenset({"filename", "filetype", "role", "capture", "sha256"})


class TooLarge(Exception):
    """`message` names the limit."""

    def __init__(self, limit: int) -> None:
        self.message = _(
            "The file is larger than the limit of %(limit)s. Shorten or compress the recording."
        ) % {"limit": filesizeformat(limit)}
        super().__init__(self.message)


def largest_upload(user: User) -> int:
    """Bytes one upload may have: the installation's limit or the plan's, whichever is lower."""
    return min(settings.MAX_UPLOAD_BYTES, plan_of(user).max_upload_bytes)


@transaction.atomic
def create_upload(
    *,
    owner: User,
    session: Session | None,
    length: int | None,
    metadata: dict[str, Any] | None = None,
    concat: str = Upload.Concat.NONE,
) -> Upload:
    """Room for `length` bytes (None: not known yet), counted against the storage at once.

    A partial upload has no session; every other one belongs to a session of the owner's.
    Raises TooLarge, QuotaExceeded, ValidationError (also past MAX_OPEN).
    """
    kept = {k: v for k, v in (metadata or {}).items() if k in KEPT_METADATA}
    kept["filename"] = filenames.clean(str(kept.get("filename", "")))
    others = owner.uploads.filter(state=Upload.State.OPEN)
    if concat != Upload.Concat.FINAL and others.count() >= MAX_OPEN:
        raise ValidationError(
            _("Too many uploads are open. Finish or cancel one before you begin another.")
        )
    if session is not None:
        check_room(session, kept.get("role"))
        _check_minutes(owner)
    upload_id = uuid.uuid4()
    upload = Upload(
        id=upload_id,
        owner=owner,
        session=session,
        concat=concat,
        key=upload_key(owner.pk, upload_id),
        metadata=kept,
        expires_at=timezone.now() + settings.UPLOAD_LIFETIME,
    )
    if length is not None:
        announce_length(upload, length)
    stores.current().begin(upload)
    upload.save(force_insert=True)
    if session is not None:
        # a draft that gets its file; a session that has been analysed keeps its state until then
        Session.objects.filter(pk=session.pk, state=Session.State.DRAFT).update(
            state=Session.State.UPLOADING
        )
    return upload


def check_room(session: Session, role: Any) -> None:
    """Raises ValidationError where the session has this recording already.

    One that could not be analysed may be replaced.
    """
    if role is not None and role not in Recording.Role.values:
        raise ValidationError(_("The role is one of camera, screen and audio."))
    present = session.recordings.filter(**({"role": role} if role else {}))
    if session.state != Session.State.FAILED and present.exists():
        raise ValidationError(
            _("This session has its recording already. Make a new session for another one.")
        )


def _check_minutes(owner: User) -> None:
    has = allowance(owner, Usage.Kind.ANALYSIS)
    if has.left <= 0:
        raise QuotaExceeded(
            Usage.Kind.ANALYSIS,
            _("This month's %(limit)d analysed minutes are used up. Wait for next month, or "
              "choose a larger plan.") % {"limit": has.limit // 60},
        )  # fmt: skip


def announce_length(upload: Upload, length: int) -> None:
    """Set the length once known (not saved) and reserve it. Raises TooLarge, QuotaExceeded."""
    limit = largest_upload(upload.owner)
    if length > limit:
        raise TooLarge(limit)
    reserve(upload.owner, Usage.Kind.STORAGE, usage_key(upload.pk), length)
    upload.length = length


def room_left(upload: Upload) -> int:
    """Bytes a PATCH may still bring."""
    if upload.length is not None:
        return upload.length - upload.offset
    storage = allowance(upload.owner, Usage.Kind.STORAGE)
    return max(0, min(largest_upload(upload.owner) - upload.offset, storage.left))


@transaction.atomic
def save_progress(upload: Upload) -> None:
    """Write down `offset`, `length` and `storage_state`, and push the expiry on.

    What a deferred length has brought is counted as it comes. Raises QuotaExceeded for it.
    """
    if upload.length is None:
        reserve(upload.owner, Usage.Kind.STORAGE, usage_key(upload.pk), upload.offset)
    upload.expires_at = timezone.now() + settings.UPLOAD_LIFETIME
    upload.save(update_fields=["offset", "length", "storage_state", "expires_at"])


@transaction.atomic
def terminate_upload(*, upload: Upload) -> None:
    """Forget an unfinished upload: its bytes, its quota and its row."""
    release(upload.owner, Usage.Kind.STORAGE, usage_key(upload.pk))
    session = upload.session
    upload_id, store = upload.pk, stores.current()
    upload.delete()
    upload.pk = upload_id
    transaction.on_commit(lambda: store.discard(upload))
    if session is not None:
        back_to_draft(session)


def back_to_draft(session: Session) -> None:
    """A session whose last open upload went away waits for another."""
    if not session.uploads.filter(state__in=(Upload.State.OPEN, Upload.State.COMPLETE)).exists():
        Session.objects.filter(pk=session.pk, state=Session.State.UPLOADING).update(
            state=Session.State.DRAFT
        )


@transaction.atomic
def join_uploads(
    *, owner: User, session: Session, parts: list[Upload], metadata: dict[str, Any]
) -> Upload:
    """The final upload of a concatenation: the parts in this order.

    The parts are done with afterwards: they count no more, the whole does.
    Raises ValidationError, TooLarge, QuotaExceeded.
    """
    if not parts or any(p.concat != Upload.Concat.PARTIAL for p in parts):
        raise ValidationError(_("A final upload is made of partial uploads."))
    if any(p.length is None or p.offset != p.length for p in parts):
        raise ValidationError(_("A part of this upload is not complete yet."))
    for part in parts:
        release(owner, Usage.Kind.STORAGE, usage_key(part.pk))
    length = sum(part.offset for part in parts)
    final = create_upload(
        owner=owner, session=session, length=length, metadata=metadata, concat=Upload.Concat.FINAL
    )
    store = stores.current()
    store.concatenate(final, parts)
    final.offset = length
    final.state = Upload.State.COMPLETE
    final.save(update_fields=["offset", "state", "storage_state"])
    Upload.objects.filter(pk__in=[part.pk for part in parts]).delete()
    for part in parts:
        transaction.on_commit(partial(store.discard, part))
    return final
