"""Signposts: which sentences of a talk tell the listener where it stands."""

from __future__ import annotations

from workers.engines.content import ENGINE
from workers.engines.meaning.signposts import signposting
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import lines, vectors


def evaluate(part: Part) -> Report:
    file = cases.path(part, "signposts", "signposts.jsonl", kind="content")
    found = cases.some(cases.records(file), part, 4)
    counts, outcomes = Counts(), []
    for number, excerpt in enumerate(found):
        sentences = excerpt["sentences"]
        told = lines([one["text"] for one in sentences])
        for one, line in zip(sentences, told, strict=True):
            expected, got = bool(one["signpost"]), bool(signposting([line], vectors())["count"])
            counts += Counts(
                right=expected and got, wrong=got and not expected, missed=expected and not got
            )
            error = "" if expected == got else "missed" if expected else "no signpost"
            outcomes.append(Outcome(f"{number}: {one['text']}", expected, got, error))
    figures: list[Figure] = counts.figures("sentences", target=0.85)
    return Report("signposts", part, ENGINE, figures, outcomes)
