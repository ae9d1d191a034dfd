"""Captions that came with a recording, as a version of what was said."""

from __future__ import annotations

import re
from typing import Any

from analysis.given import LONGEST_WORD, MAX_WORDS, words_json
from analysis.models import Transcript
from analysis.services.rows import next_version
from sessions.models import Session
from sessions.selectors import captions_of
from workers.engines.types import Word

_A_WORD = re.compile(r"\w")


def keep_captions(session: Session) -> Transcript | None:
    """What the learner was shown while recording, made a version where it is none yet.

    Who asks holds the session's lock. None where there were no captions, or no word in them.
    """
    captions = captions_of(session)
    words = [word for line in (captions or {}).get("lines") or [] for word in _words(line)]
    if captions is None or not words:
        return None
    text = words_json(words[:MAX_WORDS])
    kept = session.transcripts.filter(kind=Transcript.Kind.CAPTIONS, source_text=text)
    return kept.order_by("version").last() or Transcript.objects.create(
        session=session,
        version=next_version(session.pk),
        kind=Transcript.Kind.CAPTIONS,
        origin=captions["origin"],
        consented_at=captions["consented_at"],
        language=captions["language"][:12],
        source_format="json",
        source_text=text,
        timing="caption",
    )


def _words(line: dict[str, Any]) -> list[Word]:
    """Of a line, which share its time."""
    texts = [text for text in line["text"].split() if _A_WORD.search(text)]
    step = (line["end"] - line["start"]) / max(1, len(texts))
    return [
        Word(
            text=text[:LONGEST_WORD],
            start=round(line["start"] + step * place, 3),
            end=round(line["start"] + step * (place + 1), 3),
            confidence=None,
            speaker=None,
        )
        for place, text in enumerate(texts)
    ]
