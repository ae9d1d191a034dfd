"""The models that `bin/rostrum train` makes, each a module with `train` and `judge`.

Pure: no Django, no database, no settings. docs/training.md has the walk-through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, cast

TRAINERS: dict[str, str] = {
    "clarity": "workers.training.trainers.clarity",
    "disfluency": "workers.training.trainers.disfluency",
    "gesture": "workers.training.trainers.gesture",
    "posture": "workers.training.trainers.posture",
}
"""Name -> module; imported only where it is asked for."""
Confusion = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Made:
    """What a training leaves."""

    data: bytes
    """The file of weights."""
    parameters: dict[str, Any]
    metrics: dict[str, float] = field(default_factory=dict)
    """Of the training itself: final loss, figures on what lies inside the training's ranges."""
    losses: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """Weights on held-out data that is the same for all."""

    figure: float
    """The one that decides about promotion; higher is better."""
    metric: str
    n: int
    ece: float | None = None
    """Expected calibration error, of what gives chances."""
    confusion: Confusion | None = None
    more: dict[str, float] = field(default_factory=dict)


class Trainer(Protocol):
    FORMAT: int

    def train(
        self, *, seed: int, device: str, quick: bool, tell: Callable[[str], None]
    ) -> Made: ...

    def judge(self, versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
        """By name; None stands for the rule. Raises Unusable for weights that cannot be read."""
        ...

    def shipped(self) -> bytes | None:
        """Version 1; None where the rule ships. Raises Unusable."""
        ...


def trainer(name: str) -> Trainer:
    """Raises KeyError for an unknown one."""
    return cast(Trainer, import_module(TRAINERS[name]))
