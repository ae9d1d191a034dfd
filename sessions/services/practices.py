"""Making, changing, deleting and restoring practice sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Usage
from billing.services import release
from coaching.accounts.models import User
from coaching.accounts.services import forget_in_admin_log
from sessions import signals, stores
from sessions.keys import session_prefix, usage_key
from sessions.models import UNDO_WINDOW, Part, Session

EDITABLE = frozenset(
    {
        "kind", "title", "question", "company", "job_title", "interview_type", "notes",
        "job_description", "language",
    }
)  # fmt: skip
TEXT_MAX_CHARS = 200_000
ROOM = 1000
"""More than a session has parts."""


@transaction.atomic
def create_session(
    *,
    owner: User,
    kind: str,
    title: str,
    question: str = "",
    questions: Sequence[str] = (),
    is_sample: bool = False,
    is_listed: bool = True,
    is_drill: bool = False,
    **fields: str,
) -> Session:
    """A draft with a part for each of `questions`, or one for `question`. `fields` are those of
    EDITABLE. Raises ValidationError."""
    session = Session(owner=owner, is_sample=is_sample, is_listed=is_listed, is_drill=is_drill)
    if len(questions) == 1:
        question = questions[0]
    _change(session, {"kind": kind, "title": title, "question": question, **fields})
    session.full_clean(exclude=["owner"])
    session.save()
    Part.objects.bulk_create(
        Part(session=session, position=position, question=asked)
        for position, asked in enumerate(questions or [session.question])
    )
    return session


@transaction.atomic
def add_part(*, session: Session, question: str, after: Part) -> Part:
    """One more question, right after `after`. Raises ValidationError once there is a recording."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.recordings.exists():
        raise ValidationError(_("This session has its recording; no question can be added."))
    later = session.parts.filter(position__gt=after.position)
    # two steps, since no two parts may stand at one position even for a moment
    later.update(position=F("position") + ROOM)
    session.parts.filter(position__gte=ROOM).update(position=F("position") - ROOM + 1)
    return Part.objects.create(session=session, position=after.position + 1, question=question)


@transaction.atomic
def update_session(*, session: Session, **fields: Any) -> Session:
    """Change what the learner says about it, in whatever state it is. Raises ValidationError.

    A session of one part asks that part's question, so the two stay the same.
    """
    _change(session, fields)
    session.full_clean(exclude=["owner"])
    session.save(update_fields=[*fields, "updated"])
    if "question" in fields and session.parts.count() == 1:
        session.parts.update(question=session.question)
    return session


def rename_session(*, session: Session, title: str) -> Session:
    return update_session(session=session, title=title)


def _change(session: Session, fields: dict[str, Any]) -> None:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"not a field a learner sets: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(session, name, " ".join(value.split()) if name == "title" else value.strip())


@transaction.atomic
def add_text(*, session: Session, text: str) -> Session:
    """Practise with a text alone: nothing is stored as media, the analysis reads the text.

    Raises ValidationError for a text that is empty or too long, or a session that has a recording.
    """
    text = text.replace("\0", "").strip()
    if not text:
        raise ValidationError({"text": _("Paste or write the text first.")})
    if len(text) > TEXT_MAX_CHARS:
        raise ValidationError(
            {"text": _("The text is longer than %(most)d characters. Shorten it, or split it.")
             % {"most": TEXT_MAX_CHARS}}
        )  # fmt: skip
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.recordings.exists():
        raise ValidationError(
            {"text": _("This session has a recording. Make a new session for the text.")}
        )
    signals.text_added.send(sender=Session, session=session, text=text)
    session.refresh_from_db()
    return session


@transaction.atomic
def delete_session(*, session: Session) -> Session:
    """Hide it at once; it is purged after the undo window. Its analysis is told to stop."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.deleted_at is None:
        session.deleted_at = timezone.now()
        session.save(update_fields=["deleted_at", "updated"])
        signals.session_deleted.send(sender=Session, session=session)
    return session


@transaction.atomic
def restore_session(*, session: Session) -> Session:
    """Take a deletion back. Raises ValidationError once the undo window has passed."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.deleted_at is not None:
        if session.deleted_at + UNDO_WINDOW <= timezone.now():
            raise ValidationError(_("The ten minutes to undo this have passed."))
        session.deleted_at = None
        session.save(update_fields=["deleted_at", "updated"])
        signals.session_restored.send(sender=Session, session=session)
    return session


@transaction.atomic
def purge_session(*, session: Session) -> None:
    """Remove it for good: rows, and after the commit every file under its prefix."""
    signals.session_purged.send(sender=Session, session=session)
    forget_in_admin_log(session)
    prefix = session_prefix(session.owner_id, session.pk)
    uploads = list(session.uploads.all())
    for recording in session.recordings.all():
        release(session.owner, Usage.Kind.STORAGE, usage_key(recording.pk))
    for upload in uploads:
        release(session.owner, Usage.Kind.STORAGE, usage_key(upload.pk))

    def remove_files() -> None:
        store = stores.current()
        store.delete_prefix(prefix)
        for upload in uploads:
            store.discard(upload)

    session.delete()
    transaction.on_commit(remove_files)
