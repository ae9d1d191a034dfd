"""What a page that watches a session is told, over web socket, server-sent events or asking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from analysis.models import AnalysisRun
from analysis.selectors.runs import latest_run
from analysis.services import progress
from coaching.accounts.models import User
from sessions.models import Session
from sessions.selectors import session_for

Snapshot = dict[str, Any]
NO_RUN: Snapshot = {"run": None, "revision": 0, "state": "none", "terminal": False}
"""While there is nothing to watch yet."""


def snapshot_of(run: AnalysisRun | None) -> Snapshot:
    return NO_RUN if run is None else progress.snapshot(run)


@database_sync_to_async
def session_seen_by(user: User | AnonymousUser, session_id: UUID) -> Session | None:
    """The session, or None for who may not see it."""
    try:
        return session_for(user, session_id, what="watched")
    except Http404:
        return None


@database_sync_to_async
def run_to_watch(session: Session) -> UUID | None:
    run = latest_run(session)
    return run.pk if run else None


@database_sync_to_async
def snapshot_now(run_id: UUID | None) -> Snapshot:
    """The truth from the database. Join the group first: what happens in between is then either
    in this snapshot or announced after it."""
    if run_id is None:
        return NO_RUN
    run = AnalysisRun.objects.filter(pk=run_id).first()
    return snapshot_of(run)
