"""Posture: the model that ships against the rule, on speakers whose posture is known.

The held-out part is what `bin/rostrum models evaluate posture` judges by.
"""

from __future__ import annotations

from workers.engines.body.posture import Classifier, by_rule, classifier
from workers.engines.trained import Unusable
from workers.training.evaluation.scores import by_label
from workers.training.evaluation.types import Figure, Outcome, Part, Report, Unavailable
from workers.training.trainers.posture import (
    CHECK,
    CHECK_SEED,
    HELD_OUT,
    HELD_OUT_SEED,
    Case,
    cases,
    judged_on,
    shipped,
)  # fmt: skip

MOST_WRONG = 0.1
COUNTS = {"dev": CHECK, "heldout": HELD_OUT, "small": 2}


def evaluate(part: Part) -> Report:
    outside = part == "heldout"
    first = HELD_OUT_SEED if outside else CHECK_SEED
    found = list(cases(first, COUNTS[part], outside=outside))
    try:
        classify = classifier(shipped())
    except Unusable as reason:
        raise Unavailable(f"posture 1: {reason}") from reason
    model, rule = judged_on(classify, found), judged_on(by_rule, found)
    counts = by_label(model.confusion or {})
    return Report(
        "posture", part, "posture 1",
        [
            Figure("macro_f1", model.figure, target=rule.figure, n=model.n,
                   note="the target is what the rule reaches"),
            Figure("rule.macro_f1", rule.figure, n=rule.n),
            *(Figure(f"{kind}.f1", one.f1, n=one.expected) for kind, one in counts.items()),
            Figure("calibration.error", model.ece, target=0.05, better="lower", n=model.n),
        ],
        [_outcome(f"speaker {first + n}", case, classify) for n, case in enumerate(found)],
        model.confusion,
    )  # fmt: skip


def _outcome(name: str, case: Case, classify: Classifier) -> Outcome:
    given, known = classify(case.windows).argmax(axis=1), case.truth >= 0
    wrong = int((given != case.truth)[known].sum())
    total = int(known.sum())
    return Outcome(name, f"{total} windows", f"{total - wrong} right",
                   f"{wrong} wrong" if wrong > MOST_WRONG * total else "")  # fmt: skip
