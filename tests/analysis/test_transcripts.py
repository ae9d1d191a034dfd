from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.given import TranscriptError
from analysis.models import AnalysisRun, Transcript
from analysis.services import transcripts
from analysis.services.transcripts import EditConflict
from sessions.models import Session
from tests.analysis import results

pytestmark = pytest.mark.django_db
SPOKEN = "So, um, I led the move. We shipped in May."


@pytest.fixture
def session(run: AnalysisRun) -> Session:
    """One with a result of its recognised words (version 1)."""
    return run.session


def newest_run(session: Session) -> AnalysisRun:
    return session.runs.latest("created")


def test_it_works(session: Session) -> None:
    made = transcripts.attach_transcript(session=session, filename="a.txt", data=b"So I led it.")
    assert (made.version, made.kind, made.source_format) == (2, "attached", "txt")
    run = newest_run(session)
    assert (run.profile, run.transcript, run.state) == ("transcript", made, "queued")
    assert run.settings["transcript"] == {
        "kind": "attached", "format": "txt", "text": "So I led it."}  # fmt: skip
    assert session.runs.filter(is_current=True).exclude(pk=run.pk).exists(), "the old one stays"


def test_a_text_without_a_recording_is_analysed_as_text(user: Any) -> None:
    session = results.make_session(user)
    transcripts.attach_text(session=session, text="I led the move.")
    assert newest_run(session).profile == "text"


def test_a_transcript_can_wait_for_its_recording(user: Any) -> None:
    session = results.make_session(user)
    transcripts.attach_text(session=session, text="I led the move.", start=False)
    assert not session.runs.exists()


def test_a_bad_file_changes_nothing(session: Session) -> None:
    with pytest.raises(TranscriptError):
        transcripts.attach_transcript(session=session, filename="a.json", data=b"{")
    assert session.transcripts.count() == 1
    assert session.runs.count() == 1


def edited(session: Session, text: str, base: int = 1) -> list[dict[str, Any]]:
    made = transcripts.edit_transcript(session=session, base_version=base, text=text)
    return list(json.loads(made.source_text)["words"])


def test_an_edit_keeps_the_times_outside_the_changed_span(session: Session) -> None:
    words = edited(session, "So, um, I led the big move. We shipped it in June.")
    times = {word["text"]: word["start"] for word in words}
    assert times["led"] == 1.6
    assert times["move."] == 2.0
    assert times["shipped"] == 3.8
    assert times["big"] is times["it"] is times["June."] is None
    run = newest_run(session)
    assert run.profile == "transcript"
    assert run.settings["transcript"]["kind"] == "edited"
    assert run.transcript is not None
    assert (run.transcript.version, run.transcript.parent.version) == (2, 1)


def test_a_version_never_changes(session: Session) -> None:
    before = list(Transcript.objects.get(version=1).sentences.values_list("text", "words"))
    edited(session, "Something else.")
    after = list(Transcript.objects.get(version=1).sentences.values_list("text", "words"))
    assert before == after


def test_an_edit_of_an_old_version_is_refused_with_the_difference(session: Session) -> None:
    edited(session, SPOKEN.replace("May", "June"))
    with pytest.raises(EditConflict) as refused:
        edited(session, SPOKEN.replace("led", "ran"))
    assert refused.value.latest.version == 2
    changed = [(c.before, c.after) for c in refused.value.changes if c.kind != "same"]
    assert changed == [("led", "ran"), ("June.", "May.")]
    assert session.transcripts.count() == 2


def test_saving_again_over_the_newer_version_works(session: Session) -> None:
    edited(session, SPOKEN.replace("May", "June"))
    words = edited(session, SPOKEN.replace("led", "ran"), base=2)
    assert [word["text"] for word in words if word["start"] is None] == ["ran", "May."]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \n", "empty"), (SPOKEN, "unchanged"), ("– …", "no_words"),
     ("a\x00b", "not_text")],
)  # fmt: skip
def test_an_edit_that_says_nothing_is_refused(session: Session, text: str, code: str) -> None:
    with pytest.raises(TranscriptError) as error:
        edited(session, text)
    assert error.value.code == code
    assert session.runs.count() == 1


def test_punctuation_alone_is_a_change_that_keeps_every_time(session: Session) -> None:
    words = edited(session, SPOKEN.replace("move.", "move!"))
    assert all(word["start"] is not None for word in words)


def test_nothing_to_correct_before_there_are_words(user: Any) -> None:
    with pytest.raises(TranscriptError) as error:
        edited(results.make_session(user), "Words")
    assert error.value.code == "no_transcript"


def test_the_chosen_speaker_stays_the_learner(session: Session) -> None:
    session.runs.update(settings={"speaker": "S2"})
    edited(session, SPOKEN.replace("led", "ran"))
    assert newest_run(session).settings["speaker"] == "S2"
