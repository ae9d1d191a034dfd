"""Whether the plan teaches faster than chance: simulated learners, by several ideas of learning.

    python -m benchmarks.plan [--learners 60] [--days 40] [--a-day 3]

A simulated learner has a true ability in each of the library's skills, which nobody sees, and does
the drills that a policy chooses: the plan (drills.ranking over drills.rating, as the pages do), one
at random, or the library from its beginning. Each attempt gives graded points and teaches
something. How much is the assumption of a learning model, and the plan knows none of them. What a
policy gained is the mean true ability over all skills at the end less that at the beginning, and
the same for the three skills that were weakest; in logits (drills/rating.py).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drills.ranking import Done, Exercise, Learner, ranked
from drills.rating import LEVELS, Rating, Tried, after, chance

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parent / "drills" / "library"
START = datetime(2026, 1, 1, 18, tzinfo=UTC)
GAIN = 0.12
"""Logits that the most useful attempt of a beginner teaches."""
CEILING = 3.0
"""Ability towards which what an attempt teaches falls to nothing: the power law of practice."""
WEAKEST = 3


@dataclass(frozen=True)
class Model:
    """`teaches` gives the share of GAIN for (chance of passing, passed, days since the skill was
    last trained); `lost_a_day` is how much of what was gained goes each day."""

    name: str
    teaches: Callable[[float, bool, float], float]
    lost_a_day: float = 0.0


def _spaced(days: float) -> float:
    return min(1.0, 0.25 + 0.25 * days)


MODELS = (
    Model("stretch: most at a chance of 50 %", lambda p, _passed, _days: 4 * p * (1 - p)),
    Model("85 % rule: most at 85 %", lambda p, _p, _d: math.exp(-(((p - 0.85) / 0.2) ** 2) / 2)),
    Model("mistakes: the harder the better", lambda p, _passed, _days: 1 - p),
    Model("success: only a pass teaches", lambda _p, passed, _days: float(passed)),
    Model("even: every attempt alike", lambda _p, _passed, _days: 0.6),
    Model("spacing and forgetting", lambda _p, _passed, days: _spaced(days), lost_a_day=0.01),
)


@dataclass
class Truth:
    """A simulated learner. Drills are off their level, and their points fall over another width
    than the rating assumes: the plan is not told."""

    seed: int
    exercises: Sequence[Exercise]
    ability: dict[str, float] = field(init=False)
    began: dict[str, float] = field(init=False)
    hard: dict[str, float] = field(init=False)
    width: dict[str, float] = field(init=False)
    trained: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen = random.Random(self.seed)
        skills = sorted({one.skill for one in self.exercises})
        self.ability = {skill: chosen.gauss(0, 1) for skill in skills}
        self.began = dict(self.ability)
        self.hard = {one.slug: LEVELS[one.level] + chosen.gauss(0, 0.5) for one in self.exercises}
        self.width = {one.slug: chosen.uniform(1, 3) for one in self.exercises}
        self.luck = random.Random(self.seed + 1)

    def tries(self, exercise: Exercise, model: Model, at: datetime) -> float:
        """Points 0 to 1 of an attempt, after which the learner knows more."""
        skill, hard = exercise.skill, self.hard[exercise.slug]
        ability = self.ability[skill]
        luck = self.luck.uniform(1e-9, 1 - 1e-9)
        performed = ability + math.log(luck / (1 - luck)) - hard
        points = max(0.0, min(1.0, 1 + performed / self.width[exercise.slug]))
        days = (at - self.trained.get(skill, START - timedelta(days=30))) / timedelta(days=1)
        share = model.teaches(chance(ability, hard), points == 1, days)
        self.ability[skill] += GAIN * share * max(0.0, 1 - ability / CEILING)
        self.trained[skill] = at
        return points

    def sleeps(self, model: Model) -> None:
        for skill, began in self.began.items():
            self.ability[skill] -= model.lost_a_day * max(0.0, self.ability[skill] - began)

    def gained(self) -> tuple[float, float]:
        """Over all skills, and over those that were the weakest."""
        gains = {skill: now - self.began[skill] for skill, now in self.ability.items()}
        weakest = sorted(self.began, key=self.began.__getitem__)[:WEAKEST]
        return statistics.fmean(gains.values()), statistics.fmean(gains[one] for one in weakest)


class Plan:
    """The plan as the product keeps it: what it saw, and nothing of the truth."""

    name = "plan"

    def __init__(self, exercises: Sequence[Exercise], seed: int) -> None:
        self.exercises, self.known = exercises, Learner()

    def chooses(self, at: datetime) -> Exercise:
        return ranked(self.exercises, self.known, at=at)[0].exercise

    def sees(self, exercise: Exercise, points: float, at: datetime) -> None:
        ratings, done = dict(self.known.ratings), dict(self.known.done)
        tried = Tried(at, points, exercise.difficulty)
        ratings[exercise.skill] = after(ratings.get(exercise.skill, Rating()), tried).after
        before, passed = done.get(exercise.slug), points == 1
        in_a_row = (before.in_a_row if before else 0) + 1 if passed else 0
        done[exercise.slug] = Done(at, passed, in_a_row)
        self.known = replace(
            self.known, ratings=ratings, done=done, last_skill=exercise.skill, last_at=at
        )


class Chance:
    name = "random"

    def __init__(self, exercises: Sequence[Exercise], seed: int) -> None:
        self.exercises, self.luck = exercises, random.Random(seed)

    def chooses(self, at: datetime) -> Exercise:
        return self.luck.choice(self.exercises)

    def sees(self, exercise: Exercise, points: float, at: datetime) -> None:
        """It learns nothing."""


class InOrder(Chance):
    """The library from its beginning, skill by skill from the first level on, and round again."""

    name = "library order"

    def __init__(self, exercises: Sequence[Exercise], seed: int) -> None:
        super().__init__(exercises, seed)
        self.place = -1

    def chooses(self, at: datetime) -> Exercise:
        self.place = (self.place + 1) % len(self.exercises)
        return self.exercises[self.place]


POLICIES: tuple[type[Plan] | type[Chance], ...] = (Plan, Chance, InOrder)


def library() -> list[Exercise]:
    """The drills that ship, by skill and level."""
    found = [
        Exercise(slug, file.stem, said["level"], LEVELS[said["level"]])
        for file in sorted(LIBRARY.glob("*.toml"))
        for slug, said in tomllib.loads(file.read_text(encoding="utf-8")).items()
    ]
    return sorted(found, key=lambda one: (one.skill, one.level, one.slug))


def lived(policy: type[Chance] | type[Plan], model: Model, seed: int, days: int, a_day: int,
          exercises: Sequence[Exercise]) -> tuple[float, float]:  # fmt: skip
    """What one simulated learner gained, of all skills and of the weakest."""
    truth, chooser = Truth(seed, exercises), policy(exercises, seed)
    for day in range(days):
        for turn in range(a_day):
            at = START + timedelta(days=day, minutes=3 * turn)
            exercise = chooser.chooses(at)
            chooser.sees(exercise, truth.tries(exercise, model, at), at)
        truth.sleeps(model)
    return truth.gained()


@dataclass(frozen=True)
class Figure:
    """A mean with the half width of its 95 % interval (normal, over learners)."""

    mean: float
    half: float


def figure(values: Sequence[float]) -> Figure:
    spread = statistics.stdev(values) / math.sqrt(len(values))
    return Figure(round(statistics.fmean(values), 3), round(1.96 * spread, 3))


def compared(model: Model, *, learners: int, days: int, a_day: int) -> dict[str, Figure]:
    """Gains by policy, and the plan's lead over the others, learner by learner (the same learners,
    drills and luck for each policy)."""
    exercises = library()
    gains = {
        policy.name: [
            lived(policy, model, seed, days, a_day, exercises)
            for seed in range(0, 10 * learners, 10)
        ]
        for policy in POLICIES
    }
    found: dict[str, Figure] = {}
    for place, which in enumerate(("all", "weakest")):
        of = {name: [pair[place] for pair in pairs] for name, pairs in gains.items()}
        for name, values in of.items():
            found[f"{which}: {name}"] = figure(values)
            if name != Plan.name:
                leads = [mine - theirs for mine, theirs in zip(of[Plan.name], values, strict=True)]
                found[f"{which}: lead over {name}"] = figure(leads)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=60)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--a-day", type=int, default=3)
    asked = parser.parse_args()
    kept = {}
    for model in MODELS:
        found = compared(model, learners=asked.learners, days=asked.days, a_day=asked.a_day)
        kept[model.name] = {name: [one.mean, one.half] for name, one in found.items()}
        print(f"\n{model.name}")
        for name, one in found.items():
            print(f"  {name:32} {one.mean:+.3f} ± {one.half:.3f}")
    result = {"learners": asked.learners, "days": asked.days, "a_day": asked.a_day, "models": kept}
    (HERE / "results" / "plan.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
