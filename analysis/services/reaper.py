"""What keeps the house going when something died: run every few seconds by each supervisor."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now

from analysis.models import AnalysisRun, StageRun
from analysis.services import runs, stages
from analysis.services.clips import making
from analysis.services.clips.asking import QUEUE
from analysis.services.states import UNSETTLED
from config.broker import pending, ring

log = logging.getLogger(__name__)
LOCK = 0x526F_7374_7275_6D01
"""Advisory lock: one reaper works at a time, however many there are."""
MOST_RINGS, MOST_PENDING = 8, 64


def reap() -> bool:
    """Free lost stages, take up what was left waiting, ring for what nobody claimed.

    False: another reaper is at it.
    """
    with _alone() as mine:
        if mine:
            stages.free_expired()
            making.free_expired()
            take_up_waiting()
            ring_again()
        return mine


def take_up_waiting() -> int:
    """Bring runs forward that have nothing ready and nothing running, though they are not over.

    That is what a crash between two steps may leave; a run with something running is brought
    forward by its finish.
    """
    busy = StageRun.objects.filter(
        run=OuterRef("pk"), state__in=(StageRun.State.READY, StageRun.State.RUNNING)
    )
    stuck = AnalysisRun.objects.filter(~Exists(busy), state__in=UNSETTLED)
    count = 0
    for run_id in list(stuck.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            run = runs.lock(run_id)
            if run.state in UNSETTLED:
                runs.advance(run)
                count += 1
    return count


def ring_again() -> None:
    """Ring for what is ready and unclaimed, unless enough messages wait already."""
    waiting = StageRun.objects.filter(
        Q(not_before=None) | Q(not_before__lte=Now()), state=StageRun.State.READY
    )
    counts: dict[str, int] = dict(
        waiting.values_list("queue").annotate(Count("pk")).order_by("queue")
    )
    if clips := making.waiting_count():
        counts[QUEUE] = counts.get(QUEUE, 0) + clips
    for queue, count in counts.items():
        for _each in range(min(count, MOST_RINGS) if pending(queue) < MOST_PENDING else 0):
            ring(queue)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
