"""What models over windows of body points share: learning, and being judged against their rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.trained import Unusable, read
from workers.training.evaluation.scores import calibration_error, confusion, macro_f1
from workers.training.evaluation.types import Part, Report, Unavailable
from workers.training.net import Examples, Labels, device_of, fitted
from workers.training.suites.against_rule import outcome, report
from workers.training.trainers import Judged, Made

Shown = TypeVar("Shown")
Classifier = Callable[[Shown], Floats]
"""(n, kinds): how likely each kind is of each window."""


@dataclass(frozen=True)
class Case(Generic[Shown]):
    """One speaker: what a classifier is shown, (n, frames, features) of it, and what each window
    truly is (-1: on the way, or not to be known)."""

    shown: Shown
    features: Floats
    truth: Labels


class Cases(Protocol):
    def __call__(self, first: int, count: int, *, outside: bool) -> Iterator[Case[Any]]:
        """Speakers `first`, `first` + 1, … from inside or outside the ranges to learn from."""
        ...


@dataclass(eq=False)
class Study(Generic[Shown]):
    """A model, what it learns from and what it is held against."""

    name: str
    kinds: Sequence[str]
    unit: str
    sizes: tuple[int, int, int]
    """Speakers to learn from, to set the temperature on, and held out."""
    quick: tuple[int, int, int]
    seeds: tuple[int, int, int]
    """The first speaker of each."""
    rounds: int
    cases: Cases
    varied: Callable[[Examples, int], Examples]
    classifier: Callable[[bytes], Classifier[Shown]]
    by_rule: Classifier[Shown]
    shipped_at: Path

    def train(self, *, seed: int, device: str, quick: bool, tell: Callable[[str], None]) -> Made:
        on = device_of(device)
        learn, check, _ = self.quick if quick else self.sizes
        tell(f"making {learn + check} speakers")
        first, first_check = (start + 100_000 * seed for start in self.seeds[:2])
        examples = gathered(self.cases(first, learn, outside=False))
        inside = list(self.cases(first_check, check, outside=False))
        tell(f"learning from {len(examples.labels)} {self.unit} on {on}")
        data, losses = fitted(
            self.name, self.varied(examples, seed), self.varied(gathered(inside), seed),
            seed=seed, rounds=3 if quick else self.rounds, device=on,
        )  # fmt: skip
        judged = self.judged_on(self.classifier(data), inside)
        return Made(
            data,
            {"seed": seed, "device": on, "quick": quick, "speakers": learn, "rounds": len(losses),
             self.unit: len(examples.labels), "first_speaker": first},
            {"loss": losses[-1], "inside.macro_f1": judged.figure, "inside.ece": judged.ece or 0.0},
            losses,
        )  # fmt: skip

    def judge(self, versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
        found = _held_out(self, (self.quick if quick else self.sizes)[2])
        return {
            name: self.judged_on(self.by_rule if data is None else self.classifier(data), found)
            for name, data in versions.items()
        }

    def shipped(self) -> bytes:
        return read(self.shipped_at)

    def judged_on(self, classify: Classifier[Shown], found: Iterable[Case[Shown]]) -> Judged:
        pairs = [(classify(case.shown)[case.truth >= 0], case.truth[case.truth >= 0])
                 for case in found]  # fmt: skip
        likely, truth = (np.concatenate(part) for part in zip(*pairs, strict=True))
        given = likely.argmax(axis=1)
        named = ((self.kinds[a], self.kinds[b]) for a, b in zip(truth, given, strict=True))
        table = confusion(named)
        right = (given == truth).tolist()
        ece = calibration_error(list(zip(likely.max(axis=1).tolist(), right, strict=True)))
        return Judged(macro_f1(table), "macro_f1", len(truth), ece, table,
                      {"accuracy": float(np.mean(right))})  # fmt: skip

    def evaluate(self, part: Part) -> Report:
        """The suite of the model that ships, with the rule beside it."""
        outside = part == "heldout"
        first = self.seeds[2 if outside else 1]
        count = {"dev": self.sizes[1], "heldout": self.sizes[2], "small": 2}[part]
        found = list(self.cases(first, count, outside=outside))
        try:
            classify = self.classifier(self.shipped())
        except Unusable as reason:
            raise Unavailable(f"{self.name} 1: {reason}") from reason
        outcomes = []
        for n, case in enumerate(found):
            right = int((classify(case.shown).argmax(axis=1) == case.truth).sum())
            total = int((case.truth >= 0).sum())
            outcomes.append(outcome(f"speaker {first + n}", right, total, self.unit))
        model, rule = (self.judged_on(one, found) for one in (classify, self.by_rule))
        return report(self.name, part, model, rule, outcomes)


def gathered(found: Iterable[Case[Any]]) -> Examples:
    kept = [(case.features[case.truth >= 0], case.truth[case.truth >= 0]) for case in found]
    features, truth = zip(*kept, strict=True)
    return Examples(np.concatenate(features), np.concatenate(truth))


@lru_cache(maxsize=2)
def _held_out(study: Study[Any], count: int) -> list[Case[Any]]:
    return list(study.cases(study.seeds[2], count, outside=True))
