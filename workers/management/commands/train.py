"""`bin/rostrum train NAME`: train a model of ours and keep it as a candidate (docs/training.md)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.engines.trained import Unusable
from workers.training import judging, registry, tracking
from workers.training.evaluation import history, tables
from workers.training.evaluation.types import Unavailable
from workers.training.trainers import TRAINERS, trainer


class Command(BaseCommand):
    help = "Train a small model on the processor or a GPU, judge it on held-out data, keep it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(TRAINERS))
        parser.add_argument("--seed", type=int, default=0, help="of data and weights (0)")
        parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
        parser.add_argument("--quick", action="store_true", help="on little data: it runs, no more")

    def handle(self, *args: Any, **options: Any) -> None:
        name, models_dir = options["name"], Path(settings.MODELS_DIR)
        one, commit = trainer(name), history.current_commit()
        try:
            made = one.train(seed=options["seed"], device=options["device"],
                             quick=options["quick"], tell=self.stdout.write)  # fmt: skip
            version = registry.add(models_dir, name, made, form=one.FORMAT, commit=commit)
            judged = judging.against_production(models_dir, name, version, quick=options["quick"])
            registry.judged(models_dir, name, version, judged["candidate"])
        except (registry.Refused, Unusable, Unavailable, ValueError, OSError) as reason:
            raise CommandError(str(reason)) from reason
        sha256 = hashlib.sha256(made.data).hexdigest()
        judging.show(f"{name} {version} on held-out data", judged, tables.screen(self.stdout))
        self.stdout.write(
            tracking.keep(name, made, judged, version=version, sha256=sha256, commit=commit,
                          var_dir=Path(settings.VAR_DIR), address=settings.MLFLOW_TRACKING_URI)
        )  # fmt: skip
        self.stdout.write(
            f"Kept as candidate {version} of {name}, {len(made.data):,} bytes, "
            f"sha256 {sha256[:16]}. bin/rostrum models promote {name} puts it into production."
        )
