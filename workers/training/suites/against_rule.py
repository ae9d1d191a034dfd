"""The report of a suite that holds a trained model against the rule it stands in for."""

from __future__ import annotations

from workers.training.evaluation.scores import by_label
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.trainers import Judged

MOST_WRONG = 0.1
"""Share of a speaker's cases over which the speaker is told of."""


def report(suite: str, part: Part, model: Judged, rule: Judged, outcomes: list[Outcome]) -> Report:
    counts = by_label(model.confusion or {})
    return Report(
        suite, part, f"{suite} 1",
        [
            Figure(model.metric, model.figure, target=rule.figure, n=model.n,
                   note="the target is what the rule reaches"),
            Figure(f"rule.{rule.metric}", rule.figure, n=rule.n),
            *(Figure(f"{kind}.f1", one.f1, n=one.expected) for kind, one in counts.items()),
            Figure("calibration.error", model.ece, target=0.05, better="lower", n=model.n),
        ],
        outcomes, model.confusion,
    )  # fmt: skip


def outcome(case: str, right: int, total: int, what: str) -> Outcome:
    wrong = total - right
    error = f"{wrong} wrong" if wrong > MOST_WRONG * total else ""
    return Outcome(case, f"{total} {what}", f"{right} right", error)
