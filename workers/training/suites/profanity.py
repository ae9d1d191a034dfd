"""Swear words: found where they are, and nothing else masked in what is shared."""

from __future__ import annotations

from workers.engines import profanity
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts, events
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.fillers import Labelled, labelled

TARGET = 0.95


def evaluate(part: Part) -> Report:
    """A place is right where it meets a marked one; a line without any must stay as it is."""
    file = cases.path(part, "profanity", "profanity.txt", kind="language")
    chosen = [labelled(line) for line in cases.some(cases.lines(file), part, 40)]
    found = [_found(case) for case in chosen]
    counts = sum(
        (events(case.fillers, got) for case, got in zip(chosen, found, strict=True)), Counts()
    )
    clean = [case.text for case in chosen if not case.fillers]
    kept = sum(profanity.masked(text) == text for text in clean)
    figures = [
        *counts.figures("found", TARGET),
        Figure("clean_lines_kept", kept / max(1, len(clean)), target=1.0, n=len(clean),
               note="lines without swearing of which masking hides nothing"),
    ]  # fmt: skip
    outcomes = [_outcome(case, got) for case, got in zip(chosen, found, strict=True)]
    return Report("profanity", part, "rostrum profanity 1", figures, outcomes)


def _found(case: Labelled) -> list[tuple[int, int]]:
    """The words [first, end) of each place."""
    return [
        (len(case.text[: one.start].split()), len(case.text[: one.end].split()))
        for one in profanity.find(case.text)
    ]


def _outcome(case: Labelled, got: list[tuple[int, int]]) -> Outcome:
    words = case.text.split()
    expected, found = (
        [" ".join(words[first:end]) for first, end in places] for places in (case.fillers, got)
    )
    counts = events(case.fillers, got)
    return Outcome(case.text, expected, found, "other words" if counts.f1 < 1 else "")
