"""Grammar: errors found, and sentences without any that are left alone."""

from __future__ import annotations

import re
from typing import Any

from workers.engines.fluency import grammar
from workers.engines.fluency.timing import time_measures
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report, Unavailable
from workers.training.suites.language import read

Range = tuple[int, int]


def evaluate(part: Part) -> Report:
    """A finding is right where it meets an expected error, or touches one: where a word is missing
    or too many, the checker may name its neighbour."""
    found = cases.records(cases.path(part, "grammar", "grammar.jsonl", kind="language"))
    total, clean, alarmed = Counts(), 0, 0
    outcomes: list[Outcome] = []
    engine = ""
    for case in cases.some(found, part, 60):
        expected = _expected(case)
        engine, got = _got(case["text"])
        counts = _met(expected, got)
        total += counts
        clean += not expected
        alarmed += not expected and bool(got)
        error = "; ".join(
            filter(None, ("false alarm" * bool(counts.wrong), "missed" * bool(counts.missed)))
        )
        outcomes.append(Outcome(case["text"], _said(case, expected), _said(case, got), error))
    figures = [
        Figure("errors.precision", total.precision, target=0.9, n=total.got),
        Figure("errors.recall", total.recall, n=total.expected, note="precision comes first"),
        Figure("errors.f1", total.f1, n=total.expected),
        Figure("correct.alarms", alarmed / max(1, clean), "%", better="lower", n=clean,
               note="correct sentences in which something was flagged"),
    ]  # fmt: skip
    return Report("grammar", part, engine, figures, outcomes)


def _expected(case: dict[str, Any]) -> list[Range]:
    """Words [first, end) of each error; its text stands there as whole words."""
    text = case["text"]
    found = []
    for error in case["errors"]:
        at = re.search(rf"(?<!\w){re.escape(error['text'])}(?!\w)", text)
        before = text[: at.start() if at else text.index(error["text"])]
        first = len(before.split()) - bool(before and not before[-1].isspace())
        found.append((first, first + len(error["text"].split())))
    return found


def _got(text: str) -> tuple[str, list[Range]]:
    given = read(text)
    ranges = time_measures(given, None).marker_ranges
    checked = grammar.check(given, ranges)
    if checked.items is None:
        raise Unavailable(checked.reason)
    return checked.engine, [(one["first_word"], one["last_word"] + 1) for one in checked.items]


def _met(expected: list[Range], got: list[Range]) -> Counts:
    free, right = list(expected), 0
    for first, end in got:
        near = next((one for one in free if first <= one[1] and one[0] <= end), None)
        if near is not None:
            free.remove(near)
            right += 1
    return Counts(right, len(got) - right, len(free))


def _said(case: dict[str, Any], places: list[Range]) -> list[str]:
    return [" ".join(case["text"].split()[first:end]) for first, end in places]
