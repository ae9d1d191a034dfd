"""Run the demo learner's practices through the pipeline and keep what it measured."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coaching.accounts.models import User
from drills.services import load_drills, load_questions
from sessions.services import delete_session, purge_session
from workers.demo import kept
from workers.demo.practices import RESULTS, practise, scripts, training
from workers.inprocess import drain


class Command(BaseCommand):
    help = "Analyse the demo recordings for real and keep the results (for maintainers)."

    def handle(self, *args: Any, **options: Any) -> None:
        RESULTS.mkdir(exist_ok=True)
        owner, _ = User.objects.get_or_create(email="record-demo@rostrum.local")
        load_drills()
        load_questions()
        for script in [*scripts(), *training()]:
            session = practise(owner, script)
            run = session.runs.get()
            drain(run)
            run.refresh_from_db()
            (RESULTS / f"{script['slug']}.zip").write_bytes(kept.keep(run))
            session.refresh_from_db()
            self.stdout.write(f"{script['slug']}: {run.state}, score {session.score}")
            delete_session(session=session)
            purge_session(session=session)
        owner.delete()
