"""Summary: of a talk's sentences, how many of those shown are key ones; the first three beside."""

from __future__ import annotations

from workers.engines.content import ENGINE
from workers.engines.meaning.summary import summary
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import lines, vectors


def evaluate(part: Part) -> Report:
    file = cases.path(part, "summary", "summaries.jsonl", kind="content")
    talks = cases.some(cases.records(file), part, 4)
    counts, first, outcomes = Counts(), Counts(), []
    for talk in talks:
        key = set(talk["key"])
        got = {int(one["index"]) for one in summary(lines(talk["sentences"]), vectors())}
        counts += _counts(key, got)
        first += _counts(key, set(range(3)))
        missed = [talk["sentences"][index] for index in sorted(got - key)]
        outcomes.append(Outcome(talk["id"], sorted(key), sorted(got), "; ".join(missed)))
    figures = [
        Figure("key.precision", counts.precision, target=0.6, n=counts.got,
               note="sentences shown that are key"),
        Figure("key.recall", counts.recall, n=counts.expected),
        Figure("first_three.precision", first.precision, n=first.got, note="the plain baseline"),
    ]  # fmt: skip
    return Report("summary", part, ENGINE, figures, outcomes)


def _counts(key: set[int], got: set[int]) -> Counts:
    return Counts(right=len(key & got), wrong=len(got - key), missed=len(key - got))
