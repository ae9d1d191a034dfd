"""STAR: each sentence of a hand-labelled answer, and what the answer as a whole has."""

from __future__ import annotations

from typing import Any

from workers.engines.content import ENGINE
from workers.engines.meaning import star
from workers.training.evaluation import cases
from workers.training.evaluation.scores import by_label, confusion, macro_f1
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import lines, vectors


def evaluate(part: Part) -> Report:
    file = cases.path(part, "star", "star.jsonl", kind="content")
    answers = cases.some(cases.records(file), part, 8)
    expected = [[one["label"] for one in answer["sentences"]] for answer in answers]
    read = [_read(answer) for answer in answers]
    got = [[str(one["label"]) for one in sentences] for sentences in read]
    table = confusion(
        pair for right, given in zip(expected, got, strict=True)
        for pair in zip(right, given, strict=True)
    )  # fmt: skip
    count = sum(len(labels) for labels in expected)
    hits = sum(table[label][label] for label in table)
    note = "" if part == "heldout" else "written beside the rules"
    figures = [
        Figure("macro_f1", macro_f1(table), target=0.8, n=count, note=note),
        Figure("accuracy", hits / count, n=count),
        *(
            Figure(f"{label}.f1", found.f1, n=found.expected)
            for label, found in by_label(table).items()
        ),
        *_of_answers(expected, read),
    ]
    outcomes = [
        _outcome(answer, right, given)
        for answer, right, given in zip(answers, expected, got, strict=True)
    ]
    return Report("star", part, ENGINE, figures, outcomes, table)


def _read(answer: dict[str, Any]) -> list[dict[str, Any]]:
    told = lines([one["text"] for one in answer["sentences"]])
    return star.label_answer(told, vectors(), answer["question"])


def _of_answers(expected: list[list[str]], read: list[list[dict[str, Any]]]) -> list[Figure]:
    stories = [n for n, labels in enumerate(expected) if set(labels) != {"none"}]
    others = [n for n, labels in enumerate(expected) if set(labels) == {"none"}]
    told = [star.completeness(sentences) for sentences in read]
    found = [n for n in stories if told[n]]
    elements = [abs(_elements(expected[n]) - told[n]) for n in stories]
    return [
        Figure("no_story.none_throughout", _share(sum(not told[n] for n in others), len(others)),
               target=1.0, n=len(others), note="answers without any story"),
        Figure("story.found", _share(len(found), len(stories)), n=len(stories)),
        Figure("completeness.error", _share(sum(elements), len(stories)), better="lower",
               target=0.1, n=len(stories), note="mean absolute, over answers with a story"),
    ]  # fmt: skip


def _elements(labels: list[str]) -> float:
    return len(set(labels) & set(star.STORY)) / len(star.STORY)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _outcome(answer: dict[str, Any], right: list[str], given: list[str]) -> Outcome:
    wrong = [
        f"{one['text']!r}: {b} for {a}"
        for one, a, b in zip(answer["sentences"], right, given, strict=True)
        if a != b
    ]
    return Outcome(answer["id"], right, given, "; ".join(wrong))
