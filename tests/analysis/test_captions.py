"""Captions that came with a take: a version of what was said, and what the page tells of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from analysis.captions import captions_said
from analysis.document import build
from analysis.models import AnalysisRun, Transcript
from analysis.selectors.transcripts import latest_version
from analysis.services.inputs import inputs_of
from analysis.services.runs import start_run
from analysis.services.transcripts import attach_text, edit_transcript
from sessions.models import Recording, Session, Take
from tests.analysis import results
from tests.analysis.test_document import check
from tests.analysis.working import claim, finish, finish_all
from tests.tokens import header_of

pytestmark = pytest.mark.django_db
CONSENTED = "2026-05-04T09:30:00.000Z"
LINES = [
    {"start": 0.4, "end": 2.4, "text": "So I led the move"},
    {"start": 3.0, "end": 3.1, "text": "…"},
    {"start": 3.6, "end": 5.0, "text": "We shipped in May"},
]


def took(session: Session, origin: str = "browser", lines: Any = LINES, **fields: Any) -> Take:
    """The session's recording was made in the studio, with captions."""
    recording = session.recordings.get()
    captions = {
        "origin": origin, "consented_at": CONSENTED if origin == "browser" else None,
        "language": "en-GB", "lines": lines,
    }  # fmt: skip
    return Take.objects.create(
        session=session, **{"state": Take.State.SENT, "uploads": {str(recording.pk): "camera"},
                            "captions": captions, **fields}
    )  # fmt: skip


def versions(session: Session) -> list[tuple[int, str]]:
    return list(session.transcripts.order_by("version").values_list("version", "kind"))


def transcribed(run: AnalysisRun, **section: Any) -> AnalysisRun:
    """Worked through, with this as its words."""
    while claimed := claim(run):
        words = results.transcript(**section) if claimed.stage == "transcribe" else None
        assert finish(claimed, words)
    run.refresh_from_db()
    return run


def test_it_works(session: Session) -> None:
    """A version with its origin and the consent, and what an engine needs of it."""
    took(session)
    run = start_run(session=session)
    kept = session.transcripts.get()
    assert (kept.kind, kept.origin, kept.language) == ("captions", "browser", "en-GB")
    assert kept.consented_at is not None and kept.consented_at.isoformat().startswith("2026-05-04")
    assert run.transcript is None and run.settings["transcript"] is None
    words = {"origin": "browser", "language": "en-GB", "text": kept.source_text}
    assert run.settings["captions"] == {"transcript": str(kept.pk)}, "the words are kept once"
    stage = run.stages.get(name="transcribe")
    assert inputs_of(stage.pk).settings["captions"] == words
    run.settings["captions"] = words  # of a run made before they were named
    run.save()
    assert inputs_of(stage.pk).settings["captions"] == words
    assert '"So", "start": 0.4, "end": 0.8' in kept.source_text
    assert "…" not in kept.source_text


def test_captions_are_kept_once_and_words_that_were_recognised_are_a_version_after_them(
    session: Session,
) -> None:
    took(session, "server")
    finish_all(start_run(session=session))
    finish_all(start_run(session=session))
    assert versions(session) == [(1, "captions"), (2, "machine"), (3, "machine")]


def test_where_they_are_the_words_no_other_version_is_made(session: Session) -> None:
    took(session)
    told = {"origin": "browser", "used": True}
    run = transcribed(start_run(session=session), source="captions", captions=told)
    assert versions(session) == [(1, "captions")]
    assert run.transcript == session.transcripts.get()
    assert run.transcript.sentences.count() == 2
    document = build(run)
    check(document)
    assert (document["transcript"]["source"], document["transcript"]["version"]) == ("captions", 1)
    again = start_run(session=session, profile="rescore")
    assert again.settings["transcript"] is None, "nobody gave them"


def test_two_results_never_share_the_captions_as_their_words(session: Session) -> None:
    """A second one may be trimmed, and must not take the words of the first."""
    took(session)
    told = {"origin": "browser", "used": True}
    first = transcribed(start_run(session=session), source="captions", captions=told)
    second = transcribed(start_run(session=session), source="captions", captions=told)
    assert versions(session) == [(1, "captions"), (2, "captions")]
    assert first.transcript is not None and second.transcript is not None
    assert first.transcript.sentences.count() == second.transcript.sentences.count() == 2
    assert second.transcript.source_text == first.transcript.source_text


def test_a_correction_is_made_on_captions_only_where_they_are_the_words(session: Session) -> None:
    took(session)
    run = start_run(session=session)
    assert latest_version(session) is None
    transcribed(run, source="captions", captions={"origin": "browser", "used": True})
    assert latest_version(session) == session.transcripts.get()
    made = edit_transcript(session=session, base_version=1, text="So I led the move.")
    assert (made.version, made.parent.version) == (2, 1)


def test_a_text_that_somebody_gave_stands_before_captions(session: Session) -> None:
    given = attach_text(session=session, text="We shipped in May.", start=False)
    took(session)
    run = start_run(session=session)
    assert run.transcript == given
    assert run.settings["transcript"]["kind"] == "attached"
    captions = session.transcripts.get(kind="captions")
    assert run.settings["captions"] == {"transcript": str(captions.pk)}, "to be compared with it"
    assert latest_version(session) == given


@pytest.mark.parametrize(
    "fields",
    [{"captions": None}, {"state": Take.State.DISCARDED}, {"uploads": {}}, {"lines": []},
     {"lines": [{"start": 1.0, "end": 2.0, "text": "…"}]}],
)  # fmt: skip
def test_without_captions_of_this_recording_there_is_no_such_version(
    session: Session, fields: dict[str, Any]
) -> None:
    """Of none, of a take that was thrown away, of another recording, without a word."""
    took(session, **fields)
    run = start_run(session=session)
    assert not session.transcripts.exists()
    assert "captions" not in run.settings, "an old run's inputs are still equal to a new one's"


def test_captions_of_a_recording_that_was_replaced_are_compared_with_nothing(
    session: Session,
) -> None:
    took(session)
    start_run(session=session)
    session.recordings.all().delete()
    Recording.objects.create(
        session=session, key=f"u/{session.owner_id}/s/{session.pk}/original/b.mp4",
        filename="b.mp4", content_type="video/mp4", size_bytes=10, sha256="1" * 64,
    )  # fmt: skip
    assert "captions" not in start_run(session=session).settings


def test_they_are_erased_with_their_session(session: Session) -> None:
    took(session)
    start_run(session=session)
    session.delete()
    assert not Transcript.objects.exists()


COMPARED = {"origin": "server", "used": False, "agreement": 0.87, "words": 120, "covered": 1.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"captions": COMPARED}, "The live captions agreed with 87 % of the final words."),
        ({"captions": COMPARED | {"covered": 0.4}},
         "The live captions were on for 40 % of the words and agreed with 87 % of those."),
        ({"captions": COMPARED, "reliability": 0.4},
         "agreed with 87 % of the final words, which are a rough guess too."),
        ({"captions": {"origin": "browser", "used": True}, "source": "captions"},
         "These words are the live captions that the browser wrote"),
        ({"captions": {"origin": "server", "used": False}}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_page_says_in_a_sentence_how_well_they_did(
    user_client: Client, session: Session, changes: dict[str, Any], said: str
) -> None:
    session.recordings.update(checked_at="2026-05-04T09:30:00Z")
    run = results.finished(session)
    stage = run.stages.get(name="transcribe")
    stage.result = results.transcript(**changes)
    stage.save()
    document = build(run)
    check(document)
    told = captions_said(document)
    assert said in told and bool(told) == bool(said)
    page = user_client.get(session.get_absolute_url()).content.decode()
    assert (told in page) if told else ("live captions" not in page)


def test_the_list_of_versions_says_who_wrote_them_and_what_was_agreed_to(
    user_client: Client, session: Session
) -> None:
    took(session)
    finish_all(start_run(session=session))
    page = user_client.get(f"/sessions/{session.pk}/transcript/").content.decode()
    assert "Captions, written by your browser’s maker while you recorded" in page
    assert "you agreed on" in page


def test_the_api_says_who_wrote_the_words_and_when_that_was_agreed_to(session: Session) -> None:
    took(session)
    told = {"origin": "browser", "used": True}
    transcribed(start_run(session=session), source="captions", captions=told)
    http = APIClient()
    http.credentials(HTTP_AUTHORIZATION=header_of(session.owner))
    given = http.get(f"/api/v1/sessions/{session.pk}/transcript/").json()
    assert (given["kind"], given["origin"]) == ("captions", "browser")
    assert given["consented_at"].startswith("2026-05-04T09:30")
