"""A report on a terminal."""

from __future__ import annotations

from typing import IO, cast

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.training.evaluation.types import Outcome, Report, shown

_WIDEST = 60


def screen(stdout: object) -> Console:
    """A command's output as rich writes to it: as wide as the terminal, or 120 columns."""
    out = cast(IO[str], stdout)
    return Console(file=out, width=None if out.isatty() else 120)


def show(report: Report, screen: Console, *, cases: int) -> None:
    """Figures, confusion, and up to `cases` cases that went wrong (never of a held-out part)."""
    screen.print(_figures(report))
    if report.confusion:
        screen.print(confusion(report.confusion))
    wrong = [outcome for outcome in report.outcomes if outcome.error]
    if report.part != "heldout" and wrong and cases:
        screen.print(_cases(wrong, cases))


def _figures(report: Report) -> Table:
    table = Table(title=f"{report.suite} ({report.part}), {report.engine}", title_justify="left")
    table.add_column("metric")
    for heading in ("expected", "got", "error", "n"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for figure in report.figures:
        short = "" if not figure.error else shown(figure.error, figure.unit)
        table.add_row(
            figure.name, figure.expected, figure.shown,
            f"[red]{short}[/red]" if short else "", str(figure.n or ""), escape(figure.note),
        )  # fmt: skip
    return table


def confusion(counts: dict[str, dict[str, int]]) -> Table:
    """Expected label -> label given -> how often."""
    table = Table(title="taken for", title_justify="left")
    table.add_column("expected")
    for label in counts:
        table.add_column(label, justify="right")
    for label, row in counts.items():
        table.add_row(label, *(str(row[given]) for given in counts))
    return table


def _cases(wrong: list[Outcome], most: int) -> Table:
    table = Table(title=f"{len(wrong)} cases went wrong", title_justify="left")
    for heading in ("case", "expected", "got", "error"):
        table.add_column(heading)
    for outcome in wrong[:most]:
        table.add_row(*(escape(_short(part)) for part in (
            outcome.case, outcome.expected, outcome.got, outcome.error)))  # fmt: skip
    return table


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
