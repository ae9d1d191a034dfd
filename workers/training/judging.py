"""Versions of a model against each other on the same held-out data, and the table of it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from rich.console import Console
from rich.table import Table

from workers.engines.trained import Unusable, home, read_manifest
from workers.training import registry
from workers.training.evaluation import tables
from workers.training.trainers import Judged, trainer


def against_production(
    models_dir: Path, name: str, candidate: int, *, quick: bool
) -> dict[str, Judged]:
    """`candidate`, `production` and the `rule`; without production where it is the rule, or cannot
    be read. Raises Refused or Unusable."""
    one = trainer(name)
    versions = {"candidate": registry.data(models_dir, name, candidate, one.shipped)}
    with contextlib.suppress(Unusable):
        current = read_manifest(home(models_dir, name)).production
        data = registry.data(models_dir, name, current, one.shipped)
        if data is not None:
            versions["production"] = data
    return one.judge({**versions, "rule": None}, quick=quick)


def versions(models_dir: Path, name: str, numbers: list[int], *, quick: bool) -> dict[str, Judged]:
    """By number as text, and the `rule`. Raises Refused or Unusable."""
    one = trainer(name)
    wanted = {str(n): registry.data(models_dir, name, n, one.shipped) for n in numbers}
    return one.judge({**wanted, "rule": None}, quick=quick)


def show(title: str, judged: dict[str, Judged], screen: Console) -> None:
    metric = next(iter(judged.values())).metric
    table = Table(title=title, title_justify="left")
    for column in ("", metric, "calibration error", "cases"):
        table.add_column(column, justify="left" if not column else "right")
    for who, found in judged.items():
        ece = "–" if found.ece is None else f"{found.ece:.3f}"
        table.add_row(who, f"{found.figure:.4f}", ece, f"{found.n:,}")
    screen.print(table)
    for who, found in judged.items():
        if found.confusion is not None:
            screen.print(f"{who}: what was taken for what")
            screen.print(tables.confusion(found.confusion))
