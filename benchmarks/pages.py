"""The list of sessions with 10,000 behind it against a bare page (`python -m benchmarks.pages`).

The bare page is what Django gives for nothing: a ListView over the same rows, twenty at a time, in
a plain table, behind the same server, middleware, sign-in and frame. Rounds alternate between the
pages, so that a busy machine slows all alike. Budget: the list's 95th percentile within twice the
bare page's, the last page's within twice the bare last page's. The frame alone, and the list with
twenty sessions behind it, say what is whose.
"""

from __future__ import annotations

import argparse
import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402

settings.ROOT_URLCONF = "benchmarks.bare_urls"

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.serving import cookie, keep, p95, server  # noqa: E402
from coaching.accounts.models import User  # noqa: E402
from config.asgi import application  # noqa: E402, F401
from sessions.models import Session  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

BUDGET = 2.0
PAGES = {
    "the frame alone": "/frame/",
    "bare page": "/bare/",
    "bare last page": "/bare/?page=500",
    "list, newest": "/sessions/",
    "list, by score": "/sessions/?sort=score",
    "list, by title": "/sessions/?sort=title",
    "list, a search": "/sessions/?q=budget",
    "list, last page": "/sessions/?page=500",
}
WORDS = ("budget", "roadmap", "interview", "keynote", "thesis", "pitch", "review", "launch")


@contextmanager
def learner(count: int) -> Iterator[User]:
    """Somebody with `count` finished sessions."""
    user = User.objects.create_user(f"benchmark-{time.time_ns()}@example.invalid")
    now = timezone.now()
    try:
        Session.objects.bulk_create(
            [
                Session(
                    owner=user,
                    kind="presentation",
                    title=f"{WORDS[n % len(WORDS)].title()} number {n}",
                    state=Session.State.READY,
                    score=n % 101,
                    duration_s=60 + n % 600,
                )
                for n in range(count)
            ],
            batch_size=1000,
        )
        for n, session in enumerate(user.practice_sessions.all()):
            session.created = now - timedelta(minutes=n)
        Session.objects.bulk_update(user.practice_sessions.all(), ["created"], batch_size=1000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum has long done behind as many sessions
        yield user
    finally:
        Session.objects.filter(owner=user).delete()
        user.delete()


def measure(port: int, header: str, rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each page, a list a page."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    for number in range(rounds + 5):
        for name, path in PAGES.items():
            start = time.perf_counter()
            wire.request("GET", path, headers={"Cookie": header})
            answer = wire.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            if number >= 5:  # the first rounds warm up
                took[name].append(time.perf_counter() - start)
    return took


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=200)
    given = options.parse_args()
    with learner(given.sessions) as user, server("benchmarks.pages:application") as port:
        took = measure(port, cookie(user), given.rounds)
    bare = {"list, last page": p95(took["bare last page"])}
    usual = p95(took["bare page"])
    ratios = {name: p95(times) / bare.get(name, usual) for name, times in took.items()}
    print(f"{given.sessions} sessions, {given.rounds} rounds, 95th percentile")
    for name, ratio in ratios.items():
        print(f"{name:20}{p95(took[name]) * 1000:8.1f} ms{ratio:8.2f}")
    worst = max(ratios.values())
    print(f"budget {BUDGET:.1f}: {'met' if worst <= BUDGET else 'MISSED'}")
    keep("pages", {"sessions": given.sessions, "rounds": given.rounds, "budget": BUDGET,
                   "p95_s": {name: p95(times) for name, times in took.items()},
                   "ratio_to_bare": ratios})  # fmt: skip


if __name__ == "__main__":
    main()
