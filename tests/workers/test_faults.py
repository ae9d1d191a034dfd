"""Things that die, each with real processes: nothing is lost, nothing is stuck."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from analysis.graph import PROFILES
from analysis.models import AnalysisRun, StageRun
from analysis.services.runs import start_run
from config.broker import ring
from deploy.local.redis import Redis
from sessions.services import delete_session
from tests.analysis.working import claim, finish, make_session
from tests.sessions.served import free_port

from .house import House, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(tmp_path: Path, settings) -> Iterator[House]:
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    made = House(tmp_path / "var")
    yield made
    made.kill()


def stage_of(run: AnalysisRun, name: str) -> StageRun:
    return run.stages.get(name=name)


def is_settled(run: AnalysisRun) -> bool:
    run.refresh_from_db()
    return run.is_settled and not run.stages.filter(state__in=("ready", "running")).exists()


def worker_of(run: AnalysisRun, name: str) -> psutil.Process:
    """Who holds the stage."""
    return psutil.Process(int(stage_of(run, name).claimed_by.split("/")[1]))


def test_a_worker_killed_at_each_stage_costs_an_attempt_and_no_more(
    recorded, house: House, tmp_path
) -> None:
    """In the middle of a native call that holds the interpreter; another worker takes it over."""
    flags = tmp_path / "flags"
    flags.mkdir()
    run = start_run(session=recorded(f"*=once:{flags}"))
    house.processes = 2
    house.start()
    left = set(PROFILES["full"]) - {"notify"}

    def blocked() -> list[str]:
        running = run.stages.filter(state="running", name__in=left).values_list("name", flat=True)
        return [name for name in running if (flags / name).exists()]

    while left:
        until(blocked)
        worker = worker_of(run, blocked()[0])
        engines = [engine for engine in house.engines() if engine.ppid() == worker.pid]
        mine = run.stages.filter(state="running", claimed_by__contains=f"/{worker.pid}/")
        held = set(mine.values_list("name", flat=True))
        worker.send_signal(signal.SIGKILL)
        assert engines
        until(lambda engines=engines: not any(engine.is_running() for engine in engines))
        # what it held beside and had not begun is blocked, and killed, in another turn
        left -= {name for name in held if (flags / name).exists()}
    until(lambda: is_settled(run))
    assert run.state == "done"
    again = run.stages.exclude(name="notify").values_list("name", "state", "attempt")
    assert {(name, state) for name, state, attempt in again if attempt > 1} == {
        (name, "done") for name in PROFILES["full"] if name != "notify"
    }


class Stalling:
    """A mail server that takes its time over the first mail."""

    def __init__(self) -> None:
        self.came = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.came += 1
        if self.came == 1:
            await asyncio.sleep(300)
        return "250 taken"


def test_a_worker_killed_while_it_tells_never_tells_twice(recorded, house: House) -> None:
    """Nobody knows whether the mail had left: the stage is done, and no second one is sent."""
    post = Stalling()
    sink = Controller(post, hostname="127.0.0.1", port=free_port())
    sink.start()
    try:
        house.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        run = start_run(session=recorded())
        house.start()
        until(lambda: post.came == 1)
        worker_of(run, "notify").send_signal(signal.SIGKILL)
        until(lambda: stage_of(run, "notify").state == "done")
        assert is_settled(run)
        assert (run.state, stage_of(run, "notify").attempt, post.came) == ("done", 2, 1)
    finally:
        house.kill()
        sink.stop()


def test_a_lost_machine_loses_nothing(recorded, house: House, tmp_path) -> None:
    """Nobody frees its stages before their leases run out."""
    run = start_run(session=recorded(f"body=once:{tmp_path}"))
    house.start()
    until((tmp_path / "body").exists)
    house.kill()
    house.start()
    until(lambda: is_settled(run))
    assert (run.state, stage_of(run, "body").attempt) == ("done", 2)


def test_stopping_hands_running_stages_back(recorded, house: House) -> None:
    run = start_run(session=recorded("body=block:300"))
    house.start()
    until(lambda: stage_of(run, "body").state == "running" and len(house.engines()) > 0)
    until(lambda: run.stages.filter(name="recommend", state="waiting").exists())
    engines = house.engines()
    assert house.stop() == 0
    body = stage_of(run, "body")
    assert (body.state, body.attempt, body.failures) == ("ready", 1, 0)
    assert not any(engine.is_running() for engine in engines)


def test_what_delays_no_result_never_stands_in_its_way(recorded, house: House) -> None:
    """The rendition may take an hour: it works beside the stages of its own queue."""
    run = start_run(session=recorded("rendition=block:300,fluency=sleep:1"))
    house.start()
    until(lambda: AnalysisRun.objects.get(pk=run.pk).state == "done")
    assert stage_of(run, "rendition").state == "running"
    again = start_run(session=recorded())
    until(lambda: AnalysisRun.objects.get(pk=again.pk).state == "done")


def test_a_killed_supervisor_takes_its_workers_with_it(recorded, house: House) -> None:
    run = start_run(session=recorded("body=sleep:300"))
    house.start()
    until(lambda: stage_of(run, "body").state == "running" and house.engines())
    family = house.family()
    house.stop(signal.SIGKILL)
    until(lambda: not any(process.is_running() for process in family))
    assert stage_of(run, "body").failures == 0  # handed back, not lost


def test_deleting_the_session_stops_its_engine(recorded, house: House) -> None:
    session = recorded("probe=block:300")
    run = start_run(session=session)
    house.start()
    until(lambda: stage_of(run, "probe").state == "running" and house.engines())
    engine = house.engines()[0]
    delete_session(session=session)
    until(lambda: not engine.is_running())
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_message_delivered_twice_does_nothing_twice(recorded, house: House) -> None:
    run = start_run(session=recorded())
    for queue in ("io", "cpu", "gpu") * 5:
        ring(queue)
    house.start()
    until(lambda: is_settled(run))
    assert run.state == "done"
    assert set(run.stages.values_list("attempt", flat=True)) == {1}


def test_a_killed_redis_loses_nothing(recorded, house: House, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("r")
    redis = Redis(place, place)
    redis.start()
    try:
        house.environment["REDIS_URL"] = f"unix://{redis.socket}"
        run = start_run(session=recorded("audio=sleep:4"))
        house.start()
        until(lambda: stage_of(run, "audio").state == "running")
        psutil.Process(int((place / "redis.pid").read_text())).send_signal(signal.SIGKILL)
        until(lambda: stage_of(run, "audio").state == "done")
        redis.start()
        until(lambda: is_settled(run))
        assert run.state == "done"
        assert set(run.stages.values_list("failures", flat=True)) == {0}
    finally:
        house.kill()
        redis.stop()


def test_siblings_that_end_at_once_never_leave_the_next_waiting(transactional_db, user) -> None:
    for _again in range(8):
        run = start_run(session=make_session(user))
        for name in ("probe", "audio", "body"):
            finish(claim(run, name))
        last = [claim(run, "transcribe"), claim(run, "prosody")]
        together = threading.Barrier(2)

        def end(claimed, together=together) -> None:
            together.wait()
            try:
                assert finish(claimed)
            finally:
                connection.close()

        threads = [threading.Thread(target=end, args=[claimed]) for claimed in last]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert stage_of(run, "fluency").state == "ready"


def test_two_workers_never_hold_the_same_stage(transactional_db, user) -> None:
    runs = [start_run(session=make_session(user)) for _ in range(6)]
    together, taken = threading.Barrier(6), []

    def take(n: int) -> None:
        from analysis.services.stages import claim_next

        together.wait()
        try:
            while claimed := claim_next(queue="io", worker=str(n)):
                taken.append(claimed.run_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(run.pk for run in runs)
