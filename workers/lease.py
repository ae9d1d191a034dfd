"""One attempt under its lease: the same for a stage and for a clip, in every kind of worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from analysis.services.inputs import StoredFile
from workers import cache
from workers.database import AWAY, database, persist
from workers.engines.types import EngineError, Word

log = logging.getLogger(__name__)


class Stale(Exception):
    """The work was cancelled or given to another worker: stop, keep nothing."""


class HandBack(Exception):
    """This worker is to stop: the work goes to another."""


class Desk(Protocol):
    """Where what is held came from. Each answer is False where the attempt is stale."""

    name: str

    def renew(self) -> bool: ...

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> bool: ...

    def hand_back(self) -> bool: ...

    def fail(self, error: EngineError) -> bool: ...


def held(desk: Desk, stopping: threading.Event, work: Callable[[Lease, Path], None]) -> None:
    """Do `work` with an empty folder while the lease is kept. Raises nothing of the work's; a
    database that is away for long leaves it to the reaper."""
    try:
        with Lease(desk, stopping) as lease, cache.scratch() as folder:
            work(lease, folder)
    except (Stale, ObjectDoesNotExist):
        log.info("%s was given up", desk.name)
    except HandBack:
        persist(desk.hand_back)
        log.info("%s handed back", desk.name)
    except EngineError as error:
        _fail(desk, error)
    except AWAY:
        log.exception("%s: the database is away, the reaper will free it", desk.name)
    except Exception as error:
        log.exception("%s broke the worker", desk.name)
        message = _("Something went wrong while this was measured.")
        _fail(desk, EngineError("worker_failed", message, detail=repr(error), retry=True))


def _fail(desk: Desk, error: EngineError) -> None:
    log.warning("%s failed: %s %s", desk.name, error, error.detail)
    persist(lambda: desk.fail(error))


def bring(stored: Sequence[StoredFile], keep: Callable[[], bool]) -> None:
    """Have the row keep what is in storage. Raises Stale, and what `keep` raises; then none of the
    files is left there."""
    try:
        kept = persist(keep)
    except AWAY:
        raise  # it may have been kept: the files stay until the session goes
    except Exception:
        cache.discard(stored)
        raise
    if not kept:
        cache.discard(stored)
        raise Stale


class Lease:
    """Keeps the lease while the attempt goes on, in a thread of its own."""

    def __init__(self, desk: Desk, stopping: threading.Event) -> None:
        self._desk, self._stopping = desk, stopping
        self._lost, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(1.0)  # longer only while the database is away

    def check(self) -> None:
        """Raise where the attempt is to end early."""
        if self._lost.is_set():
            raise Stale
        if self._stopping.is_set():
            raise HandBack

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> None:
        self.check()
        try:
            with database():
                held = self._desk.relay(ratio, message, words)
        except DatabaseError as error:
            log.warning("progress was not kept: %s", error)
            return
        if not held:
            raise Stale

    def _renew(self) -> None:
        while not self._over.wait(settings.HEARTBEAT_S):
            try:
                with database():
                    held = self._desk.renew()
            except DatabaseError as error:
                log.warning("the lease was not renewed: %s", error)
                continue
            if not held and not self._over.is_set():
                self._lost.set()
                return
