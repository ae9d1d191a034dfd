"""Starting, settling, cancelling and retrying a run."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.models import AnalysisRun, Transcript
from analysis.services import stages
from analysis.services.runs import NothingToAnalyse, cancel_run, retry_run, start_run
from analysis.services.transcripts import attach_transcript
from coaching.accounts.models import User
from sessions.models import Session
from sessions.services import add_text, delete_session, restore_session
from tests.analysis.working import (
    SILENT_VIDEO,
    SOUND,
    TEXT,
    claim,
    finish,
    finish_all,
    make_session,
    output,
    states,
)
from workers.engines.types import EngineError

pytestmark = pytest.mark.django_db


def fail(claimed: stages.Claim, *, retry: bool = False) -> None:
    error = EngineError("broken", "It broke.", detail="because")
    assert stages.fail_stage(
        stage_id=claimed.stage_id, attempt=claimed.attempt, error=error, retry=retry
    )


def test_it_works(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    session.refresh_from_db()
    assert session.state == Session.State.QUEUED
    assert states(run)["probe"] == "ready"
    order = finish_all(run)
    assert order[0] == "probe" and order[-1] == "notify"
    session.refresh_from_db()
    assert (run.state, run.is_current) == ("done", True)
    assert (session.state, session.score, session.duration_s) == ("ready", 71.0, 60.0)
    assert session.recordings.get().checked_at is not None


def test_it_is_analysing_once_a_worker_has_it(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    claim(run)
    session.refresh_from_db()
    run.refresh_from_db()
    assert (session.state, run.state) == ("analysing", "running")
    assert run.started_at is not None


def test_it_refuses_a_session_without_anything_to_analyse(user: User) -> None:
    with pytest.raises(NothingToAnalyse, match="no recording"):
        start_run(session=make_session(user, recorded=False))


def test_it_refuses_a_deleted_session(user: User) -> None:
    session = make_session(user)
    delete_session(session=session)
    with pytest.raises(NothingToAnalyse, match="deleted"):
        start_run(session=session)


def test_a_text_is_analysed_without_media(user: User) -> None:
    session = make_session(user, recorded=False)
    add_text(session=session, text="When I joined, we had no tests.")
    run = session.runs.get()
    assert run.profile == "text"
    assert run.settings["transcript"]["text"] == "When I joined, we had no tests."
    assert "body" not in states(run)
    finish_all(run, probe=TEXT)
    assert run.state == "done"


@pytest.mark.parametrize("text", ["\x01 I led.", "… !"])
def test_a_text_without_readable_words_starts_no_run(user: User, text: str) -> None:
    session = Session.objects.create(owner=user, kind="pitch", title="A try")
    with pytest.raises(ValidationError):
        add_text(session=session, text=text)
    assert not AnalysisRun.objects.exists()


def test_a_video_without_sound_has_a_result_with_reasons(user: User) -> None:
    run = start_run(session=make_session(user))
    finish_all(run, probe=SILENT_VIDEO)
    assert run.state == "done"
    assert {n for n, s in states(run).items() if s == "skipped"} == {
        "audio",
        "transcribe",
        "prosody",
    }
    assert run.stages.get(name="prosody").withheld[0] == {
        "path": "/prosody",
        "code": "no_sound",
        "message": "There is no sound in this recording.",
    }


def test_sound_alone_skips_the_body(user: User) -> None:
    run = start_run(session=make_session(user))
    finish_all(run, probe=SOUND)
    assert states(run)["body"] == "skipped"
    assert run.stages.get(name="body").withheld[0]["code"] == "no_video"


def test_an_optional_stage_that_fails_leaves_a_partial_result(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    finish(claim(run, "probe"))
    fail(claim(run, "body"))
    finish_all(run)
    session.refresh_from_db()
    assert (run.state, session.state) == ("partial", "partial")
    withheld = run.stages.get(name="body").withheld
    assert withheld == [{"path": "/body", "code": "broken", "message": "It broke."}]


def test_a_required_stage_that_fails_fails_the_run(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    fail(claim(run, "probe"))
    run.refresh_from_db()
    session.refresh_from_db()
    assert (run.state, session.state) == ("failed", "failed")
    assert (run.error_code, run.error_message) == ("broken", "It broke.")
    assert claim(run) is None


def test_the_rendition_does_not_hold_the_result_back(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    finish(claim(run, "probe"))
    rendition = claim(run, "rendition")
    finish_all(run)
    assert (run.state, run.is_current) == ("done", True)
    fail(rendition)
    run.refresh_from_db()
    session.refresh_from_db()
    assert (run.state, session.state) == ("partial", "partial")
    retry_run(run=run)
    finish_all(run)
    assert run.state == "done"


def test_an_older_result_stays_while_a_newer_run_works(user: User) -> None:
    session = make_session(user)
    older = start_run(session=session)
    finish_all(older)
    newer = start_run(session=session)
    finish(claim(newer, "probe"))
    older.refresh_from_db()
    assert older.is_current
    finish_all(newer)
    older.refresh_from_db()
    assert (older.is_current, newer.is_current) == (False, True)


def test_a_newer_run_that_fails_leaves_the_older_result(user: User) -> None:
    session = make_session(user)
    older = start_run(session=session)
    finish_all(older)
    newer = start_run(session=session)
    fail(claim(newer, "probe"))
    older.refresh_from_db()
    session.refresh_from_db()
    assert older.is_current
    assert session.state == "ready"


def test_a_newer_result_that_lacks_what_the_older_had_leaves_it(user: User) -> None:
    """As where a recogniser is chosen whose model is not there."""
    session = make_session(user)
    older = start_run(session=session)
    finish_all(older)
    newer = start_run(session=session)
    for stage in ("probe", "audio"):
        finish(claim(newer, stage))
    fail(claim(newer, "transcribe"))
    finish_all(newer)
    older.refresh_from_db()
    session.refresh_from_db()
    assert (newer.state, newer.is_current, newer.error_message) == ("partial", False, "It broke.")
    assert (older.is_current, session.state) == (True, "ready")
    again = retry_run(run=newer)
    finish_all(again)
    older.refresh_from_db()
    assert (older.is_current, again.is_current) == (False, True)


@pytest.mark.parametrize("new", ["text", "recording"])
def test_a_newer_result_of_something_else_is_shown_whatever_it_lacks(user: User, new: str) -> None:
    session = make_session(user)
    older = start_run(session=session)
    finish_all(older)
    if new == "text":
        attach_transcript(session=session, filename="a.txt", data=b"It was this.", start=False)
    else:
        session.recordings.update(created=timezone.now())
    newer = start_run(session=session)
    for stage in ("probe", "audio"):
        finish(claim(newer, stage))
    fail(claim(newer, "transcribe"))
    finish_all(newer)
    assert (newer.state, newer.is_current) == ("partial", True)


def test_a_new_run_takes_the_place_of_an_unfinished_one(user: User) -> None:
    session = make_session(user)
    first = start_run(session=session)
    claimed = claim(first, "probe")
    second = start_run(session=session)
    first.refresh_from_db()
    session.refresh_from_db()
    assert (first.state, second.state, session.state) == ("cancelled", "queued", "queued")
    assert not finish(claimed)


def test_deleting_cancels_and_restoring_goes_on(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    finish(claim(run, "probe"))
    held = claim(run, "audio")
    delete_session(session=session)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not stages.renew(stage_id=held.stage_id, attempt=held.attempt)
    restore_session(session=session)
    run.refresh_from_db()
    assert states(run)["probe"] == "done"
    finish_all(run)
    assert run.state == "done"


def test_retrying_a_failed_run_keeps_what_had_succeeded(user: User) -> None:
    run = start_run(session=make_session(user))
    finish(claim(run, "probe"))
    finish(claim(run, "body"))
    fail(claim(run, "audio"))
    run.refresh_from_db()
    assert run.state == "failed"
    assert retry_run(run=run) == run
    assert states(run)["body"] == "done"
    assert "body" not in finish_all(run)
    assert (run.state, run.error_code) == ("done", "")


def test_retrying_a_partial_result_leaves_it_shown(user: User) -> None:
    run = start_run(session=make_session(user))
    finish(claim(run, "probe"))
    fail(claim(run, "body"))
    finish_all(run)
    again = retry_run(run=run)
    run.refresh_from_db()
    assert again != run
    assert run.is_current
    finish_all(again)
    assert (again.state, again.is_current) == ("done", True)


def test_cancelling_a_settled_run_changes_nothing(user: User) -> None:
    run = start_run(session=make_session(user))
    finish_all(run)
    assert cancel_run(run=run).state == "done"


def test_a_corrected_transcript_is_what_the_next_run_reads(user: User) -> None:
    session = make_session(user)
    parent = start_run(session=session)
    finish_all(parent)
    edited = Transcript.objects.create(
        session=session, version=99, kind="edited", source_format="json", source_text="[]"
    )
    run = start_run(session=session, profile="transcript", transcript=edited)
    assert run.parent == parent
    assert run.settings["transcript"] == {"kind": "edited", "format": "json", "text": "[]"}


def test_a_rescore_without_a_result_is_a_full_run(user: User) -> None:
    assert start_run(session=make_session(user), profile="rescore").profile == "full"


def test_the_quota_stops_a_run_with_a_reason(user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    finish(claim(run, "probe"), {**SOUND, "duration_s": 10_000_000.0})
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "quota_exceeded")
    assert "minutes" in run.error_message
    assert not session.owner.usage.filter(kind="analysis").exists()


def test_the_quota_counts_a_session_once(user: User) -> None:
    session = make_session(user)
    finish_all(start_run(session=session))
    finish_all(start_run(session=session))
    assert user.usage.get(kind="analysis").amount == 60


def test_rows_lock_in_one_order(user: User) -> None:
    """Session, run, stage: two transactions that take them in another order may deadlock."""
    run = start_run(session=make_session(user))
    claimed = claim(run, "probe")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        stages.finish_stage(
            stage_id=claimed.stage_id, attempt=claimed.attempt, output=output("probe")
        )
    locked = [
        next(t for t in ("practice_session", "analysis_analysisrun", "analysis_stagerun")
             if f'FROM "{t}"' in q["sql"])
        for q in queries if "FOR " in q["sql"] and "UPDATE" in q["sql"].split("FOR ")[-1]
        and "accounts_user" not in q["sql"]
    ]  # fmt: skip
    assert locked[:3] == ["practice_session", "analysis_analysisrun", "analysis_stagerun"]
