"""`bin/rostrum rescore`: old results under the curves of today, nothing measured again."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import track

from analysis.selectors.runs import scored_otherwise
from analysis.services.rescore import rescore
from analysis.services.runs import NothingToAnalyse
from analysis.services.states import RESULT_STATES
from coaching.accounts.models import User
from sessions.models import Session
from workers.alone import alone, redis_answers
from workers.engines.scoring.curves import curves
from workers.inprocess import drain
from workers.pool import Pool

FAILED, STOPPED = 1, 130


class Command(BaseCommand):
    help = (
        "Score old results again under the curves of today. Measurements are kept, and a result "
        "that is up to date is left alone: after an interruption the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="everybody's sessions")
        which.add_argument("--user", metavar="EMAIL", help="the sessions of one person")
        which.add_argument("--session", metavar="ID", type=UUID, help="one session")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        version = curves("free").version
        found = _chosen(scored_otherwise(version), options["user"], options["session"])
        if options["dry_run"]:
            for session in found:
                self.stdout.write(
                    f"{session.pk}  {session.created:%Y-%m-%d}  {session.owner.email}"
                )
            self.stdout.write(f"{len(found)} results would be scored under version {version}.")
            return
        try:
            failed = _rescore_each(list(found))
        except KeyboardInterrupt:
            self.stderr.write("Stopped; the same command goes on from here.")
            sys.exit(STOPPED)
        self.stdout.write(f"{len(found) - len(failed)} results scored under version {version}.")
        if failed:
            self.stderr.write("Without a new score: " + ", ".join(str(one.pk) for one in failed))
            sys.exit(FAILED)


def _chosen(
    sessions: QuerySet[Session], email: str | None, session_id: UUID | None
) -> QuerySet[Session]:
    if email:
        owner = User.objects.filter(email__iexact=email).first()
        if owner is None:
            raise CommandError(f"{email}: nobody has an account with this address")
        return sessions.filter(owner=owner)
    if session_id:
        if not Session.objects.filter(pk=session_id).exists():
            raise CommandError(f"{session_id}: there is no such session")
        return sessions.filter(pk=session_id)
    return sessions


def _rescore_each(sessions: list[Session]) -> list[Session]:
    """Score one after the other with this process's own engines; returns those that failed.

    The same claims as the workers', so one that takes a stage meanwhile takes it for both.
    """
    failed = []
    with ExitStack() as stack:
        if not redis_answers():
            stack.enter_context(alone())
        pool = Pool()
        stack.callback(pool.close)
        for session in track(sessions, "Scoring", console=Console(stderr=True), transient=True):
            try:
                run = drain(rescore(session=session), pool=pool)
            except NothingToAnalyse:  # deleted meanwhile
                continue
            if run.state not in RESULT_STATES:
                failed.append(session)
    return failed
