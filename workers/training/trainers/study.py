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
from workers.training.draws import HELD_OUT, INSIDE
from workers.training.evaluation.scores import calibration_error, confusion, macro_f1
from workers.training.evaluation.types import Part, Report, Unavailable
from workers.training.net import USUAL, Doubt, Examples, Labels, device_of, fitted
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
    values: Floats | None = None
    """(n, m): the rest of the truth, where there is more."""


class Cases(Protocol):
    def __call__(self, first: int, count: int, *, far: float) -> Iterator[Case[Any]]:
        """Speakers `first`, `first` + 1, … so `far` from those to learn from (`training.draws`)."""
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
    shipped_at: Path | None
    """None where the rule ships."""
    values: Sequence[str] = ()
    """What a classifier tells of each window after its kinds."""
    each: str = "speaker"
    checked: float = INSIDE
    """How far from those learned from they are on whom the temperature is set."""
    doubt: Doubt = USUAL

    def train(self, *, seed: int, device: str, quick: bool, tell: Callable[[str], None]) -> Made:
        on = device_of(device)
        learn, check, _ = self.quick if quick else self.sizes
        tell(f"making {learn + check} {self.each}s")
        first, first_check = (start + 100_000 * seed for start in self.seeds[:2])
        examples = gathered(self.cases(first, learn, far=INSIDE))
        others = list(self.cases(first_check, check, far=self.checked))
        known = gathered(others)
        tell(f"learning from {len(examples.labels)} {self.unit} on {on}")
        data, losses = fitted(
            self.name, self.varied(examples, seed),
            known if self.checked else self.varied(known, seed),
            seed=seed, rounds=3 if quick else self.rounds, device=on, doubt=self.doubt,
        )  # fmt: skip
        judged = self.judged_on(self.classifier(data), others)
        return Made(
            data,
            {"seed": seed, "device": on, "quick": quick, f"{self.each}s": learn,
             "rounds": len(losses), self.unit: len(examples.labels), f"first_{self.each}": first},
            {"loss": losses[-1], "checked.macro_f1": judged.figure,
             "checked.ece": judged.ece or 0.0},
            losses,
        )  # fmt: skip

    def judge(self, versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
        found = _held_out(self, (self.quick if quick else self.sizes)[2])
        return {
            name: self.judged_on(self.by_rule if data is None else self.classifier(data), found)
            for name, data in versions.items()
        }

    def shipped(self) -> bytes | None:
        return read(self.shipped_at) if self.shipped_at else None

    def judged_on(self, classify: Classifier[Shown], found: Iterable[Case[Shown]]) -> Judged:
        known = list(found)
        pairs = [(classify(case.shown)[case.truth >= 0], case.truth[case.truth >= 0])
                 for case in known]  # fmt: skip
        told, truth = (np.concatenate(part) for part in zip(*pairs, strict=True))
        likely, values = np.split(told, [len(self.kinds)], axis=1)
        given = likely.argmax(axis=1)
        named = ((self.kinds[a], self.kinds[b]) for a, b in zip(truth, given, strict=True))
        table = confusion(named)
        right = (given == truth).tolist()
        ece = calibration_error(list(zip(likely.max(axis=1).tolist(), right, strict=True)))
        more = {"accuracy": float(np.mean(right))} | self._errors(values, known)
        return Judged(macro_f1(table), "macro_f1", len(truth), ece, table, more)

    def _errors(self, told: Floats, known: list[Case[Shown]]) -> dict[str, float]:
        """Mean distance of each value from the truth."""
        if not self.values:
            return {}
        true = [case.values[case.truth >= 0] for case in known if case.values is not None]
        apart = np.abs(told - np.concatenate(true)).mean(axis=0)
        return {f"{name}.error": float(one) for name, one in zip(self.values, apart, strict=True)}

    def evaluate(self, part: Part) -> Report:
        """The suite of what ships, with the rule beside it."""
        outside = part == "heldout"
        first = self.seeds[2 if outside else 1]
        count = {"dev": self.sizes[1], "heldout": self.sizes[2], "small": 2}[part]
        found = list(self.cases(first, count, far=HELD_OUT if outside else INSIDE))
        try:
            data = self.shipped()
            classify = self.by_rule if data is None else self.classifier(data)
        except Unusable as reason:
            raise Unavailable(f"{self.name} 1: {reason}") from reason
        outcomes = []
        for n, case in enumerate(found):
            likely = classify(case.shown)[:, : len(self.kinds)]
            right = int((likely.argmax(axis=1) == case.truth).sum())
            total = int((case.truth >= 0).sum())
            outcomes.append(outcome(f"{self.each} {first + n}", right, total, self.unit))
        rule = self.judged_on(self.by_rule, found)
        model = None if data is None else self.judged_on(classify, found)
        return report(self.name, part, model, rule, outcomes)


def gathered(found: Iterable[Case[Any]]) -> Examples:
    cases = list(found)
    kept = [(case.features[case.truth >= 0], case.truth[case.truth >= 0]) for case in cases]
    features, truth = zip(*kept, strict=True)
    values = [case.values[case.truth >= 0] for case in cases if case.values is not None]
    return Examples(np.concatenate(features), np.concatenate(truth),
                    np.concatenate(values) if values else None)  # fmt: skip


@lru_cache(maxsize=2)
def _held_out(study: Study[Any], count: int) -> list[Case[Any]]:
    return list(study.cases(study.seeds[2], count, far=HELD_OUT))
