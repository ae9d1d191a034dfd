"""Claim, lease, attempt for rows that are `Leased`: what comes from an older attempt is dropped.
Times of leases are the database's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from analysis.services.runs import ring_for
from analysis.services.stages import Later, lease
from drills.models.leased import Leased
from workers.engines.types import EngineError

Row = TypeVar("Row", bound=Leased)
BACKOFF_FACTOR = 4


class Leases(Generic[Row]):
    """The rows of `model`, each of a preparation, which workers of `queue` work, the longest
    waiting first: by the time in the field `since`.

    `told` makes of an error what the page says; `lost` is the error of one whose worker died;
    `settled` is called with a row that is about to be saved as done or failed; `workable` says
    which rows have what they need. `backoff_s` is waited before the second attempt,
    BACKOFF_FACTOR times that before the third.
    """

    def __init__(
        self,
        model: type[Row],
        *,
        queue: str,
        most_attempts: int,
        told: Callable[[EngineError], str],
        lost: Callable[[], EngineError],
        settled: Callable[[Row], None] = lambda row: None,
        workable: Callable[[], Q] = Q,
        since: str = "created",
        backoff_s: float = 0.0,
    ) -> None:
        self._rows: QuerySet[Row] = model._default_manager.select_related("preparation__owner")
        self._queue, self._most, self._backoff_s = queue, most_attempts, backoff_s
        self._told, self._lost, self._settled = told, lost, settled
        self._workable, self._since = workable, since

    def waiting(self) -> QuerySet[Row]:
        """Those that could be claimed now."""
        due = Q(not_before=None) | Q(not_before__lte=Now())
        state = Leased.State.WAITING
        return self._rows.filter(due, self._workable(), state=state, preparation__deleted_at=None)

    def waiting_count(self) -> int:
        """For the reaper's ring."""
        return self.waiting().count()

    @transaction.atomic
    def claim(self, *, worker: str) -> Row | None:
        """Take the row that waits longest."""
        waiting = self.waiting().order_by(self._since)
        row = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.attempt += 1
        self._rows.filter(pk=row.pk).update(
            state=Leased.State.RUNNING,
            attempt=row.attempt,
            claimed_by=worker,
            lease_until=Now() + lease(),
        )
        return row

    def held(self, pk: object, attempt: int) -> QuerySet[Row]:
        """The row, if this attempt still has it."""
        return self._rows.filter(pk=pk, attempt=attempt, state=Leased.State.RUNNING)

    def held_row(self, pk: object, attempt: int) -> Row | None:
        """The same, locked."""
        held = self.held(pk, attempt)
        return held.select_for_update(of=("self",)).first()

    def renew(self, *, pk: object, attempt: int) -> bool:
        """Hold it for another lease. False: it is this attempt's no more, stop working."""
        return bool(self.held(pk, attempt).update(lease_until=Now() + lease()))

    @transaction.atomic
    def fail(self, *, pk: object, attempt: int, error: EngineError) -> bool:
        """Note that it failed; tried again only where that may help. False: stale."""
        row = self.held_row(pk, attempt)
        if row is None:
            return False
        row.failures += 1
        row.error_code, row.error_message = error.code[:60], self._told(error)
        again = error.retry and row.failures < self._most
        if again:
            wait_s = self._backoff_s * BACKOFF_FACTOR ** (row.failures - 1)
            wait_s = error.wait_s if isinstance(error, Later) else wait_s
            row.not_before = timezone.now() + timedelta(seconds=wait_s) if wait_s else None
        self.put(row, Leased.State.WAITING if again else Leased.State.FAILED)
        return True

    @transaction.atomic
    def hand_back(self, *, pk: object, attempt: int) -> bool:
        """Let another worker do it. False: stale."""
        row = self.held_row(pk, attempt)
        if row is not None:
            self.put(row, Leased.State.WAITING)
        return row is not None

    def release_worker(self, *, worker: str) -> int:
        """Free what a worker held that is known to be dead."""
        return self._free(Q(claimed_by__startswith=worker))

    def free_expired(self) -> int:
        """Free rows whose worker has not been heard of for a lease."""
        return self._free(Q(lease_until__lt=Now()))

    def begin_again(self, row: Row) -> None:
        """As if nothing had been tried; whoever works at it finds itself stale."""
        row.failures, row.not_before, row.error_code, row.error_message = 0, None, "", ""
        self.put(row, Leased.State.WAITING)

    def put(self, row: Row, state: Leased.State) -> None:
        row.state, row.lease_until = state, None
        if not row.is_unfinished:
            self._settled(row)
        row.save()
        if state == Leased.State.WAITING:
            ring_for(self._queue)

    def _free(self, which: Q) -> int:
        """A worker that died at its work may have died of it, so it counts as a failure."""
        held: Any = self._rows.filter(which, state=Leased.State.RUNNING)
        return sum(
            self.fail(pk=pk, attempt=attempt, error=self._lost())
            for pk, attempt in held.values_list("pk", "attempt")
        )
