"""Repetitions and repairs: which words a speaker took back.

Disfl-QA's dev part (../shared/data, where it is on this machine) and spoken lines written for this
project; held out, spoken lines alone. Filled pauses count for neither: they are fillers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from workers.engines.fluency import disfluency
from workers.engines.fluency.inputs import Text
from workers.engines.fluency.repair_model import Line, choices, term_before
from workers.training import disfl_qa
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report, Unavailable
from workers.training.suites.language import FORMS, read

TARGET = 0.8
FALSE_ALARMS = 0.5
"""Most words flagged in 100 of fluent speech."""


@dataclass(frozen=True)
class Case:
    text: Text
    taken_back: frozenset[int]
    """Tokens, filled pauses apart."""


def evaluate(part: Part) -> Report:
    lines = cases.records(cases.path(part, "disfluency", "disfluency.jsonl", kind="language"))
    lines = cases.some(lines, part, 40)
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    for form in FORMS:
        spoken = [_case(read(" ".join(line["tokens"]), form), line["labels"]) for line in lines]
        fluent = [case for case in spoken if not case.taken_back]
        flagged = sum(len(found(case.text)) for case in fluent)
        words = sum(len(case.text.tokens) for case in fluent)
        figures += [
            *_total(spoken).figures(form, TARGET),
            Figure(f"{form}.false_alarms", 100 * flagged / max(1, words), "in 100 words",
                   FALSE_ALARMS, "lower", words, "words flagged in lines where nobody goes back"),
            *_total(spoken, found, _without_terms).figures(
                f"{form}.words", note="without the editing terms"
            ),
            *_total(spoken, by_rule).figures(f"{form}.rule", note="baseline"),
        ]  # fmt: skip
        outcomes += [_outcome(case) for case in spoken]
    if part != "heldout":
        figures += _of_questions(part)
    return Report("disfluency", part, "rostrum repairs 2", figures, outcomes)


def found(text: Text) -> frozenset[int]:
    """Tokens the product says were taken back: of a repetition all times but the last."""
    place = {token.index: i for i, token in enumerate(text.tokens)}
    gone = set()
    for item in disfluency.repairs(text.tokens, text.sentences):
        gone |= set(range(place[item["first_word"]], place[item["last_word"]] + 1))
    for item in disfluency.repetitions(text.tokens, text.sentences):
        first, last = place[item["first_word"]], place[item["last_word"]]
        words = [i for i in range(first, last + 1) if not text.tokens[i].filled_pause]
        gone |= set(words[: -(len(words) // item["times"])])
    return _without_pauses(text, gone)


def counted(part: Part, way: Callable[[Text], frozenset[int]] | None = None) -> Counts:
    """Words taken back in all lines, as written and bare, by the product or another way."""
    lines = cases.records(cases.path(part, "disfluency", "disfluency.jsonl", kind="language"))
    every = [
        _case(read(" ".join(line["tokens"]), form), line["labels"])
        for line in cases.some(lines, part, 40)
        for form in FORMS
    ]
    return _total(every, way or found)


def by_rule(text: Text) -> frozenset[int]:
    """The baseline: at an editing term, back to where the next word stood, else one word."""
    gone: set[int] = set()
    for first, end in text.sentences:
        line = Line(text.tokens[first:end])
        for ways in choices(line):
            term, instead = ways[0].term, ways[0].instead
            again = [way.first for way in ways if line.word(way.first) == line.word(instead)]
            start = again[-1] if again else term - (term < instead)
            gone |= set(range(first + max(0, start), first + instead))
    return _without_pauses(text, gone)


def _total(
    chosen: Iterable[Case],
    way: Callable[[Text], frozenset[int]] = found,
    only: Callable[[Text, frozenset[int]], frozenset[int]] = lambda _, places: places,
) -> Counts:
    counted = (
        _counts(only(case.text, case.taken_back), only(case.text, way(case.text)))
        for case in chosen
    )
    return sum(counted, Counts())


def _without_terms(text: Text, places: frozenset[int]) -> frozenset[int]:
    """Without "no", "I mean" and their like at the end of each stretch."""
    words = Line(text.tokens).words
    ends = {i + 1 for i in places if i + 1 not in places}
    terms = {i for end in ends for i in range(term_before(words, end), end)}
    return places - terms


def _counts(expected: frozenset[int], got: frozenset[int]) -> Counts:
    return Counts(len(expected & got), len(got - expected), len(expected - got))


def _case(text: Text, labels: list[str]) -> Case:
    gone = {i for i, token in enumerate(text.tokens) if labels[token.index] == "R"}
    return Case(text, _without_pauses(text, gone))


def _without_pauses(text: Text, places: Iterable[int]) -> frozenset[int]:
    return frozenset(i for i in places if not text.tokens[i].filled_pause)


def _of_questions(part: Part) -> Iterator[Figure]:
    """Disfl-QA's dev part: all, and those of which exactly the fluent question is left."""
    try:
        asked = [disfl_qa.question(pair) for pair in cases.some(disfl_qa.pairs("dev"), part, 60)]
    except Unavailable as absent:
        yield Figure("disfl_qa.f1", None, target=TARGET, note=str(absent))
        return
    every = [(q, Case(q.text, _without_pauses(q.text, _true(q.taken_back)))) for q in asked]
    exact = [case for question, case in every if question.cost < disfl_qa.ADD]
    chosen = [case for _, case in every]
    yield from _total(chosen).figures("disfl_qa", TARGET)
    yield from _total(exact).figures("disfl_qa.exact", note="the fluent question is what is left")
    yield from _total(chosen, by_rule).figures("disfl_qa.rule", note="baseline")
    flagged = sum(bool(found(read(question.fluent))) for question in asked)
    yield Figure("disfl_qa.fluent_flagged", flagged / len(asked), "%", 0.01, "lower", len(asked))


def _true(labels: Iterable[bool]) -> Iterator[int]:
    return (i for i, label in enumerate(labels) if label)


def _outcome(case: Case) -> Outcome:
    told = partial(_told, case.text)
    got = found(case.text)
    return Outcome(" ".join(token.text for token in case.text.tokens), told(case.taken_back),
                   told(got), "" if got == case.taken_back else "other words")  # fmt: skip


def _told(text: Text, places: Iterable[int]) -> list[str]:
    return [text.tokens[i].text for i in sorted(places)]
