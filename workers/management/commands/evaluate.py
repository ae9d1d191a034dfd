"""`bin/rostrum evaluate`: the suites of labelled cases, their figures as tables and JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from workers.evaluations import keep_run
from workers.training.evaluation import SUITES, cases, history, run, tables
from workers.training.evaluation.types import Report, Unavailable

PARTS = ("dev", "heldout", "small")


class Command(BaseCommand):
    help = (
        "Measure how right the measurements are, suite by suite (docs/evaluation.md). Of the "
        "held-out part only totals are shown."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--suite", nargs="+", choices=sorted(SUITES), metavar="NAME",
                            help=f"only these of {', '.join(sorted(SUITES))}")  # fmt: skip
        parser.add_argument("--part", choices=PARTS, default="dev")
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the reports here")
        parser.add_argument(
            "--keep", action="store_true", help="append the figures to workers/training/history"
        )
        parser.add_argument(
            "--cases", type=int, default=10, metavar="N", help="show up to N cases that went wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ["ROSTRUM_VAR"] = str(settings.VAR_DIR)
        os.environ["ROSTRUM_MODELS_DIR"] = str(settings.MODELS_DIR)
        screen = tables.screen(self.stdout)
        reports = [
            report
            for name in options["suite"] or sorted(SUITES)
            if (report := self._run(name, options["part"])) is not None
        ]
        commit = history.current_commit()
        for report in reports:
            tables.show(report, screen, cases=options["cases"])
            if options["keep"]:
                history.append(history.kept(report, commit))
            self._remember(report, commit)
        if options["json"]:
            records = [report.as_json(cases=True) for report in reports]
            text = json.dumps({"commit": commit, "reports": records}, indent=1, ensure_ascii=False)
            options["json"].write_text(text + "\n", encoding="utf-8")
        if not reports:
            raise CommandError("No suite could run.")

    def _remember(self, report: Report, commit: str) -> None:
        try:
            keep_run(report=report, commit=commit)
        except DatabaseError:
            self.stderr.write("The database cannot keep this run: the admin will not show it.")

    def _run(self, name: str, part: Any) -> Report | None:
        try:
            return run(name, part)
        except Unavailable as reason:
            self.stderr.write(f"{name}: not on this machine: {reason}.")
        except cases.Changed as reason:
            raise CommandError(f"{name}: {reason}.") from reason
        return None
