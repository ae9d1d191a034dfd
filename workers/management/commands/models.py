"""`models list` and `models install [NAME] [--from FOLDER]`: speech model weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers import weights


class Command(BaseCommand):
    help = "List or install the weights of Whisper and of its word aligner."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="what there is, its size and licence, what is installed")
        install = actions.add_parser("install", help="fetch a model from its hub")
        install.add_argument("name", nargs="?", default=weights.DEFAULT)
        install.add_argument("--from", dest="source", type=Path, help="a folder with its files")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.MODELS_DIR)
        if options["action"] == "list":
            self._list(root)
            return
        try:
            done = weights.install(
                options["name"], root, source=options["source"], tell=self.stdout.write
            )
        except weights.WeightsError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; the next install goes on from here.") from None
        self.stdout.write(f"{done.weights.name}: {done.size / weights.MB:,.0f} MB in {done.path}")

    def _list(self, root: Path) -> None:
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
        self.stdout.write(f"Models live in {root} (ROSTRUM_MODELS_DIR).")
