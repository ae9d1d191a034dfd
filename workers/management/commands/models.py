"""`models list`; `models install` of speech weights; and the models of our own that were trained:
`models evaluate | promote | rollback` (docs/training.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers import weights
from workers.engines.trained import SHIPPED, Unusable, home, read_manifest
from workers.training import judging, registry
from workers.training.evaluation import tables
from workers.training.evaluation.types import Unavailable
from workers.training.trainers import TRAINERS


class Command(BaseCommand):
    help = "List models, install speech models, judge and promote models that were trained here."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="what there is, its size and licence, what is installed")
        install = actions.add_parser("install", help="fetch a model from its hub")
        install.add_argument("name", nargs="?", default=weights.DEFAULT)
        install.add_argument("--from", dest="source", type=Path, help="a folder with its files")
        evaluate = actions.add_parser("evaluate", help="judge versions on held-out data")
        promote = actions.add_parser("promote", help="put a better version into production")
        rollback = actions.add_parser("rollback", help="go back to what was in production before")
        for action in (evaluate, promote, rollback):
            action.add_argument("name", choices=sorted(TRAINERS))
        evaluate.add_argument("version", nargs="*", type=int, help="all there are by itself")
        promote.add_argument("version", nargs="?", type=int, help="the latest candidate by itself")
        for action in (evaluate, promote):
            action.add_argument("--quick", action="store_true", help="on few cases")
        promote.add_argument("--force", metavar="REASON", default="",
                             help="though it is no better; the reason is kept")  # fmt: skip
        rollback.add_argument("--why", metavar="REASON", default="", help="kept with the step")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.MODELS_DIR)
        try:
            getattr(self, f"_{options['action']}")(root, options)
        except (weights.WeightsError, registry.Refused, Unusable, Unavailable, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; the next install goes on from here.") from None

    def _install(self, root: Path, options: dict[str, Any]) -> None:
        done = weights.install(
            options["name"], root, source=options["source"], tell=self.stdout.write
        )
        self.stdout.write(f"{done.weights.name}: {done.size / weights.MB:,.0f} MB in {done.path}")

    def _list(self, root: Path, options: dict[str, Any]) -> None:
        here = weights.installed(root)
        for item in weights.CATALOGUE.values():
            found = here.get(item.name)
            state = "not installed"
            if found is not None:
                state = "installed" + (f", sha256 {found.sha256[:16]}" if found.sha256 else "")
            self.stdout.write(
                f"{item.name:16} {item.size / weights.MB:7,.0f} MB  {item.licence:34} "
                f"{item.about:34} {state}"
            )
        self.stdout.write(f"Models live in {root} (ROSTRUM_MODELS_DIR). Our own, trained here:")
        for name in sorted(TRAINERS):
            for row in registry.listed(root, name):
                wrong = f"cannot be used: {row.problem}" if row.problem else ""
                self.stdout.write(
                    f"{name:12} {row.version or '':3} {row.state:10} {row.about} {wrong}".rstrip()
                )

    def _evaluate(self, root: Path, options: dict[str, Any]) -> None:
        name = options["name"]
        known = [SHIPPED, *(one["version"] for one in read_manifest(home(root, name)).versions)]
        judged = judging.versions(root, name, options["version"] or known, quick=options["quick"])
        self._show(f"{name} on held-out data", judged)

    def _promote(self, root: Path, options: dict[str, Any]) -> None:
        name = options["name"]
        version = options["version"] or registry.latest_candidate(root, name)
        over = read_manifest(home(root, name)).production
        judged = judging.against_production(root, name, version, quick=options["quick"])
        self._show(f"{name} {version} on held-out data", judged)
        registry.promote(
            root, name, version, judged_over=over, mine=judged["candidate"],
            theirs=judged.get("production", judged["rule"]), force=options["force"],
        )  # fmt: skip
        self.stdout.write(
            f"{name} {version} is in production: every stage that starts now uses it. "
            f"bin/rostrum models rollback {name} takes it back."
        )

    def _rollback(self, root: Path, options: dict[str, Any]) -> None:
        name = options["name"]
        before = registry.roll_back(root, name, options["why"])
        self.stdout.write(f"{name} {before} is in production again.")

    def _show(self, title: str, judged: dict[str, Any]) -> None:
        judging.show(title, judged, tables.screen(self.stdout))
