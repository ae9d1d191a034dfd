"""Where clauses begin, which decides whether a pause stands between thoughts or inside one."""

from __future__ import annotations

from workers.engines.fluency.clauses import openings
from workers.engines.fluency.inputs import Text
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.language import FORMS, read

TARGET = 0.9


def evaluate(part: Part) -> Report:
    found = cases.records(cases.path(part, "clauses", "clauses.jsonl", kind="language"))
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    for form in FORMS:
        total = Counts()
        places = 0
        for case in cases.some(found, part, 40):
            expected, got = set(case["boundaries"]), opened(read(case["text"], form))
            total += Counts(len(expected & got), len(got - expected), len(expected - got))
            places += len(case["text"].split()) - 1
            outcomes.append(
                Outcome(f"{form}: {case['text']}", sorted(expected), sorted(got),
                        "" if expected == got else "other boundaries")
            )  # fmt: skip
        right = 1 - (total.wrong + total.missed) / max(1, places)
        figures += [
            *total.figures(form, TARGET),
            Figure(f"{form}.accuracy", right, n=places, note="of all places between words"),
        ]
    return Report("clauses", part, "rostrum clauses 2", figures, outcomes)


def opened(text: Text) -> set[int]:
    """Places of the words that open a clause, the first apart."""
    ends = {end - 1 for _, end in text.sentences} if text.punctuated else set()
    return {text.tokens[i].index for i in openings(text.tokens, ends)} - {0}
