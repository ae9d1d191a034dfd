"""The demo learner's practices, as a person would have made them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from analysis.services.transcripts import attach_transcript
from coaching.accounts.models import User
from sessions.models import Session
from sessions.services import add_file, create_session

HERE = Path(__file__).parent
RESULTS = HERE / "results"
_DETAILS = ("kind", "title", "question", "company", "job_title", "interview_type")
_PAUSE = re.compile(r"\s*<\d+(?:\.\d+)?>\s*")


def scripts() -> list[dict[str, Any]]:
    return list(json.loads((HERE / "scripts.json").read_text()))


def practise(owner: User, script: dict[str, Any]) -> Session:
    """Make the session, attach the text that was spoken from, upload the recording."""
    details = {key: script[key] for key in _DETAILS if key in script}
    session = create_session(owner=owner, **details)
    text = _PAUSE.sub(" ", script["text"])
    attach_transcript(session=session, filename="script.txt", data=text.encode(), start=False)
    media = HERE / "media" / f"{script['slug']}.ogg"
    with media.open("rb") as file:
        add_file(session=session, file=file, filename=media.name, length=media.stat().st_size)
    return session
