"""The engine processes of a worker, and draining claims with them."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import Error as DatabaseError

from analysis.graph import LANES, STAGES, Queue, Stage
from analysis.services import stages
from analysis.services.clips import making
from analysis.services.clips.asking import QUEUE
from drills.models import Comparison, JobDocument
from drills.services import asking, comparisons, documents
from workers.attempt import attempt
from workers.clips import CLIP, make_clip
from workers.comparisons import work_out
from workers.database import database
from workers.documents import DOCUMENT, MEMORY_BYTES, read_document
from workers.host import Host
from workers.questions import ask_for_questions
from workers.stages import ENGINES

log = logging.getLogger(__name__)
NICE, BACKGROUND_NICE = 5, 15
Claimed = TypeVar("Claimed")


class Pool:
    """Engine processes that stay up between jobs, and the claiming of stages for them.

    Each lane has its own, so that none loads every lane's models; the background's are nicer.
    One pool a worker process; threads may share it.

    `engines`: stage -> "module:function", for tests. `stopping` ends every drain: stages are
    handed back.
    """

    def __init__(self, engines: Mapping[str, str] = ENGINES, *, name: str = "") -> None:
        self.stopping = threading.Event()
        self._engines = engines
        self._name = name or os.environ.get("ROSTRUM_WORKER") or socket.gethostname()
        self._idle: dict[str, list[Host]] = defaultdict(list)
        self._lock = threading.Lock()

    def drain(
        self,
        *,
        queue: str,
        run_id: uuid.UUID | None = None,
        names: Collection[str] | None = None,
    ) -> int:
        """Claim and work stages until none is ready; how many."""

        def work(claim: stages.Claim) -> None:
            with self._host(STAGES[claim.stage]) as host:
                attempt(claim, host, self.stopping)

        return self._drain(
            partial(stages.claim_next, queue=queue, run_id=run_id, names=names), work
        )

    def drain_clips(self) -> int:
        """Claim and make clips until none waits; how many."""

        def work(claim: making.ClipClaim) -> None:
            with self._host(CLIP, "clips") as host:
                make_clip(claim, host, self.stopping)

        return self._drain(making.claim_next, work)

    def drain_documents(self) -> int:
        """Claim and read job descriptions until none waits; how many."""

        def work(claim: JobDocument) -> None:
            with self._host(DOCUMENT, "documents", MEMORY_BYTES) as host:
                read_document(claim, host, self.stopping)

        return self._drain(documents.leases.claim, work)

    def drain_comparisons(self) -> int:
        """Claim and work out comparisons until none waits; how many. In the process that reads
        content, whose model is loaded."""

        def work(claim: Comparison) -> None:
            with self._host(STAGES["content"]) as host:
                work_out(claim, host, self.stopping)

        return self._drain(comparisons.leases.claim, work)

    def drain_questions(self) -> int:
        """Claim requests for questions and ask a language model until none waits; how many."""
        return self._drain(asking.leases.claim, partial(ask_for_questions, stopping=self.stopping))

    def _drain(
        self, claim_next: Callable[..., Claimed | None], work: Callable[[Claimed], None]
    ) -> int:
        count = 0
        while not self.stopping.is_set():
            with database():
                claim = claim_next(worker=self.holder())
            if claim is None:
                break
            work(claim)
            count += 1
        return count

    def holder(self) -> str:
        """Who holds what this thread claims."""
        return f"{self._name}/{os.getpid()}/{threading.get_native_id()}"

    def close(self) -> None:
        with self._lock:
            for hosts in self._idle.values():
                while hosts:
                    hosts.pop().kill()

    @contextmanager
    def _host(self, stage: Stage, lane: str = "", memory_bytes: int = 0) -> Iterator[Host]:
        """`lane`, `memory_bytes`: the stage's own, unless it is no stage of the graph."""
        lane = lane or stage.lane
        with self._lock:
            idle = self._idle[lane]
            host = idle.pop() if idle else self._new_host(stage, memory_bytes)
        try:
            yield host
        finally:
            with self._lock:
                self._idle[lane].append(host)

    def _new_host(self, stage: Stage, memory_bytes: int) -> Host:
        cores = os.cpu_count() or 1
        return Host(
            self._engines,
            memory_bytes=memory_bytes or settings.ENGINE_MEMORY_BYTES,
            network=bool(settings.GRAMMAR_URL) and stage.lane == STAGES["fluency"].lane,
            nice=BACKGROUND_NICE if stage.priority < 0 else NICE,
            threads=cores if stage.queue == "gpu" else max(1, cores // 2),
        )


class Slot:
    """Lets one thread at a time through; a wake-up while it is taken is not lost."""

    def __init__(self) -> None:
        self._lock, self._wanted = threading.Lock(), False

    def drain(self, stopping: threading.Event, work: Callable[[], int]) -> None:
        self._wanted = True
        while self._wanted and not stopping.is_set():
            if not self._lock.acquire(blocking=False):
                return  # who has it looks again
            try:
                self._wanted = False
                work()
            finally:
                self._lock.release()


class Slots:
    """One stage a lane at a time, so that what delays no result never stands in the way of what
    does. `io` waits for others, so all its threads work, but only one of them in the background."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._slots = {lane: Slot() for lanes in LANES.values() for lane in lanes if lane != "io"}
        self._clips, self._documents = Slot(), Slot()
        self._comparisons, self._questions = Slot(), Slot()

    def drain(self, queue: Queue) -> None:
        """Work what is ready; a database that is away is left to the reaper's next ring."""
        try:
            if queue == documents.QUEUE:  # first: they take a second, and somebody waits
                self._documents.drain(self._pool.stopping, self._pool.drain_documents)
                self._comparisons.drain(self._pool.stopping, self._pool.drain_comparisons)
            for lane, names in LANES[queue].items():
                work = partial(self._pool.drain, queue=queue, names=names)
                if lane in self._slots:
                    self._slots[lane].drain(self._pool.stopping, work)
                else:
                    work()
                    # after what a result waits for, before what works in the background
                    self._questions.drain(self._pool.stopping, self._pool.drain_questions)
            if queue == QUEUE:
                self._clips.drain(self._pool.stopping, self._pool.drain_clips)
        except DatabaseError as error:
            log.warning("the database is away, waiting for the next ring: %s", error)
