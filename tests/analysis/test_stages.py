"""Claim, lease, attempt."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis.models import Artifact, StageRun
from analysis.services import progress, reaper, reuse, stages
from analysis.services.inputs import StoredFile, inputs_of
from analysis.services.runs import start_run
from coaching.accounts.models import User
from tests.analysis.working import claim, finish, finish_all, make_session, output, states
from workers.engines.types import EngineError

pytestmark = pytest.mark.django_db
BROKEN = EngineError("broken", "It broke.")


def take(queue: str = "io", worker: str = "a") -> stages.Claim | None:
    return stages.claim_next(queue=queue, worker=worker)


def test_it_claims_once(user: User) -> None:
    run = start_run(session=make_session(user))
    first = take()
    assert (first.run_id, first.stage, first.attempt) == (run.pk, "probe", 1)
    assert take(worker="b") is None


def test_it_claims_by_priority_then_fair_share_then_age(user: User, other_user: User) -> None:
    runs = [start_run(session=make_session(user)) for _ in range(3)]
    theirs = start_run(session=make_session(other_user))
    urgent = start_run(session=make_session(user), priority=5)
    order = [take().run_id for _ in range(5)]
    assert order == [urgent.pk, theirs.pk, runs[0].pk, runs[1].pk, runs[2].pk]


def test_a_stale_attempt_changes_nothing(user: User) -> None:
    start_run(session=make_session(user))
    old = take()
    StageRun.objects.filter(pk=old.stage_id).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert stages.free_expired() == 1
    new = take(worker="b")
    assert new.attempt == 2
    of_old = {"stage_id": old.stage_id, "attempt": old.attempt}
    assert not stages.renew(**of_old)
    assert not stages.relay(**of_old, ratio=0.9)
    assert not stages.finish_stage(**of_old, output=output("probe"))
    assert not stages.fail_stage(**of_old, error=BROKEN, retry=False)
    assert not stages.hand_back(**of_old)
    row = StageRun.objects.get(pk=old.stage_id)
    assert (row.state, row.attempt, row.progress, row.claimed_by) == ("running", 2, 0.0, "b")
    assert finish(new)


def test_a_purged_stage_takes_no_result(user: User) -> None:
    session = make_session(user)
    start_run(session=session)
    claimed = take()
    session.delete()
    assert not finish(claimed)


def test_finishing_twice_does_nothing_twice(user: User) -> None:
    run = start_run(session=make_session(user))
    claimed = take()
    assert finish(claimed)
    audio = claim(run, "audio")
    assert finish(claimed)  # the answer to the first commit was lost
    assert finish(audio)
    assert states(run)["audio"] == "done"
    assert run.stages.get(name="probe").attempt == 1


def test_a_failure_waits_longer_each_time_and_then_is_a_dead_letter(user: User) -> None:
    run = start_run(session=make_session(user))
    waits = []
    for attempt in (1, 2):
        claimed = take()
        assert claimed.attempt == attempt
        stages.fail_stage(stage_id=claimed.stage_id, attempt=attempt, error=BROKEN, retry=True)
        row = StageRun.objects.get(pk=claimed.stage_id)
        waits.append((row.not_before - timezone.now()).total_seconds())
        assert take() is None
        StageRun.objects.filter(pk=row.pk).update(not_before=timezone.now())
    assert 0 < waits[0] < waits[1]
    last = take()
    stages.fail_stage(stage_id=last.stage_id, attempt=3, error=BROKEN, retry=True)
    run.refresh_from_db()
    assert (states(run)["probe"], run.state) == ("failed", "failed")


def test_an_error_not_worth_a_retry_fails_at_once(user: User) -> None:
    run = start_run(session=make_session(user))
    claimed = take()
    stages.fail_stage(stage_id=claimed.stage_id, attempt=1, error=BROKEN, retry=False)
    assert states(run)["probe"] == "failed"


def test_handing_back_counts_no_failure(user: User) -> None:
    start_run(session=make_session(user))
    claimed = take()
    assert stages.hand_back(stage_id=claimed.stage_id, attempt=claimed.attempt)
    again = take()
    assert (again.attempt, again.failures) == (2, 0)


def test_a_dead_workers_stages_are_freed_without_waiting(user: User) -> None:
    run = start_run(session=make_session(user))
    take(worker="host/1/thread")
    assert stages.release_worker(worker="host/2/") == 0
    assert stages.release_worker(worker="host/1/") == 1
    assert states(run)["probe"] == "ready"


def test_the_reaper_takes_up_what_was_left_waiting(user: User) -> None:
    run = start_run(session=make_session(user))
    finish(take())
    run.stages.filter(state="ready").update(state="waiting")  # what a crash could leave
    assert reaper.reap()
    assert states(run)["audio"] == "ready"


def test_artifacts_of_a_stage_are_rows(user: User) -> None:
    run = start_run(session=make_session(user))
    finish(take())
    sound = StoredFile("audio", "u/1/s/2/runs/3/audio-1-a.flac", "f" * 64, 10, "audio/flac")
    finish(claim(run, "audio"), stored=[sound])
    kept = Artifact.objects.get(run=run, kind="audio")
    assert (kept.key, kept.stage) == (sound.key, "audio")
    prosody = inputs_of(run.stages.get(name="prosody").pk)
    assert prosody.artifacts == (sound,)
    assert set(prosody.upstream) == {"probe", "audio"}


def test_equal_inputs_of_the_same_owner_are_taken_over(user: User, other_user: User) -> None:
    session = make_session(user)
    run = start_run(session=session)
    digest = reuse.digest(inputs_of(run.stages.get(name="probe").pk), "1")
    finish(take(), input_digest=digest)
    again = start_run(session=session)
    probe = again.stages.get(name="probe")
    assert reuse.digest(inputs_of(probe.pk), "1") == digest
    assert reuse.find(probe.pk, digest).section["duration_s"] == 60.0
    assert reuse.digest(inputs_of(probe.pk), "2") != digest
    theirs = start_run(session=make_session(other_user)).stages.get(name="probe")
    assert reuse.find(theirs.pk, digest) is None


def test_another_question_is_another_input(user: User) -> None:
    session = make_session(user, question="Why you?")
    first = start_run(session=session)
    session.parts.update(question="Why us?")
    second = start_run(session=session)

    def digest(run: object, name: str) -> str:
        return reuse.digest(inputs_of(run.stages.get(name=name).pk), "1")

    assert digest(first, "content") != digest(second, "content")
    assert digest(first, "body") == digest(second, "body")


def test_a_correction_keeps_what_it_leaves_alone(user: User) -> None:
    session = make_session(user)
    finish_all(start_run(session=session))
    run = start_run(session=session, profile="transcript")
    kept = {
        stage.name
        for stage in run.stages.all()
        if reuse.find(stage.pk, "no such digest") is not None
    }
    assert kept == {"probe", "audio", "body", "rendition", "prosody"}


def test_progress_is_told_with_a_growing_revision(user: User) -> None:
    run = start_run(session=make_session(user))
    first = progress.snapshot(run)
    claimed = take()
    words = [{"text": "So", "start": 0.1, "end": 0.3, "confidence": 1.0, "speaker": None}]
    assert stages.relay(
        stage_id=claimed.stage_id, attempt=1, ratio=0.5, message="Half", words=words
    )
    second = progress.snapshot(run)
    assert second["revision"] > first["revision"]
    assert second["state"] == "running" and not second["terminal"]
    assert second["words"] == words
    probe = second["stages"][0]
    assert (probe["name"], probe["progress"], probe["message"]) == ("probe", 0.5, "Half")
    assert 0 < second["progress"] < 1
    assert second["eta_s"] is None  # nobody knows the length yet
    finish(claimed)
    assert progress.snapshot(run)["eta_s"] > 0
    finish_all(run)
    last = progress.snapshot(run)
    assert (last["terminal"], last["progress"], last["eta_s"]) == (True, 1.0, None)


def test_a_snapshot_needs_two_queries(user: User, django_assert_num_queries) -> None:
    run = start_run(session=make_session(user))
    progress.snapshot(run)
    with django_assert_num_queries(2):
        progress.snapshot(run)
