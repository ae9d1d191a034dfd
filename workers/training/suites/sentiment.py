"""Sentiment: lines that people would call positive, neutral or negative; VADER alone beside it."""

from __future__ import annotations

from workers.engines.content import ENGINE
from workers.engines.meaning import feeling
from workers.training.evaluation import cases
from workers.training.evaluation.scores import by_label, confusion, macro_f1
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import lines, vectors


def evaluate(part: Part) -> Report:
    file = cases.path(part, "sentiment", "sentiment.jsonl", kind="content")
    found = cases.some(cases.records(file), part, 30)
    given = [str(feeling.sentiment(lines([one["text"]]), "", vectors())["label"]) for one in found]
    table = confusion((one["label"], got) for one, got in zip(found, given, strict=True))
    figures = [
        Figure("macro_f1", macro_f1(table), target=0.8, n=len(found)),
        *(Figure(f"{label}.f1", one.f1, n=one.expected) for label, one in by_label(table).items()),
    ]
    outcomes = [
        Outcome(one["text"], one["label"], got, "" if got == one["label"] else f"taken for {got}")
        for one, got in zip(found, given, strict=True)
    ]
    return Report("sentiment", part, ENGINE, figures, outcomes, table)
