"""Keeps a machine's workers up: `python -m workers.supervisor`.

One dramatiq process a queue (times `--processes`), the captioners and the asker, restarted when
they die, and the reaper. SIGTERM and SIGINT hand running stages back and end it with 0.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import django

from workers.child import die_with_parent

log = logging.getLogger("workers.supervisor")
ROOT = Path(__file__).resolve().parents[1]
THREADS = {"io": 4, "cpu": 5, "gpu": 2}
"""One a lane (`analysis.graph.LANES`), clips, documents, comparisons and questions have their own;
what waits for others has two."""
CAPTIONS = "captions"
"""No queue of dramatiq's: `ROSTRUM_CAPTIONERS` processes that write live captions."""
ASKING = "asking"
"""Neither: the process that asks a language model while somebody waits, where there is one."""
STOP_S = 20.0
SWEEP_S = 30.0
STEADY_S = 60.0
LONGEST_WAIT_S = 30.0


@dataclass
class Member:
    """One process and how often it died lately."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGTERM),
            env=os.environ
            | {"ROSTRUM_WORKER": self.name, "ROSTRUM_SUPERVISED": "1"}
            | self.environment,
        )
        self.started = time.monotonic()
        log.info("worker %s started (%s)", self.name, self.process.pid)

    def signal(self, sign: signal.Signals) -> None:
        """To dramatiq's master, which tells its worker; SIGKILL to all of them."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                if sign == signal.SIGKILL:
                    os.killpg(self.process.pid, sign)
                else:
                    self.process.send_signal(sign)


def members_of(queue: str, host: str, processes: int, module: str) -> list[Member]:
    """The processes that work a queue."""
    if queue == CAPTIONS:
        from django.conf import settings

        return [
            Member(f"{host}.{queue}{number}", ["workers.captioner"])
            for number in range(settings.CAPTIONERS)
        ]
    if queue == ASKING:
        from analysis.coach.site import the_site

        return [Member(f"{host}.{queue}", ["workers.asker"])] if the_site() else []
    threads = str(THREADS[queue])
    command = ["dramatiq", module, "--queues", queue,
               "--processes", "1", "--threads", threads, "--skip-logging"]  # fmt: skip
    environment = {
        "dramatiq_queue_prefetch": threads,
        "dramatiq_worker_timeout": "200",
        "dramatiq_restart_delay": "1000",
    }
    return [Member(f"{host}.{queue}{n}", command, environment) for n in range(processes)]


class Supervisor:
    """`module`: what dramatiq imports, for tests."""

    def __init__(self, queues: list[str], processes: int = 1, module: str = "workers.boot") -> None:
        host = f"{socket.gethostname()}.{os.getpid()}"
        self._members = [
            member for queue in queues for member in members_of(queue, host, processes, module)
        ]
        self._stop = threading.Event()

    def run(self) -> int:
        """Until SIGTERM or SIGINT; 0 where everything stopped by itself then."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self._stop.set())
        reaper = threading.Thread(target=self._reap_for_ever, name="reaper", daemon=True)
        reaper.start()
        while not self._stop.is_set():
            for member in self._members:
                self._look_after(member)
            self._stop.wait(0.25)
        clean = self._stop_all()
        reaper.join(STOP_S)
        log.info("all workers stopped")
        return 0 if clean else 1

    def _look_after(self, member: Member) -> None:
        now = time.monotonic()
        if member.process is None:
            if now >= member.start_at:
                member.start()
            return
        if member.process.poll() is None:
            return
        member.signal(signal.SIGKILL)  # what its master may have left
        member.deaths = 1 if now - member.started > STEADY_S else member.deaths + 1
        wait = min(2.0 ** (member.deaths - 1) - 1, LONGEST_WAIT_S)
        log.error(
            "worker %s died (%s), starting it again in %.0f s",
            member.name,
            member.process.returncode,
            wait,
        )
        member.process, member.start_at = None, now + wait
        _release(member.name)

    def _stop_all(self) -> bool:
        for member in self._members:
            member.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        clean = True
        for member in self._members:
            if member.process is None:
                continue
            try:
                member.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker %s did not stop, killing it", member.name)
                clean = False
            member.signal(signal.SIGKILL)
            _release(member.name)
        return clean

    def _reap_for_ever(self) -> None:
        from django.conf import settings

        swept = 0.0
        while not self._stop.wait(settings.REAPER_S):
            _quietly(_reap)
            if time.monotonic() - swept >= SWEEP_S:
                swept = time.monotonic()
                _quietly(_sweep)


def _reap() -> None:
    from analysis.services.reaper import reap
    from config.broker import ring
    from drills.services import asking, comparisons, documents

    if reap():
        for work in (documents, comparisons, asking):
            work.leases.free_expired()
            if work.leases.waiting_count():
                ring(work.QUEUE)


def _sweep() -> None:
    from analysis.services.clips import making
    from coaching.accounts import services as accounts
    from drills import services as drills
    from sessions.services.sweep import sweep
    from workers.cache import media_cache, tidy_scratch

    tidy_scratch()
    media_cache().shrink()
    sweep()
    making.sweep()
    drills.sweep()
    drills.rate_drills_once_a_day()
    accounts.sweep()


def _release(name: str) -> None:
    from analysis.services import stages
    from analysis.services.clips import making
    from drills.services import asking, comparisons, documents

    for work in (
        stages.release_worker,
        making.release_worker,
        documents.leases.release_worker,
        comparisons.leases.release_worker,
        asking.leases.release_worker,
    ):
        _quietly(partial(work, worker=f"{name}/"))


def _quietly(work: object) -> None:
    """A database or storage that is away must not take the supervisor with it."""
    from django.db import connection

    try:
        work()  # type: ignore[operator]
    except Exception as error:
        log.warning("%s, trying again later", error, exc_info=log.isEnabledFor(logging.DEBUG))
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Run this machine's workers.")
    parser.add_argument("--queues", default="io,cpu,gpu,captions,asking")
    parser.add_argument("--processes", type=int, default=1, help="a queue")
    options = parser.parse_args()
    queues = [queue for queue in options.queues.split(",") if queue]
    known = [*THREADS, CAPTIONS, ASKING]
    if set(queues) - set(known) or not queues or options.processes < 1:
        parser.error(f"--queues are among {','.join(known)}, --processes at least 1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    return Supervisor(queues, options.processes).run()


if __name__ == "__main__":
    sys.exit(main())
