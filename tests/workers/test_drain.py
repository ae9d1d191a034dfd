"""A run worked through by real engine processes, without a broker."""

from __future__ import annotations

import errno
import socket
import threading
import time

import psutil
import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection

from analysis.graph import STAGES
from analysis.models import StageRun
from analysis.services.runs import cancel_run, start_run
from analysis.services.stages import claim_next
from workers.attempt import attempt
from workers.child import _told
from workers.inprocess import drain
from workers.pool import Pool, Slots

from .conftest import CONTENT

pytestmark = pytest.mark.django_db(transaction=True)


def states(run) -> dict[str, str]:
    return dict(run.stages.values_list("name", "state"))


def until(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def test_it_works(recorded, pool: Pool) -> None:
    session = recorded()
    run = drain(start_run(session=session), pool=pool)
    assert (run.state, set(states(run).values())) == ("done", {"done"})
    audio = run.artifacts.get(kind="audio")
    assert audio.key == f"u/{session.owner_id}/s/{session.pk}/runs/{run.pk}/audio-1-audio.bin"
    with default_storage.open(audio.key) as file:
        assert file.read() == CONTENT


def test_models_stay_loaded_over_jobs_and_drains(recorded, pool: Pool) -> None:
    first = drain(start_run(session=recorded()), pool=pool)
    second = drain(start_run(session=recorded()), pool=pool)
    for name in ("audio", "fluency", "score"):
        assert first.stages.get(name=name).engine == second.stages.get(name=name).engine


def test_it_mails_the_owner_once(recorded, pool: Pool, settings) -> None:
    session = recorded("A <b>bold</b> rehearsal")
    run = drain(start_run(session=session), pool=pool)
    StageRun.objects.filter(run=run, name="notify").update(state="ready")  # delivered twice
    drain(run, pool=pool)
    assert [sent.to for sent in mail.outbox] == [[session.owner.email]]
    assert f"{settings.SITE_URL}/sessions/{session.pk}/" in mail.outbox[0].body
    assert "A <b>bold</b>" in mail.outbox[0].body
    html = mail.outbox[0].alternatives[0][0]
    assert "&lt;b&gt;bold" in html


def test_a_mail_server_that_is_down_is_tried_again(recorded, pool: Pool, settings) -> None:
    working, settings.EMAIL_BACKEND = (
        settings.EMAIL_BACKEND,
        "django.core.mail.backends.smtp.EmailBackend",
    )
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    session = recorded()
    run = drain(start_run(session=session), pool=pool, until_result=True)
    assert run.state == "done"  # nobody waits for a mail to study the result
    refused = threading.Thread(target=drain, args=[run], kwargs={"pool": pool})
    refused.start()
    until(lambda: run.stages.get(name="notify").failures == 1)
    settings.EMAIL_BACKEND = working
    hurry_stage(run, "notify")
    refused.join(60)
    assert [sent.to for sent in mail.outbox] == [[session.owner.email]]
    run.refresh_from_db()
    assert run.state == "done"


def hurry_stage(run, name: str) -> None:
    run.stages.filter(name=name).update(not_before=None)


def test_it_mails_no_guest(recorded, pool: Pool) -> None:
    session = recorded()
    session.owner.is_guest = True
    session.owner.save()
    assert drain(start_run(session=session), pool=pool).state == "done"
    assert mail.outbox == []


def test_a_crash_of_native_code_is_tried_again_and_leaves_a_gap(recorded, pool: Pool) -> None:
    run = start_run(session=recorded("prosody=crash"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    prosody = run.stages.get(name="prosody")
    assert (run.state, prosody.state, prosody.attempt) == ("partial", "failed", 3)
    assert (prosody.error_code, prosody.error_detail) == ("engine_crashed", "signal SIGSEGV")
    assert prosody.withheld[0]["path"] == "/prosody"
    assert states(run)["fluency"] == "done"


def hurry(run) -> None:
    """Do not wait for backoff."""
    try:
        until(lambda: not _take_waits_away(run), 60)
    finally:
        connection.close()


def _take_waits_away(run) -> bool:
    run.stages.exclude(not_before=None).update(not_before=None)
    time.sleep(0.2)
    run.refresh_from_db()
    return not run.is_settled


def test_an_engines_own_error_is_final(recorded, pool: Pool) -> None:
    run = drain(start_run(session=recorded("probe=error:not_media")), pool=pool)
    probe = run.stages.get(name="probe")
    assert (run.state, run.error_code, probe.attempt) == ("failed", "not_media", 1)
    assert run.error_message == "It cannot be measured."


def test_a_full_disk_is_told_whatever_engine_met_it() -> None:
    told = _told(OSError(errno.ENOSPC, "No space left on device"))
    assert (told["code"], told["retry"]) == ("disk_full", True)
    assert "no room left" in told["message"]


def test_a_bug_is_told_in_plain_words(recorded, pool: Pool) -> None:
    run = start_run(session=recorded("highlight=bug"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    stage = run.stages.get(name="highlight")
    assert (stage.state, stage.error_code) == ("failed", "engine_failed")
    assert "KeyError" not in stage.error_message
    assert "KeyError: 'nothing here'" in stage.error_detail


def test_a_number_that_is_none_is_no_result(recorded, pool: Pool) -> None:
    run = start_run(session=recorded("prosody=nan"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    assert states(run)["prosody"] == "failed"


def test_too_much_memory_is_tried_once_more(recorded, pool: Pool, settings) -> None:
    settings.ENGINE_MEMORY_BYTES = 256 * 1024 * 1024
    run = start_run(session=recorded("body=memory:8"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    body = run.stages.get(name="body")
    assert (body.state, body.error_code, body.attempt) == ("failed", "out_of_memory", 2)
    assert run.state == "partial"


def test_a_lost_gpu_hands_the_stage_back_and_another_process_goes_on(
    recorded, pool: Pool, tmp_path
) -> None:
    (lost := tmp_path / "lost").mkdir()
    run = drain(start_run(session=recorded(f"transcribe=lose_gpu:2@{lost}")), pool=pool)
    stage = run.stages.get(name="transcribe")
    assert (stage.state, stage.failures, stage.attempt) == ("done", 0, 3)
    assert len(list(lost.iterdir())) == 2, "each time another process"


def test_a_gpu_that_is_lost_for_ever_is_a_failure(recorded, pool: Pool, tmp_path) -> None:
    (lost := tmp_path / "lost").mkdir()
    run = start_run(session=recorded(f"transcribe=lose_gpu:99@{lost}"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    stage = run.stages.get(name="transcribe")
    assert (stage.state, stage.error_code, stage.failures) == ("failed", "gpu_lost", 3)


def test_a_deadline_ends_it(recorded, pool: Pool, monkeypatch) -> None:
    monkeypatch.setattr("analysis.services.inputs.Inputs.deadline_s", 1.0)
    run = start_run(session=recorded("body=block:60"))
    threading.Thread(target=hurry, args=[run]).start()
    drain(run, pool=pool)
    assert run.stages.get(name="body").error_code == "deadline"


def test_cancelling_kills_the_child(recorded, pool: Pool, settings) -> None:
    settings.HEARTBEAT_S = 0.2
    run = start_run(session=recorded("probe=block:120"))
    drainer = threading.Thread(target=drain, args=[run], kwargs={"pool": pool})
    drainer.start()
    until(lambda: states(run)["probe"] == "running" and children())
    child = children()[0]
    cancel_run(run=run)
    drainer.join(30)
    assert not drainer.is_alive()
    assert not child.is_running()
    assert states(run)["probe"] == "skipped"


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "workers.child" in child.cmdline()
    ]


def test_a_stale_worker_that_finishes_changes_nothing_and_leaves_no_file(
    recorded, pool: Pool
) -> None:
    """It was given to another while this one slept: heartbeats were lost too."""
    session = recorded("audio=sleep:2")
    run = start_run(session=session)
    first = claim_next(queue="io", worker="x", run_id=run.pk)
    with pool._host(STAGES["probe"]) as host:
        attempt(first, host, pool.stopping)
        late = claim_next(queue="cpu", worker="x", run_id=run.pk)
        assert late.stage == "audio"
        sleeper = threading.Thread(target=attempt, args=[late, host, threading.Event()])
        sleeper.start()
        until(lambda: children())
        StageRun.objects.filter(pk=late.stage_id).update(attempt=2, claimed_by="y")
        sleeper.join(30)
    audio = run.stages.get(name="audio")
    assert (audio.state, audio.attempt, audio.claimed_by) == ("running", 2, "y")
    folder = f"u/{session.owner_id}/s/{session.pk}/runs/{run.pk}"
    assert not default_storage.exists(folder) or default_storage.listdir(folder)[1] == []


@pytest.mark.parametrize(("stage", "grammar_url"), [("highlight", ""), ("body", "http://lt.lan")])
def test_the_engine_has_no_network(stage, grammar_url, recorded, pool: Pool, settings) -> None:
    """A grammar server opens it to the lane that asks it, and to no other."""
    settings.GRAMMAR_URL = grammar_url
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = start_run(session=recorded(f"{stage}=connect:127.0.0.1/{port}"))
        threading.Thread(target=hurry, args=[run]).start()
        drain(run, pool=pool)
    if states(run)[stage] == "done":
        pytest.skip("this machine does not let a process leave the network")
    assert "Network is unreachable" in run.stages.get(name=stage).error_detail


def test_the_engine_knows_no_secrets(recorded, pool: Pool, monkeypatch) -> None:
    monkeypatch.setenv("ROSTRUM_SECRET_KEY", "x")
    run = drain(start_run(session=recorded("probe=environment:ROSTRUM_SECRET_KEY")), pool=pool)
    assert run.error_code == "nothing"


def test_an_earlier_result_whose_files_are_gone_is_measured_again(recorded, pool: Pool) -> None:
    session = recorded()
    first = drain(start_run(session=session), pool=pool)
    default_storage.delete(first.artifacts.get(kind="audio").key)
    second = drain(start_run(session=session), pool=pool)
    assert second.state == "done"
    assert second.stages.get(name="audio").message == ""
    with default_storage.open(second.artifacts.get(kind="audio").key) as file:
        assert file.read() == CONTENT


def test_words_are_told_as_they_come(recorded, pool: Pool) -> None:
    from analysis.services.progress import snapshot

    run = start_run(session=recorded("transcribe=talk:100"))
    seen: list[int] = []
    drain(run, pool=pool, watch=lambda run: seen.append(len(snapshot(run)["words"])))
    assert run.state == "done"
    assert max(seen) > 0


def test_no_connection_is_held_while_an_engine_runs(recorded, pool: Pool) -> None:
    run = start_run(session=recorded("probe=sleep:3"))
    held: list[int] = []

    def look(run) -> None:
        if states(run)["probe"] == "running" and children():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    " AND datname = current_database()"
                )
                held.append(cursor.fetchone()[0])

    drain(run, pool=pool, watch=look)
    assert min(held) == 1  # the one this test looks with


def test_the_words_and_the_body_are_worked_on_at_the_same_time(recorded, pool: Pool) -> None:
    run = start_run(session=recorded("transcribe=sleep:2,body=sleep:2"))
    slots = Slots(pool)

    def work() -> None:
        for queue in ("io", "cpu", "gpu"):
            slots.drain(queue)

    first, second = (threading.Thread(target=work) for _ in range(2))
    first.start()  # probe, audio, then the first of the two
    until(lambda: run.stages.filter(queue="gpu", state="running").exists())
    second.start()
    for thread in (first, second):
        thread.join(30)
    words, body = (run.stages.get(name=name) for name in ("transcribe", "body"))
    assert words.started_at < body.finished_at
    assert body.started_at < words.finished_at


def test_an_equal_result_is_taken_over_with_files_of_its_own(recorded, pool: Pool) -> None:
    session = recorded()
    first = drain(start_run(session=session), pool=pool)
    second = drain(start_run(session=session), pool=pool)
    assert second.state == "done"
    assert "Taken over" in second.stages.get(name="audio").message
    old, new = first.artifacts.get(kind="audio"), second.artifacts.get(kind="audio")
    assert old.sha256 == new.sha256 and old.key != new.key
    default_storage.delete(old.key)
    with default_storage.open(new.key) as file:
        assert file.read() == CONTENT


def test_a_result_made_while_something_was_away_is_measured_again(recorded, pool: Pool) -> None:
    """Also where a run that only scores anew has copied it in between."""
    session = recorded("fluency=passing")
    drain(start_run(session=session), pool=pool)
    drain(start_run(session=session, profile="rescore"), pool=pool)
    again = drain(start_run(session=session), pool=pool)
    told = dict(again.stages.values_list("name", "message"))
    assert "Taken over" in told["prosody"] and told["fluency"] == ""


def test_an_engine_cannot_give_away_another_file(recorded, pool: Pool, tmp_path) -> None:
    from workers.cache import _inside
    from workers.engines.types import EngineError

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "leak").symlink_to("/etc/passwd")
    for path in ("/etc/passwd", str(tmp_path / "out" / "leak"), str(tmp_path / "out" / "no")):
        with pytest.raises(EngineError):
            _inside(tmp_path / "out", path)
