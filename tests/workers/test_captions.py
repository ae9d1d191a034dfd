"""A take with captions through the real engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.document import build
from analysis.graph import STAGES
from analysis.services.again import leave_out
from sessions import services, stores
from sessions.services.studio import send_take
from sessions.services.uploads import announce_length
from sessions.takes import read_sent
from tests.synthesis import INTERVIEW_ANSWER, say
from tests.workers.documents import checked
from workers.inprocess import drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_it_works(user, tmp_path: Path) -> None:
    """A browser's captions become the words, with the sound's times, where no Whisper is there."""
    spoken = say(INTERVIEW_ANSWER[0])
    session = services.create_session(owner=user, kind="interview", title="Recorded here")
    upload = services.create_upload(
        owner=user, session=session, length=None,
        metadata={"filename": "studio-audio.wav", "role": "audio"},
    )  # fmt: skip
    appender = stores.current().append(upload, atomic=False)
    appender.write(spoken.write(tmp_path / "said.wav").read_bytes())
    appender.keep()
    services.save_progress(upload)
    line = {"start": 0.1, "end": spoken.duration, "text": spoken.text.strip(".").lower()}
    send_take(session=session, sent=read_sent({
        "uploads": [{"id": str(upload.pk), "role": "audio"}],
        "captions": {"origin": "browser-device", "consented_at": None, "language": "en",
                     "lines": [line]},
    }))  # fmt: skip
    announce_length(upload, upload.offset)
    services.save_progress(upload)
    services.complete_upload(upload=upload)
    run = session.runs.get()
    leave_out(run=run, names=frozenset(STAGES) - {"probe", "audio", "transcribe", "score"})
    run = drain(run, until_result=True)
    document = build(run)
    checked(document)
    said = document["transcript"]
    assert (said["source"], said["timing"], said["text"]) == ("captions", "aligned", line["text"])
    assert said["engine"].startswith("the device’s captions, pocketsphinx")
    assert 0.7 <= said["reliability"] < 1
    version = session.transcripts.get()
    assert (version.kind, version.origin) == ("captions", "browser-device")
    assert version.sentences.get().text == line["text"]
