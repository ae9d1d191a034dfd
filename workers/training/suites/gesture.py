"""Gestures: what each is, by the model that ships and by the rule, on speakers whose every move is
known.

The held-out part is what `bin/rostrum models evaluate gesture` judges by. How many there are is a
matter of the suite `body`.
"""

from __future__ import annotations

from workers.engines.body.kinds import by_rule, classifier
from workers.engines.trained import Unusable
from workers.training.evaluation.types import Part, Report, Unavailable
from workers.training.suites.against_rule import outcome, report
from workers.training.trainers import gesture as trainer

COUNTS = {"dev": trainer.CHECK, "heldout": trainer.HELD_OUT, "small": 2}


def evaluate(part: Part) -> Report:
    outside = part == "heldout"
    first = trainer.HELD_OUT_SEED if outside else trainer.CHECK_SEED
    found = list(trainer.cases(first, COUNTS[part], outside=outside))
    try:
        classify = classifier(trainer.shipped())
    except Unusable as reason:
        raise Unavailable(f"gesture 1: {reason}") from reason
    outcomes = []
    for n, case in enumerate(found):
        right = (classify(case.found).argmax(axis=1) == case.truth).sum()
        total = len(case.truth)
        outcomes.append(outcome(f"speaker {first + n}", int(right), total, "stretches"))
    model, rule = (trainer.judged_on(one, found) for one in (classify, by_rule))
    return report("gesture", part, model, rule, outcomes)
