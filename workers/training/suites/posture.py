"""Posture: the model that ships against the rule, on speakers whose posture is known.

The held-out part is what `bin/rostrum models evaluate posture` judges by.
"""

from __future__ import annotations

from workers.engines.body.posture import by_rule, classifier
from workers.engines.trained import Unusable
from workers.training.evaluation.types import Part, Report, Unavailable
from workers.training.suites.against_rule import outcome, report
from workers.training.trainers import posture as trainer

COUNTS = {"dev": trainer.CHECK, "heldout": trainer.HELD_OUT, "small": 2}


def evaluate(part: Part) -> Report:
    outside = part == "heldout"
    first = trainer.HELD_OUT_SEED if outside else trainer.CHECK_SEED
    found = list(trainer.cases(first, COUNTS[part], outside=outside))
    try:
        classify = classifier(trainer.shipped())
    except Unusable as reason:
        raise Unavailable(f"posture 1: {reason}") from reason
    outcomes = []
    for n, case in enumerate(found):
        right = (classify(case.windows).argmax(axis=1) == case.truth).sum()
        total = (case.truth >= 0).sum()
        outcomes.append(outcome(f"speaker {first + n}", int(right), int(total), "windows"))
    model, rule = (trainer.judged_on(one, found) for one in (classify, by_rule))
    return report("posture", part, model, rule, outcomes)
