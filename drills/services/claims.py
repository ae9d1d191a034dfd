"""What a worker does with a row it claims (drills.models.claimed): take, hold, fail, hand back.

Every answer is False, or nothing is found, where the attempt is stale.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from analysis.services.runs import ring_for
from analysis.services.stages import lease
from drills.models.claimed import Claimed
from workers.engines.types import EngineError

QUEUE = "cpu"
MOST_ATTEMPTS = 2
Row = TypeVar("Row", bound=Claimed)


@transaction.atomic
def take(waiting: QuerySet[Row], *, worker: str) -> Row | None:
    """The row that waits longest, held."""
    row = waiting.order_by("updated").select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.attempt += 1
        row.state = row.State.RUNNING
        type(row)._default_manager.filter(pk=row.pk).update(
            state=row.state, attempt=row.attempt, claimed_by=worker, lease_until=Now() + lease()
        )
    return row


def held(rows: QuerySet[Row], attempt: int) -> QuerySet[Row]:
    """The one of `rows` that this attempt holds."""
    return rows.filter(attempt=attempt, state=Claimed.State.RUNNING)


def renew(held_one: QuerySet[Row]) -> bool:
    """Hold it for another lease. False: it is this attempt's no more, stop working."""
    return bool(held_one.update(lease_until=Now() + lease()))


@transaction.atomic
def fail(held_one: QuerySet[Row], error: EngineError, message: str) -> Row | None:
    """Note that it could not be done; tried again only where that may help."""
    row = held_one.select_for_update(of=("self",)).first()
    if row is not None:
        row.failures += 1
        row.error_code, row.error_message = error.code[:60], message
        again = error.retry and row.failures < MOST_ATTEMPTS
        put(row, row.State.WAITING if again else row.State.FAILED)
    return row


@transaction.atomic
def hand_back(held_one: QuerySet[Row]) -> bool:
    """Let another worker do it."""
    row = held_one.select_for_update(of=("self",)).first()
    if row is not None:
        put(row, row.State.WAITING)
    return row is not None


def put(row: Claimed, state: str) -> None:
    row.state, row.lease_until = state, None
    row.save()
    if state == row.State.WAITING:
        ring_for(QUEUE)


def attempts_of(rows: QuerySet[Row], which: Q) -> list[tuple[object, int]]:
    """(key, attempt) of those that are held and fit."""
    return list(rows.filter(which, state=Claimed.State.RUNNING).values_list("pk", "attempt"))


def expired() -> Q:
    return Q(lease_until__lt=Now())


def of_worker(worker: str) -> Q:
    return Q(claimed_by__startswith=worker)
