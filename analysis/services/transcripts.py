"""Versions of what was said: attaching a transcript, and correcting one.

A version never changes. A correction makes a child whose unchanged words keep their times, and
starts a run that works out again what depends on words.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from analysis.given import (
    MAX_BYTES,
    Given,
    TranscriptError,
    read,
    read_text,
    words_json,
)
from analysis.models import AnalysisRun, Transcript
from analysis.selectors.transcripts import latest_version, words_of
from analysis.services.rows import next_version
from analysis.services.runs import Profile, start_run
from analysis.wording import Change, bare_words, carry_times, difference
from sessions.models import Session
from workers.engines.types import Word


class EditConflict(Exception):
    """The correction was made on a version that is no longer the latest.

    `changes` lead from the latest version's text to the text that was sent, so nothing of either
    is lost.
    """

    def __init__(self, latest: Transcript, sent: str, changes: list[Change]) -> None:
        super().__init__(_("Somebody corrected this transcript in the meantime."))
        self.latest, self.sent, self.changes = latest, sent, changes


def attach_transcript(
    *, session: Session, filename: str, data: bytes, start: bool = True
) -> Transcript:
    """Keep a transcript file as a new version and analyse with it. Raises TranscriptError.

    `start=False` leaves the run to the caller (who has a recording to store first).
    """
    return _keep_given(session, read(filename, data), start=start)


def attach_text(*, session: Session, text: str, start: bool = True) -> Transcript:
    """As `attach_transcript`, for plain text that was typed or pasted. Raises TranscriptError."""
    if len(text.encode()) > MAX_BYTES:
        raise TranscriptError("too_large", _("This text is too long to be a transcript."))
    return _keep_given(session, read_text("txt", text), start=start)


@transaction.atomic
def _keep_given(session: Session, given: Given, *, start: bool) -> Transcript:
    _lock(session)
    transcript = Transcript.objects.create(
        session=session,
        version=next_version(session.pk),
        kind=Transcript.Kind.ATTACHED,
        source_format=given.format,
        source_text=given.text,
    )
    if start:
        _analyse(session, transcript)
    return transcript


@transaction.atomic
def edit_transcript(
    *,
    session: Session,
    base_version: int,
    text: str | None = None,
    words: list[Word] | None = None,
) -> Transcript:
    """Keep a correction of version `base_version` as its child and analyse what depends on it.

    Give `text`, or `words` where their speakers were corrected too. Words outside the changed
    spans keep their times; the others are aligned to the sound anew. Raises EditConflict where
    `base_version` is not the latest, TranscriptError where nothing is left or nothing changed.
    """
    _lock(session)
    latest = latest_version(session)
    if latest is None:
        raise TranscriptError("no_transcript", _("There is no transcript to correct yet."))
    sent = words if words is not None else bare_words(text or "")
    sent_text = " ".join(word["text"] for word in sent)
    # a text that a person can send is held to the same rules as a file
    read_text("txt", sent_text)
    before = words_of(latest)
    if latest.version != base_version:
        raise EditConflict(latest, sent_text, difference(before, sent))
    carried = carry_times(before, sent)
    if _identities(before) == _identities(carried):
        raise TranscriptError("unchanged", _("Nothing was changed."))
    transcript = Transcript.objects.create(
        session=session,
        parent=latest,
        version=next_version(session.pk),
        kind=Transcript.Kind.EDITED,
        language=latest.language,
        source_format="json",
        source_text=words_json(carried),
    )
    _analyse(session, transcript)
    return transcript


def _lock(session: Session) -> None:
    """First of all locks, as everywhere: who holds it alone makes versions and runs."""
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)


def _analyse(session: Session, transcript: Transcript) -> AnalysisRun:
    """Start the run that a new version asks for: only what depends on words, where there is a
    result to take the rest from."""
    profile: Profile = "transcript" if session.recordings.exists() else "text"
    latest = session.runs.order_by("-created").first()
    speaker = latest.settings.get("speaker") if latest else None
    return start_run(
        session=session,
        profile=profile,
        transcript=transcript,
        settings={"speaker": speaker} if speaker else None,
    )


def _identities(words: list[Word]) -> list[tuple[str, str | None]]:
    return [(word["text"], word["speaker"]) for word in words]
