"""Telling pages how far a run is: a snapshot from the database, sent when something changed."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from analysis.graph import STAGES
from analysis.models import AnalysisRun, StageRun
from analysis.services import timing
from analysis.sharing import newest
from workers.engines.types import Word

log = logging.getLogger(__name__)
EVENT_GAP_S = 0.25
"""At most four events a second a run."""
LIVE_WORDS = 80
"""The last words recognised, for who opens the page while they come."""
_WORDS_KEPT_S = 3600
ASSUMED_S = 120.0
"""Length of a recording nobody has measured yet, for the shares of its stages."""


def snapshot(run: AnalysisRun) -> dict[str, Any]:
    """Where the run is now, for a page: see the module tests for the shape. Two queries."""
    run = AnalysisRun.objects.select_related("session").get(pk=run.pk)
    stages = {stage.name: stage for stage in run.stages.all()}
    paces = timing.paces()
    known = run.session.duration_s
    duration = ASSUMED_S if known is None else known
    expected = {name: max(paces[name].seconds(duration), 0.05) for name in stages}
    now = timezone.now()
    left = {
        name: _left(stage, expected[name], now)
        for name, stage in stages.items()
        if STAGES[name].delays_result
    }
    terminal = run.is_settled
    weight = sum(expected[name] for name in left)
    done = sum(_done(stages[name], expected[name], now) * expected[name] for name in left) / weight
    guessed = known is None and "body" in stages  # before probe nobody knows the length
    eta = None if terminal or guessed else timing.remaining(left, frozenset(stages))
    return {
        "run": str(run.pk),
        "session": str(run.session_id),
        "revision": run.revision,
        "state": run.state,
        "terminal": terminal,
        "progress": 1.0 if terminal else _never_falling(run, done),
        "eta_s": None if eta is None else _round(eta),
        "stages": [
            _stage(stages[name], None if eta is None else left.get(name), now)
            for name in STAGES
            if name in stages
        ],
        "words": [] if terminal else live_words(run.pk),
        "error": {"code": run.error_code, "message": run.error_message} if run.error_code else None,
    }


def _stage(stage: StageRun, left: float | None, now: datetime) -> dict[str, Any]:
    elapsed = stage.elapsed_s
    if stage.state == StageRun.State.RUNNING and stage.started_at:
        elapsed = max((now - stage.started_at).total_seconds(), 0.0)
    return {
        "name": stage.name,
        "label": STAGES[stage.name].label,
        "state": stage.state,
        "progress": _round(stage.progress),
        "message": stage.message,
        "eta_s": None if left is None else _round(left),
        "elapsed_s": None if elapsed is None else _round(elapsed),
        "error": stage.error_message if stage.state == StageRun.State.FAILED else None,
    }


def _left(stage: StageRun, expected: float, now: datetime) -> float:
    """Seconds a stage still takes: what was learned, corrected by how fast this one goes."""
    if stage.state in StageRun.SETTLED:
        return 0.0
    if stage.state != StageRun.State.RUNNING or stage.started_at is None:
        return expected
    elapsed = max((now - stage.started_at).total_seconds(), 0.0)
    if stage.progress > 0.1:
        return elapsed * (1.0 - stage.progress) / stage.progress
    return max(expected - elapsed, expected * 0.1)


def _done(stage: StageRun, expected: float, now: datetime) -> float:
    """Share of a stage: what its engine says, or the time it has had where that says less."""
    if stage.state in StageRun.SETTLED:
        return 1.0
    if stage.state != StageRun.State.RUNNING or stage.started_at is None:
        return 0.0
    elapsed = max((now - stage.started_at).total_seconds(), 0.0)
    return max(stage.progress, min(elapsed / expected, 0.9))


def _never_falling(run: AnalysisRun, done: float) -> float:
    """A bar that goes back when more is known would only worry people."""
    key = f"analysis:done:{run.pk}"
    shown = max(_round(done), cache.get(key) or 0.0)
    cache.set(key, shown, _WORDS_KEPT_S)
    return shown


def _round(value: float) -> float:
    return round(value, 3)


def touch(run: AnalysisRun, *, always: bool = False) -> None:
    """Note that something a page shows has changed, and tell it after the commit."""
    AnalysisRun.objects.filter(pk=run.pk).update(revision=F("revision") + 1)
    # a partial has no __qualname__, which Django wants for its log when a robust hook fails
    transaction.on_commit(lambda: announce(run, always=always), robust=True)


def announce(run: AnalysisRun, *, always: bool = False) -> None:
    """Send a snapshot to who watches: at once, or when the last is EVENT_GAP_S old.

    `always`: at once however new the last is, for the end of a run. Pages drop what is older than
    what they have.
    """
    if always or cache.add(f"analysis:told:{run.pk}", 1, EVENT_GAP_S):
        _send(run)
    elif cache.add(f"analysis:to-tell:{run.pk}", 1, EVENT_GAP_S * 2):
        later = threading.Timer(EVENT_GAP_S, _send_later, [run])
        later.daemon = True
        later.start()


def _send_later(run: AnalysisRun) -> None:
    cache.delete(f"analysis:to-tell:{run.pk}")
    try:
        if cache.add(f"analysis:told:{run.pk}", 1, EVENT_GAP_S):
            _send(run)
    finally:
        connection.close()


def _send(run: AnalysisRun) -> None:
    layer = get_channel_layer()
    try:
        event = {"type": "run.changed", "snapshot": snapshot(run)}
        async_to_sync(layer.group_send)(group_of(run.pk), event)
    except AnalysisRun.DoesNotExist:
        log.debug("run %s is gone, nobody is told", run.pk)
    except Exception as error:
        # pages ask again every 30 s; that a page was not told must never undo the work
        log.warning("nobody could be told of run %s: %r", run.pk, error)


def group_of(run_id: uuid.UUID) -> str:
    """The channel group of a run's watchers."""
    return f"run.{run_id.hex}"


def live_words(run_id: uuid.UUID) -> list[Word]:
    return cache.get(f"analysis:words:{run_id}") or []


def keep_words(run_id: uuid.UUID, words: Sequence[Word]) -> None:
    kept = newest([*live_words(run_id), *words], LIVE_WORDS)
    cache.set(f"analysis:words:{run_id}", kept, _WORDS_KEPT_S)


def forget_words(run_id: uuid.UUID) -> None:
    cache.delete(f"analysis:words:{run_id}")
