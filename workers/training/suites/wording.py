"""Hedges, weak words, absolutes, terms that leave people out, questions and run-on sentences."""

from __future__ import annotations

from typing import Any

from workers.engines.fluency import language
from workers.engines.fluency.timing import time_measures
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts, events
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.language import FORMS, place, read, sentence_ends

SECTIONS = {
    "hedge": "hedges",
    "weak": "weak_words",
    "absolute": "absolutes",
    "non_inclusive": "non_inclusive",
    "question": "questions",
    "run_on": "run_ons",
}
TARGET = 0.85
"""Ours: one find in seven wrong, one place in seven missed, and it would still be worth reading."""
Range = tuple[int, int]


def evaluate(part: Part) -> Report:
    """A found span is right where it meets an expected one of its kind."""
    found = cases.records(cases.path(part, "wording", "wording.jsonl", kind="language"))
    chosen = cases.some(found, part, 60)
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    for form in FORMS:
        totals = dict.fromkeys(SECTIONS, Counts())
        for case in chosen:
            expected = _expected(case)
            got = _got(case["text"], form)
            for kind in SECTIONS:
                totals[kind] += events(expected[kind], got[kind])
            outcomes.append(_outcome(case["text"], form, expected, got))
        for kind, counts in totals.items():
            if form == "written" or kind != "run_on":  # without marks there are no sentences
                figures += counts.figures(f"{form}.{kind}", TARGET)
    return Report("wording", part, "rostrum wording 1", figures, outcomes)


def _expected(case: dict[str, Any]) -> dict[str, list[Range]]:
    return {
        kind: [
            place(case["text"], span["text"], span["occurrence"])
            for span in case["spans"]
            if span["kind"] == kind
        ]
        for kind in SECTIONS
    }


def _got(text: str, form: str) -> dict[str, list[Range]]:
    """Bare text keeps its sentences: recognisers without marks cut at pauses."""
    given = read(text, form, sentence_ends(text) if form == "bare" else ())
    fillers = time_measures(given, None).marker_ranges
    doc = language.read(given.tokens)
    lists = language.word_lists(given.tokens, given.sentences, doc, fillers)
    return {
        kind: [(item["first_word"], item["last_word"] + 1) for item in lists[section]]
        for kind, section in SECTIONS.items()
    }


def _outcome(
    text: str, form: str, expected: dict[str, list[Range]], got: dict[str, list[Range]]
) -> Outcome:
    pieces = text.split()

    def said(spans: dict[str, list[Range]]) -> list[str]:
        return [
            f"{kind}: {' '.join(pieces[a:b])}"
            for kind in SECTIONS
            if form == "written" or kind != "run_on"
            for a, b in spans[kind]
        ]

    errors = [
        kind
        for kind in SECTIONS
        if (form == "written" or kind != "run_on")
        and (counts := events(expected[kind], got[kind])).wrong + counts.missed
    ]
    return Outcome(f"{form}: {text}", said(expected), said(got), ", ".join(errors))
