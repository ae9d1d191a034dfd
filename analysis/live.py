"""What a page that watches a session is told, over web socket, server-sent events or asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils.translation import gettext as _

from analysis.hub import News, Snapshot, with_masked_words, without_words
from analysis.models import AnalysisRun, StageRun
from analysis.selectors.runs import latest_run
from analysis.services import progress
from analysis.sharing import may_see
from coaching.accounts.models import User
from sessions.gate import user_of_session
from sessions.models import Grant, Session
from sessions.selectors import Viewer, sees_swearing, session_for, visible_to

SIGNED_OUT = 4401
"""Close code where nobody is signed in any more."""
NOT_FOUND = 4404
"""Close code for a session that is not there, or not for this person: do not come back."""
LOOK_AGAIN_S = 30
"""So long may somebody go on watching after they signed out or were shown out."""
NO_RUN: Snapshot = {"run": None, "revision": 0, "state": "none", "terminal": False}
"""While there is nothing to watch yet."""


def snapshot_of(run: AnalysisRun | None) -> Snapshot:
    return NO_RUN if run is None else progress.snapshot(run)


@dataclass(frozen=True)
class Watch:
    """Somebody's looking at a session: they are told no word that they may not read."""

    session: Session
    words: bool
    unmasked: bool
    """Whether swear words are shown as they were said."""

    def told(self, snapshot: Snapshot) -> Snapshot:
        if not self.words:
            return without_words(snapshot)
        return snapshot if self.unmasked else with_masked_words(snapshot)

    def text(self, news: News) -> str:
        if not self.words:
            return news.wordless
        return news.whole if self.unmasked else news.masked


def watch_of(user: Viewer, session: Session) -> Watch:
    """The watch over a session that `user` was found to see."""
    return Watch(
        session,
        words=may_see(user, session, Grant.Scope.TRANSCRIPT),
        unmasked=sees_swearing(user, session),
    )


def watch(user: Viewer, session_id: UUID) -> Watch:
    """Raises Http404 for who may not see the session."""
    return watch_of(user, session_for(user, session_id, what="watched"))


@database_sync_to_async
def watch_by(user: User | AnonymousUser, session_id: UUID) -> Watch | None:
    """The same off the loop; None for who may not see the session."""
    try:
        return watch(user, session_id)
    except Http404:
        return None


class WatchOver(Exception):
    """This person may not go on watching: `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@database_sync_to_async
def look_again(watching: Watch, session_key: str) -> Watch:
    """The watch as it may go on now: the browser is still signed in, the session still there and
    still shared, its words too or no more. Raises WatchOver. The use was noted when it began."""
    user = user_of_session(session_key)
    if user is None:
        raise WatchOver(SIGNED_OUT)
    session = visible_to(user).filter(pk=watching.session.pk).first()
    if session is None:
        raise WatchOver(NOT_FOUND)
    return watch_of(user, session)


@database_sync_to_async
def run_to_watch(session: Session) -> UUID | None:
    run = latest_run(session)
    return run.pk if run else None


@database_sync_to_async
def news_now(run_id: UUID | None) -> News:
    """The truth from the database. Join the run first: what happens in between is then either in
    this snapshot or told after it."""
    run = AnalysisRun.objects.filter(pk=run_id).first() if run_id else None
    return News(snapshot_of(run))


def progress_of(user: Viewer, session: Session, run: AnalysisRun | None) -> dict[str, Any]:
    """The first snapshot and the words the page's script needs to go on from it."""
    return {
        "snapshot": watch_of(user, session).told(snapshot_of(run)),
        "states": StageRun.State.values,
        "texts": {
            "states": {str(value): str(label) for value, label in StageRun.State.choices},
            "minutes": _("about {n} min left"),
            "minute": _("about a minute left"),
            "seconds": _("less than a minute left"),
            "done": _("The analysis of “{title}” is ready.").replace("{title}", session.title),
            "failed": _("The analysis ended without a result."),
            "newer_done": _("The new result is here."),
            "newer_failed": _("The new analysis ended without a result."),
            "show": _("Show it"),
            "why": _("See why"),
            "offline": _("The connection is gone; trying again."),
            "back": _("Connected again."),
        },
    }
