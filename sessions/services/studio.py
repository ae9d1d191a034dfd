"""The studio's takes: begun, sent, thrown away. Their bytes come by tus (sessions.uploads)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Part, Recording, Session, Take, Upload
from sessions.services.uploads import terminate_upload
from sessions.takes import Sent

NOTES_CHARS = 10_000
"""What a session's notes may have; the take's own is kept among them."""
LONGEST_TAKE_S = 60 * 60
"""The studio stops by itself then; a file that is uploaded may be longer."""


@transaction.atomic
def open_take(
    *, session: Session, settings: dict[str, Any], joins: list[dict[str, Any]] | None = None
) -> Take:
    """A take has begun; again is a restart, or with `joins` (Recording's) it goes on.

    Raises ValidationError where one was sent.
    """
    session = Session.objects.select_for_update().get(pk=session.pk)
    if has_recording(session):
        raise ValidationError(_("This session has its recording already. Make a new one."))
    take, _made = Take.objects.update_or_create(
        session=session,
        defaults={
            "state": Take.State.OPEN,
            "settings": settings,
            "sent": None,
            "uploads": {},
            "joins": joins or [],
        },
    )
    return take


@transaction.atomic
def send_take(*, session: Session, sent: Sent) -> Take:
    """Keep what belongs to the recording; its last bytes may come after this and not before.

    Sent again, before the bytes are all here, it replaces what was said; afterwards nothing
    changes. Raises Http404 for an upload or a part that is not this session's, ValidationError
    where the session has another recording.
    """
    session = Session.objects.select_for_update().get(pk=session.pk)
    take = Take.objects.filter(session=session).first() or Take(session=session)
    own = set(map(str, session.uploads.filter(pk__in=sent.uploads).values_list("pk", flat=True)))
    if own != set(sent.uploads):
        raise Http404(_("There is no such upload."))
    stored = session.recordings.filter(pk__in=own)
    if take.state == Take.State.SENT and (stored.exists() or sent.is_remote):
        return take
    if session.state != Session.State.FAILED and session.recordings.exclude(pk__in=own).exists():
        raise ValidationError(_("This session has its recording already. Make a new one."))
    _place_parts(session, sent)
    before = session.notes.removesuffix(take.note).rstrip()
    session.notes = "\n\n".join(filter(None, [before, sent.note]))[:NOTES_CHARS]
    session.save(update_fields=["notes"])
    take.state, take.sent = Take.State.SENT, timezone.now()
    take.uploads, take.note, take.capture = sent.uploads, sent.note, sent.capture
    take.marks, take.captions = sent.marks, sent.captions
    if not sent.is_remote:
        take.joins = sent.joins
    take.trim_start, take.trim_end = (sent.trim.start, sent.trim.end) if sent.trim else (None, None)
    take.save()
    return take


def _place_parts(session: Session, sent: Sent) -> None:
    parts = {part.pk: part for part in session.parts.filter(pk__in=sent.parts)}
    if set(parts) != set(sent.parts):
        raise Http404(_("There is no such part."))
    session.parts.update(start=None, end=None)  # of a take before this one
    for part_id, span in sent.parts.items():
        parts[part_id].start, parts[part_id].end = span.start, span.end
    Part.objects.bulk_update(parts.values(), ["start", "end"])


@transaction.atomic
def discard_take(*, session: Session) -> None:
    """Throw away what was recorded and not sent: its bytes, its quota, what was noted.

    Again does nothing more.
    """
    for upload in unsent_uploads(session):
        terminate_upload(upload=upload)
    take = Take.objects.filter(session=session).first()
    if take is None or session.recordings.filter(pk__in=take.uploads).exists():
        return  # what was sent is the session's, and goes with it
    session.parts.update(start=None, end=None)
    take.state, take.note, take.marks = Take.State.DISCARDED, "", []
    take.captions, take.capture, take.uploads, take.joins = None, {}, {}, []
    take.trim_start = take.trim_end = None
    take.save()


def unsent_uploads(session: Session) -> list[Upload]:
    """What came from the studio and waits for its end: only the studio leaves the length open."""
    return list(
        session.uploads.filter(state=Upload.State.OPEN, length=None)
        .select_related("session")
        .order_by("created")
    )


def has_recording(session: Session) -> bool:
    """Whether it is too late for a take: one that could not be analysed may be replaced."""
    return session.state != Session.State.FAILED and session.recordings.exists()


def rivals_of(upload: Upload, role: str | None) -> QuerySet[Recording]:
    """The recordings whose place this upload takes: all that its take knows nothing of; for a
    file the one of its role, or without a role the session's one, whatever kind it was."""
    assert upload.session is not None  # noqa: S101 - only a session's upload becomes a recording
    there = upload.session.recordings.all()
    if (take := _take_of(upload)) is not None:
        return there.exclude(pk__in=take.uploads)
    return there.filter(role=role) if role else there


def _take_of(upload: Upload) -> Take | None:
    take = Take.objects.filter(session=upload.session_id, state=Take.State.SENT).first()
    return take if take is not None and str(upload.pk) in take.uploads else None


def from_take(upload: Upload) -> dict[str, Any]:
    """What a take says about the recording that this upload becomes: Recording's own fields."""
    if (take := _take_of(upload)) is None:
        return {"capture": upload.metadata.get("capture") or {}}
    return {
        "capture": take.capture,
        "joins": take.joins,
        "trim_start": take.trim_start,
        "trim_end": take.trim_end,
    }
