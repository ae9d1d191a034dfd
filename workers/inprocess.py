"""Working one run through in this process's own engine processes, without a broker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import Error as DatabaseError

from analysis.graph import LANES, STAGES
from analysis.models import AnalysisRun, StageRun
from workers.database import database
from workers.pool import Pool

log = logging.getLogger(__name__)
WATCH_S = 0.5
LOOK_S = 3.0
"""How often a thread without work looks by itself: for a retry that has become due."""


class _Bell:
    """Wakes every thread when a stage has ended; one that rang since `count` was read counts."""

    def __init__(self) -> None:
        self.count, self._changed = 0, threading.Condition()

    def ring(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, heard: int, longest_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.count != heard, longest_s)


def drain(
    run: AnalysisRun,
    *,
    pool: Pool | None = None,
    until_result: bool = False,
    watch: Callable[[AnalysisRun], None] | None = None,
) -> AnalysisRun:
    """Work `run` until every stage is settled; returns it as it is then.

    The same claim and finish services as the workers', one thread a lane. `until_result`: stop at
    the result, without waiting for what does not delay it. `watch` is called about twice a second.
    KeyboardInterrupt hands the stages back and goes on up.
    """
    mine = pool or Pool()
    bell = _Bell()

    def work(queue: str, names: frozenset[str]) -> None:
        while not mine.stopping.is_set():
            heard = bell.count
            try:
                if mine.drain(queue=queue, run_id=run.pk, names=names):
                    bell.ring()
            except DatabaseError as error:
                log.warning("the database is away, trying again: %s", error)
            bell.wait(heard, LOOK_S)

    with database():
        ways = {
            (STAGES[name].queue, LANES[STAGES[name].queue][STAGES[name].lane])
            for name in run.stages.values_list("name", flat=True)
        }
    threads = [threading.Thread(target=work, args=way, daemon=True) for way in ways]
    for thread in threads:
        thread.start()
    try:
        while not _is_over(run, until_result):
            if watch is not None:
                watch(run)
            bell.wait(bell.count, WATCH_S)
    finally:
        mine.stopping.set()
        bell.ring()
        for thread in threads:
            thread.join()
        mine.stopping.clear()
        if pool is None:
            mine.close()
    with database():
        run.refresh_from_db()
    return run


def _is_over(run: AnalysisRun, until_result: bool) -> bool:
    with database():
        run.refresh_from_db()
        return run.is_settled and (
            until_result or not run.stages.exclude(state__in=StageRun.SETTLED).exists()
        )
