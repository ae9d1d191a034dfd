"""Fillers in text: the ones that fill, not the words that only look like them.

Each case is counted twice, as written and as a recogniser without punctuation gives it. The
development part is of text that the models do not learn from: what is asked of them is chosen
on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.engines.fluency.inputs import Text
from workers.engines.fluency.markers import candidates
from workers.engines.fluency.timing import time_measures
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.language import FORMS, read

TARGET = 0.95
COUNT_ERROR = 0.05
Range = tuple[int, int]


@dataclass(frozen=True)
class Labelled:
    """A line without its brackets, and the words [first, end) that stood in them."""

    text: str
    fillers: tuple[Range, ...]


def labelled(line: str) -> Labelled:
    """ "[Um] we were, [you know], late" -> the text, ((0, 1), (3, 5))."""
    pieces: list[str] = []
    ranges: list[Range] = []
    first = None
    for piece in re.sub(r"\](?=\w)", "] ", line).split():
        if "[" in piece:
            first = len(pieces)
        pieces.append(piece.replace("[", "").replace("]", ""))
        if "]" in piece and first is not None:
            ranges.append((first, len(pieces)))
            first = None
    if first is not None:
        raise ValueError(f"a bracket is left open: {line}")
    return Labelled(" ".join(pieces), tuple(ranges))


def evaluate(part: Part) -> Report:
    file = "unseen.txt" if part == "dev" else "fillers.txt"
    found = cases.lines(cases.path(part, "fillers", file, kind="language"))
    chosen = [labelled(line) for line in cases.some(found, part, 120)]
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    table = {kind: dict.fromkeys(("filler", "meaning"), 0) for kind in ("filler", "meaning")}
    for form in FORMS:
        judged = [_judge(case, form) for case in chosen]
        everything = sum((one.all for one in judged), Counts())
        markers = sum((one.markers for one in judged), Counts())
        alike = sum(one.alike for one in judged)
        error = abs(everything.got - everything.expected) / max(1, everything.expected)
        figures += [
            *everything.figures(form, TARGET),
            Figure(f"{form}.count_error", error, "%", COUNT_ERROR, "lower", everything.expected),
            *markers.figures(f"{form}.markers", note="without um, uh and their like"),
            Figure(f"{form}.look_alikes", alike, "count", note="words that could have filled"),
        ]
        outcomes += [one.told for one in judged]
        table["filler"]["filler"] += markers.right
        table["filler"]["meaning"] += markers.missed
        table["meaning"]["filler"] += markers.wrong
        table["meaning"]["meaning"] += alike - markers.wrong
    return Report("fillers", part, "rostrum fillers 2", figures, outcomes, table)


@dataclass(frozen=True)
class _Judged:
    all: Counts
    markers: Counts
    alike: int
    told: Outcome


def _judge(case: Labelled, form: str) -> _Judged:
    text = read(case.text, form)
    got = {
        (item["first_word"], item["last_word"] + 1): item["kind"]
        for item in time_measures(text, None).word_fillers or []
    }
    expected = set(case.fillers)
    pauses = {(token.index, token.index + 1) for token in text.tokens if token.filled_pause}
    marked = {place for place, kind in got.items() if kind == "discourse_marker"}
    meant = expected - pauses
    errors = [
        *(f"not a filler: {_words(case, place)}" for place in sorted(got.keys() - expected)),
        *(f"missed: {_words(case, place)}" for place in sorted(expected - got.keys())),
    ]
    return _Judged(
        _counts(expected, set(got)), _counts(meant, marked), len(_alike(text) - expected),
        Outcome(f"{form}: {case.text}", [_words(case, place) for place in case.fillers],
                [_words(case, place) for place in sorted(got)], "; ".join(errors)),
    )  # fmt: skip


def _counts(expected: set[Range], got: set[Range]) -> Counts:
    return Counts(len(expected & got), len(got - expected), len(expected - got))


def _alike(text: Text) -> set[Range]:
    """Every place where a discourse marker could stand."""
    return {
        (text.tokens[place.first].index, text.tokens[place.end - 1].index + 1)
        for _, place in candidates(text.tokens, text.sentences)
    }


def _words(case: Labelled, place: Range) -> str:
    return " ".join(case.text.split()[place[0] : place[1]])
