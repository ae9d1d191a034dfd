"""Load a learner with ten finished sessions over six weeks."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from coaching.accounts.models import User
from sessions.models import Session
from workers.demo import kept
from workers.demo.practices import RESULTS, practise, scripts

SPAN = timedelta(days=42)


class Command(BaseCommand):
    help = "Load a demo learner with ten finished sessions; does nothing where they are already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="demo@rostrum.local")
        parser.add_argument("--password", default=None, help="for an account that is made anew")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email__iexact=options["email"]).first()
        if owner is None:
            owner = User.objects.create_user(
                options["email"], options["password"], name="Robin Demo"
            )
        have = set(Session.objects.filter(owner=owner).values_list("title", flat=True))
        began = timezone.now() - SPAN
        wanted = [script for script in scripts() if script["title"] not in have]
        for script in wanted:
            load(owner, script, at=began + timedelta(days=script["day"], minutes=7 * script["day"]))
        self.stdout.write(f"{len(wanted)} demo sessions loaded for {owner.email}")


# a session is seen whole or not at all: no worker may take a stage of a half-loaded one
@transaction.atomic
def load(owner: User, script: dict[str, Any], *, at: datetime) -> None:
    session = practise(owner, script)
    Session.objects.filter(pk=session.pk).update(created=at)
    run = session.runs.get()
    with zipfile.ZipFile(RESULTS / f"{script['slug']}.zip") as archive:
        kept.play_back(run, archive)
    moments = {"created": at, "started_at": at, "finished_at": at + timedelta(seconds=20)}
    session.runs.update(**moments)
