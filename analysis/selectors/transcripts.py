"""Versions of a session's transcript."""

from __future__ import annotations

from django.db.models import QuerySet

from analysis.given import json_words, spoken
from analysis.models import Transcript
from analysis.wording import bare_words
from sessions.models import Session
from workers.engines.types import Word


def versions(session: Session) -> QuerySet[Transcript]:
    """Every version, newest first."""
    return Transcript.objects.filter(session=session).order_by("-version")


def latest_version(session: Session) -> Transcript | None:
    """The version a correction is made on: captions only where they were read as the words."""
    return versions(session).exclude(kind=Transcript.Kind.CAPTIONS, engine="").first()


def words_of(transcript: Transcript) -> list[Word]:
    """Its words in order: as aligned, or as given where they are not aligned yet."""
    found = [
        word for words in transcript.sentences.values_list("words", flat=True) for word in words
    ]
    if found:
        return found
    if transcript.source_format == "json":
        return json_words(transcript.source_text)
    return bare_words(spoken(transcript.source_format or "txt", transcript.source_text))


def text_of(transcript: Transcript) -> str:
    """Its text, a sentence a line."""
    return "\n".join(transcript.sentences.values_list("text", flat=True)) or " ".join(
        word["text"] for word in words_of(transcript)
    )
