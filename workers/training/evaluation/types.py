"""What a suite hands back: figures, the cases behind them, and what was taken for what."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Part = Literal["dev", "heldout", "small"]
"""`dev`: written by who builds the rules; `heldout`: by people who saw neither; `small`: a few
cases of dev, always the same, for the tests."""
Better = Literal["higher", "lower"]


class Unavailable(Exception):
    """A suite cannot run on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Figure:
    """One measured quantity. `value` is None where it cannot be had here, and `note` says why."""

    name: str
    value: float | None
    unit: str = "ratio"
    """`ratio`, `%` (of a value 0-1), `count`, or any other, shown as it is."""
    target: float | None = None
    better: Better = "higher"
    n: int = 0
    """Over how many cases (or events in them)."""
    note: str = ""

    @property
    def error(self) -> float | None:
        """How much is lacking to the target, 0 where it is reached, None without one."""
        if self.value is None or self.target is None:
            return None
        short = self.target - self.value if self.better == "higher" else self.value - self.target
        return max(0.0, short)

    @property
    def met(self) -> bool | None:
        return None if self.error is None else self.error < 1e-9

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    @property
    def expected(self) -> str:
        """The target in words: `≥ 0.950`; empty without one."""
        if self.target is None:
            return ""
        return f"{'≥' if self.better == 'higher' else '≤'} {shown(self.target, self.unit)}"


def shown(value: float | None, unit: str) -> str:
    """`0.953`, `3.1 %`, `0.012 s`: as many digits as say something."""
    if value is None:
        return "–"
    if unit == "%":
        return f"{100 * value:.1f} %"
    if unit == "ratio":
        return f"{value:.3f}"
    if unit == "count":
        return f"{value:,.0f}"
    return f"{value:.3g} {unit}"


@dataclass(frozen=True)
class Outcome:
    """One case: what was expected, what came, and in words what is wrong (empty: nothing)."""

    case: str
    expected: Any
    got: Any
    error: str = ""


@dataclass(frozen=True)
class Report:
    suite: str
    part: Part
    engine: str
    figures: list[Figure]
    outcomes: list[Outcome] = field(default_factory=list)
    confusion: dict[str, dict[str, int]] | None = None
    """Expected label -> label given -> how often."""

    def figure(self, name: str) -> Figure:
        return next(figure for figure in self.figures if figure.name == name)

    def as_json(self, *, cases: bool) -> dict[str, Any]:
        """The report as plain records; of a held-out part never with `cases`."""
        found = asdict(self)
        if not cases or self.part == "heldout":
            del found["outcomes"]
        return found
