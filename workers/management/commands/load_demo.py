"""Load a learner with six weeks behind them: practices, drills, a preparation, an interview."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from coaching.accounts.models import User
from drills.models import Achievement, Attempt, Comparison, Preparation, PreparedAnswer
from drills.services import load_drills, load_questions
from sessions.models import Session
from workers.demo import kept
from workers.demo.practices import RESULTS, practise, scripts, training

SPAN = timedelta(days=42)


class Command(BaseCommand):
    help = "Load a demo learner with six weeks of practice; does nothing where they are already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="demo@rostrum.local")
        parser.add_argument("--password", default=None, help="for an account that is made anew")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email__iexact=options["email"]).first()
        if owner is None:
            owner = User.objects.create_user(
                options["email"], options["password"], name="Robin Demo"
            )
        load_drills()
        load_questions()
        have = set(Session.objects.filter(owner=owner).values_list("title", flat=True))
        wanted = [script for script in scripts() if script["title"] not in have]
        if not Preparation.objects.filter(owner=owner).exists():
            wanted = sorted([*wanted, *training()], key=itemgetter("day"))
        began = timezone.now() - SPAN
        with transaction.atomic():  # all of it, or none: it is loaded once
            for script in wanted:
                days = script["day"]
                load(owner, script, at=began + timedelta(days=days, minutes=7 * days))
        self.stdout.write(f"{len(wanted)} demo sessions loaded for {owner.email}")


# a session is seen whole or not at all: no worker may take a stage of a half-loaded one
@transaction.atomic
def load(owner: User, script: dict[str, Any], *, at: datetime) -> None:
    session = practise(owner, script)
    Session.objects.filter(pk=session.pk).update(created=at)
    session.recordings.update(created=at)
    for made in (
        Attempt.objects.filter(session=session),
        PreparedAnswer.objects.filter(part__session=session),
        Comparison.objects.filter(session=session),
    ):
        made.update(created=at)
    Preparation.objects.filter(owner=owner, created__gt=at).update(created=at)
    run = session.runs.get()
    with zipfile.ZipFile(RESULTS / f"{script['slug']}.zip") as archive:
        kept.play_back(run, archive)
    moments = {"created": at, "started_at": at, "finished_at": at + timedelta(seconds=20)}
    session.runs.update(**moments)
    Achievement.objects.filter(session=session).update(earned_at=at)
