"""Asks a language model while somebody waits: `python -m workers.asker`.

Unlike everything else that workers do it is no row to be claimed later: an answer that comes late
is none. So a process of its own keeps the makers' clients loaded and waits at Redis for the id of a
call that a page has booked (`drills.services.follow_ups`). The supervisor keeps it up where a
language model may be asked at all.
"""

from __future__ import annotations

import logging
import logging.config
import os
import signal
import threading
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
import redis

django.setup()

from django.conf import settings  # noqa: E402

from analysis.coach.site import the_site  # noqa: E402
from analysis.models import CoachCall  # noqa: E402
from drills.asking import bell  # noqa: E402
from drills.asking.answer import read_follow  # noqa: E402
from drills.services import follow_ups  # noqa: E402
from workers.calling import called, new_host, warm_up  # noqa: E402
from workers.child import die_with_parent  # noqa: E402
from workers.database import database  # noqa: E402
from workers.engines.types import EngineError  # noqa: E402

log = logging.getLogger("workers.asker")
THREADS = 3
"""Calls at once; each has a process of its own with a client loaded."""
WAIT_S, AWAY_S = 2, 2.0
GRACE_S = 1.0
"""After its own limit a call that has not ended is killed."""


class Asker:
    """One thread's: `run` until `stopping` is set; a Redis that is away is waited for."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping, self._host = stopping, new_host()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._warm()
                    with bell.connection() as client:
                        self._serve(client)
                except (redis.RedisError, OSError) as error:
                    log.warning("Redis is away, trying again: %s", error)
                    self._stopping.wait(AWAY_S)
        finally:
            self._host.kill()

    def _serve(self, client: redis.Redis) -> None:
        while not self._stopping.is_set():
            self._warm()
            call_id = bell.taken(client, WAIT_S)
            if call_id is not None:
                self._ask(call_id)
                bell.tell_over(client, call_id)

    def _warm(self) -> None:
        """Have a process up with the client loaded, which takes a second or two."""
        site = the_site()
        if site is None or self._host.pid is not None:
            return
        try:
            warm_up(self._host, site)
        except EngineError as error:
            log.warning("the client could not be loaded: %s %s", error, error.detail)
            self._stopping.wait(AWAY_S)

    def _ask(self, call_id: uuid.UUID) -> None:
        try:
            with database():
                site = the_site()
                call = CoachCall.objects.select_related("exchange").filter(pk=call_id).first()
                plan = follow_ups.plan_of(call, site) if call and site else None
            if plan is not None and plan.call is not None:
                limit_s = plan.site.timeout_s + GRACE_S
                called(plan, plan.call, read_follow, _check, host=self._host, limit_s=limit_s)
        except EngineError as error:
            log.warning("no answer: %s", error.detail)
        except Exception:
            log.exception("a call broke its asker")


def _check() -> None:
    """A call is over in seconds: it is not ended early."""


def main() -> None:
    logging.config.dictConfig(settings.LOGGING)
    if os.environ.get("ROSTRUM_SUPERVISED"):
        die_with_parent(os.getppid(), signal.SIGTERM)
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    threads = [threading.Thread(target=Asker(stopping).run) for _each in range(THREADS)]
    for thread in threads:
        thread.start()
    log.info("asker ready")
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)  # so that a signal is noticed


if __name__ == "__main__":
    main()
