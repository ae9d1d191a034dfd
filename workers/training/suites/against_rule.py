"""The report of a suite that holds a trained model against the rule it stands in for."""

from __future__ import annotations

from workers.training.evaluation.scores import by_label
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.trainers import Judged

MOST_WRONG = 0.1
"""Share of a speaker's cases over which the speaker is told of."""


def report(
    suite: str, part: Part, model: Judged | None, rule: Judged, outcomes: list[Outcome]
) -> Report:
    """Of what ships: the `model`, or where it is None the rule."""
    of = model or rule
    counts = by_label(of.confusion or {})
    figures = [
        Figure(f"rule.{rule.metric}", rule.figure, n=rule.n),
        *(Figure(f"{kind}.f1", one.f1, n=one.expected) for kind, one in counts.items()),
        *(Figure(name, value, "dB" if "_db." in name else "ratio", better="lower", n=of.n)
          for name, value in of.more.items() if name.endswith(".error")),
    ]  # fmt: skip
    if model is not None:
        figures.insert(0, Figure(model.metric, model.figure, target=rule.figure, n=model.n,
                                 note="the target is what the rule reaches"))  # fmt: skip
        figures.append(
            Figure("calibration.error", model.ece, target=0.05, better="lower", n=model.n)
        )
    engine = f"{suite} 1" if model else f"{suite} by rule"
    return Report(suite, part, engine, figures, outcomes, of.confusion)


def outcome(case: str, right: int, total: int, what: str) -> Outcome:
    wrong = total - right
    error = f"{wrong} wrong" if wrong > MOST_WRONG * total else ""
    return Outcome(case, f"{total} {what}", f"{right} right", error)
