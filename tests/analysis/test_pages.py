from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.models import AnalysisRun, StageRun
from analysis.services.again import run_token
from analysis.services.runs import cancel_run, start_run
from billing.models import Usage
from sessions.models import Session
from sessions.services import grant_access
from tests.analysis import results

pytestmark = pytest.mark.django_db

READS = ("session", "progress", "document", "transcript")  # events: test_live.py
CHANGES = ("retry", "cancel", "reanalyse", "speaker", "attach", "transcript")
OTHERWISE = {"transcriber": "pocketsphinx", "language": "en", "scenario": "pitch"}


def at(name: str, session: Session) -> str:
    return reverse(f"analysis:{name}", args=[session.pk])


def test_it_works(user_client: Client, run: AnalysisRun) -> None:
    page = user_client.get(at("session", run.session))
    text = page.content.decode()
    assert page.status_code == 200
    for found in ("Name the result first", "A clear close", "shipped", "131", "Too noisy.",
                  "transcribe engine 1", "Vocal variety", "71"):  # fmt: skip
        assert found in text, found
    assert 'data-play-start="2.50"' in text, "evidence plays its moment"


@pytest.mark.parametrize("name", READS)
def test_it_checks_object_ownership(other_client: Client, run: AnalysisRun, name: str) -> None:
    assert other_client.get(at(name, run.session)).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_else_can_ask_for_anything(
    other_client: Client, run: AnalysisRun, other_user: Any, name: str
) -> None:
    session = run.session
    assert other_client.post(at(name, session)).status_code == 404
    # somebody it is shared with may look, and still change nothing
    grant_access(
        owner=session.owner, scope="media", reason="Coaching", session=session, to_user=other_user
    )
    assert other_client.get(at("session", session)).status_code == 200
    assert other_client.post(at(name, session)).status_code == 404
    assert session.runs.count() == 1
    assert session.transcripts.count() == 1


@pytest.mark.parametrize("name", ["session", "document", "transcript"])
def test_a_stranger_signs_in_first(client: Client, run: AnalysisRun, name: str) -> None:
    assert client.get(at(name, run.session)).status_code == 302


def test_figures_shared_do_not_share_the_words(
    other_client: Client, other_user: Any, run: AnalysisRun
) -> None:
    session = run.session
    grant_access(
        owner=session.owner, scope="metrics", reason="Study", session=session, to_user=other_user
    )
    page = other_client.get(at("session", session)).content.decode()
    file = other_client.get(at("document", session)).content.decode()
    for shown in (page, file):
        assert "shipped" not in shown
        assert "131" in shown
        assert "Correct it" not in shown


@pytest.mark.parametrize("scope", ["metrics", "transcript"])
def test_who_may_not_hear_it_is_told_so_and_offered_nothing_to_play(
    other_client: Client, other_user: Any, run: AnalysisRun, scope: str
) -> None:
    grant_access(owner=run.session.owner, scope=scope, reason="Study", session=run.session,
                 to_user=other_user)  # fmt: skip
    page = other_client.get(at("session", run.session)).content.decode()
    assert "recording itself is not shared with you" in page
    assert "was shared with you" in page and "No words were heard" not in page
    assert ("only the figures" in page) == (scope == "metrics")
    assert "still being prepared" not in page
    assert "Play from" not in page and "data-seek" not in page
    assert 'class="evidence__time">0:02' in page, "when it was stays"


def test_words_that_could_not_be_written_down_are_not_called_silence(
    user_client: Client, session: Session
) -> None:
    run = results.make_run(session)
    run.stages.filter(name="transcribe").update(state=StageRun.State.FAILED, result=None)
    page = user_client.get(at("session", session)).content.decode()
    assert "could not be written down" in page and "No words were heard" not in page


@pytest.mark.parametrize(("source", "guess"), [("machine", True), ("attached", False)])
def test_a_rough_transcript_asks_for_the_language_and_a_foreign_one_is_no_guess(
    user_client: Client, session: Session, source: str, guess: bool
) -> None:
    mismatch = {"code": "transcript_mismatch", "message": "It seems to belong to another one."}
    run = results.make_run(session)
    transcribe = run.stages.get(name="transcribe")
    transcribe.result = results.transcript(
        reliability=0.2, source=source, warnings=[] if guess else [mismatch]
    )
    transcribe.save()
    page = user_client.get(at("session", session)).content.decode()
    assert ("a rough guess" in page and "Say in which language" in page) == guess
    assert ("belong to another one" in page) != guess


def test_what_the_recording_lacks_is_said_first(user_client: Client, run: AnalysisRun) -> None:
    assert "the rest is lost" not in user_client.get(at("session", run.session)).content.decode()
    probe = run.stages.get(name="probe")
    assert probe.result
    probe.result["warnings"] = [{"code": "cut_short", "message": "It ends; the rest is lost."}]
    probe.save()
    page = user_client.get(at("session", run.session)).content.decode()
    assert "the rest is lost" in page.split('class="deck"')[0]


@pytest.mark.parametrize(
    ("speech_s", "said"),
    [(0.4, "1 second of"), (8.2, "8 seconds of"), (29.9, "29 seconds of"), (30.0, ""), (0, "")],
)
def test_little_speech_asks_for_more(
    user_client: Client, run: AnalysisRun, speech_s: float, said: str
) -> None:
    audio = run.stages.get(name="audio")
    assert audio.result
    audio.result["speech_s"] = speech_s
    audio.save()
    first = user_client.get(at("session", run.session)).content.decode().split('class="deck"')[0]
    assert ("Speak for half a minute" in first) == bool(said)
    assert said in first


@pytest.mark.parametrize(("state", "said"), [
    (StageRun.State.READY, "still being prepared"),
    (StageRun.State.FAILED, "could not be made playable"),
])  # fmt: skip
def test_a_missing_player_says_whether_one_is_to_come(
    user_client: Client, run: AnalysisRun, state: str, said: str
) -> None:
    run.session.recordings.all().delete()
    run.stages.filter(name="rendition").update(state=state)
    page = user_client.get(at("session", run.session)).content.decode()
    assert said in page


def test_the_page_asks_a_constant_number_of_times(
    user_client: Client, run: AnalysisRun, django_assert_max_num_queries: Any
) -> None:
    user_client.get(at("session", run.session))
    for _ in range(8):
        results.finished(results.make_session(run.session.owner))
        results.finished(run.session, is_current=False)
    AnalysisRun.objects.filter(session=run.session).exclude(pk=run.pk).update(
        created="2020-01-01 00:00Z"
    )
    with django_assert_max_num_queries(15):
        assert user_client.get(at("session", run.session)).status_code == 200


def test_a_running_analysis_shows_its_progress(user_client: Client, session: Session) -> None:
    start_run(session=session)
    page = user_client.get(at("session", session)).content.decode()
    assert 'data-stage="transcribe"' in page
    assert 'http-equiv="refresh"' in page, "a browser without scripts looks again by itself"
    assert "Stop the analysis" in page


def test_an_older_result_stays_while_a_newer_run_works(
    user_client: Client, run: AnalysisRun
) -> None:
    start_run(session=run.session)
    page = user_client.get(at("session", run.session)).content.decode()
    assert "Name the result first" in page
    assert 'data-stage="transcribe"' in page


def fail(session: Session) -> AnalysisRun:
    run = start_run(session=session)
    run.stages.filter(name="probe").update(
        state=StageRun.State.FAILED, error_code="not_media", error_message="This is no recording."
    )
    from analysis.services.runs import advance, lock

    advance(lock(run.pk))
    run.refresh_from_db()
    return run


@pytest.mark.django_db(transaction=True)
def test_a_failed_analysis_says_why_and_can_be_tried_again(
    user_client: Client, session: Session
) -> None:
    from django.db import transaction

    with transaction.atomic():
        run = fail(session)
    page = user_client.get(at("session", session)).content.decode()
    assert "This is no recording." in page
    again = user_client.post(at("retry", session), {"seen": run_token(run)})
    assert again.headers["Location"] == at("session", session)
    run.refresh_from_db()
    assert run.state == "queued"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "again_first"), [(1, False), (3, True)])
def test_a_file_that_cannot_work_asks_for_another_first(
    failures: int, again_first: bool, user_client: Client, session: Session
) -> None:
    """A stage that was not even tried again says what the file is."""
    from django.db import transaction

    with transaction.atomic():
        run = fail(session)
    run.stages.filter(state="failed").update(failures=failures)
    page = user_client.get(at("session", session)).content.decode()
    assert (page.index(">Try again<") < page.index(">Another file<")) == again_first


@pytest.mark.parametrize(("failures", "offered"), [(1, 'href="#again"'), (3, ">Try again<")])
def test_a_newer_result_that_lacks_something_says_why_the_older_stays(
    user_client: Client, run: AnalysisRun, failures: int, offered: str
) -> None:
    newer = start_run(session=run.session)
    why = "WhisperX is chosen but none of its models is installed."
    AnalysisRun.objects.filter(pk=newer.pk).update(state="partial", error_message=why)
    newer.stages.filter(name="transcribe").update(state="failed", failures=failures)
    page = user_client.get(at("session", run.session)).content.decode()
    assert why in page and "shipped" in page
    assert offered in page.split('class="deck"')[0]


def test_a_double_click_starts_one_run(user_client: Client, run: AnalysisRun) -> None:
    form = OTHERWISE | {"seen": run_token(run)}
    for _ in range(2):
        assert user_client.post(at("reanalyse", run.session), form).status_code == 302
    newest = run.session.runs.latest("created")
    assert run.session.runs.count() == 2
    assert newest.settings["engines"]["transcriber"] == "pocketsphinx"
    assert (newest.settings["language"], newest.settings["scenario"]) == ("en", "pitch")


def test_an_analysis_can_be_started_again_so_often_a_day(
    user_client: Client, run: AnalysisRun, settings: Any
) -> None:
    settings.REANALYSES_PER_DAY = 2
    session = run.session
    for count in (1, 2):
        user_client.post(at("reanalyse", session), OTHERWISE)
        assert session.runs.count() == 1 + count
    cancel_run(run=session.runs.latest("created"))
    for name in ("reanalyse", "retry"):
        page = user_client.post(at(name, session), OTHERWISE, follow=True).content.decode()
        assert "2 analyses again today" in page and "tomorrow" in page
    assert session.runs.count() == 3 and session.runs.latest("created").state == "cancelled"
    corrected = user_client.post(
        at("transcript", session), {"base_version": 1, "text": "Something else was said."}
    )
    assert corrected.status_code == 302
    assert session.runs.count() == 4, "a correction is always welcome"
    Usage.objects.update(created=timezone.now() - timedelta(days=1))
    user_client.post(at("reanalyse", session), OTHERWISE)
    assert session.runs.count() == 5, "tomorrow is another day"


def test_what_could_not_start_is_not_counted(user_client: Client, run: AnalysisRun) -> None:
    for name in ("retry", "reanalyse"):
        if name == "reanalyse":
            run.session.recordings.all().delete()
            run.session.transcripts.exclude(kind="machine").delete()
        user_client.post(at(name, run.session), OTHERWISE)
    assert not Usage.objects.filter(kind="again").exists()


def test_an_unknown_setting_is_refused(user_client: Client, run: AnalysisRun) -> None:
    form = {"transcriber": "magic", "language": "en", "scenario": "pitch"}
    page = user_client.post(at("reanalyse", run.session), form, follow=True).content.decode()
    assert "magic is not one of the available choices" in page
    assert run.session.runs.count() == 1


def test_it_can_be_stopped_twice(user_client: Client, session: Session) -> None:
    run = start_run(session=session)
    for _ in range(2):
        assert user_client.post(at("cancel", session)).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "You stopped this analysis" in user_client.get(at("session", session)).content.decode()


def test_an_htmx_action_moves_the_page(user_client: Client, run: AnalysisRun) -> None:
    answer = user_client.post(at("retry", run.session), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == at("session", run.session)


def test_the_learner_says_which_voice_is_theirs(user_client: Client, run: AnalysisRun) -> None:
    stage = run.stages.get(name="transcribe")
    stage.result["speakers"] = [{"id": "S1", "label": "One"}, {"id": "S2", "label": "Two"}]
    stage.save()
    page = user_client.get(at("session", run.session)).content.decode()
    assert "Which voice is yours?" in page
    assert "the one who speaks most" in page, "nobody has chosen yet"
    user_client.post(at("speaker", run.session), {"speaker": "S9"})
    assert run.session.runs.count() == 1
    user_client.post(at("speaker", run.session), {"speaker": "S2"})
    assert run.session.runs.latest("created").settings["speaker"] == "S2"


def test_the_document_is_a_file(user_client: Client, run: AnalysisRun) -> None:
    answer = user_client.get(at("document", run.session))
    assert answer.json()["schema"] == "rostrum.analysis/1"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_transcript_can_be_attached(user_client: Client, run: AnalysisRun) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("talk.srt", b"1\n00:00:00,0 --> 00:00:01,0\nHello there.\n")
    assert user_client.post(at("attach", run.session), {"file": file}).status_code == 302
    assert run.session.transcripts.latest("version").source_format == "srt"


@pytest.mark.parametrize(("form", "says"), [({}, "Choose a transcript file"),
                                            ({"text": "…"}, "There are no words")])  # fmt: skip
def test_a_bad_transcript_says_what_to_do(
    user_client: Client, run: AnalysisRun, form: dict[str, str], says: str
) -> None:
    answer = user_client.post(at("attach", run.session), form)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_transcript_can_be_corrected(user_client: Client, run: AnalysisRun) -> None:
    page = user_client.get(at("transcript", run.session)).content.decode()
    assert "We shipped in May." in page
    answer = user_client.post(
        at("transcript", run.session), {"base_version": 1, "text": "So, I led the move."}
    )
    assert answer.status_code == 302
    assert run.session.transcripts.latest("version").kind == "edited"


def test_a_correction_of_an_old_version_shows_both(user_client: Client, run: AnalysisRun) -> None:
    for text, status in (("So I led the move.", 302), ("So I ran the move.", 409)):
        answer = user_client.post(at("transcript", run.session), {"base_version": 1, "text": text})
        assert answer.status_code == status
    page = answer.content.decode()
    assert "<del>led</del>" in page
    assert "<ins>ran</ins>" in page
    assert "So I ran the move." in page, "nothing the person wrote is lost"
    assert 'name="base_version" value="2"' in page


def test_each_answer_stands_with_how_it_was_delivered(
    user_client: Client, run: AnalysisRun
) -> None:
    stage = run.stages.get(name="content")
    told = {"duration_s": 62.0, "fillers": 1, "pauses": 3, "longest_pause_s": 2.5,
            "words_per_minute": 128.4}  # fmt: skip
    stage.result["answers"] = [
        {"part": "1", "question": "Why you?", "words": 130, "start": 2.0, "end": 64.0,
         "relevance": 0.7, "star": {}, "delivery": told},
        {"part": "2", "question": "Why us?", "words": 3, "start": None, "end": None,
         "relevance": 0.5, "star": {}},
    ]  # fmt: skip
    stage.save()
    page = user_client.get(run.session.get_absolute_url()).content.decode()
    for found in ("Why you?", "Why us?", "128 words a minute", "1 filler ·", "3 pauses, the",
                  'data-play-start="2.00" data-play-end="64.00"'):  # fmt: skip
        assert found in page, found
