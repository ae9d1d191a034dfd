"""Pairs: two ways of saying the same, of which one is better in one respect."""

from __future__ import annotations

from collections.abc import Callable

from workers.engines import fluency
from workers.engines.content import ENGINE
from workers.engines.meaning import assurance, frame, star, style
from workers.engines.meaning.conciseness import conciseness
from workers.engines.meaning.lines import Line
from workers.training.evaluation import cases
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import read, vectors
from workers.training.suites.language import job, words_of


def evaluate(part: Part) -> Report:
    found = cases.records(cases.path(part, "pairs", "pairs.jsonl", kind="content"))
    figures, outcomes = [], []
    for aspect, measure in ASPECTS.items():
        own = cases.some([one for one in found if one["aspect"] == aspect], part, 4)
        values = [(measure(read(one["better"])), measure(read(one["worse"]))) for one in own]
        hits = sum(better > worse for better, worse in values)
        ratio = hits / len(own) if own else None
        figures.append(Figure(f"{aspect}.accuracy", ratio, target=0.9, n=len(own)))
        outcomes += [
            Outcome(one["better"], one["worse"], values_of, "" if values_of[0] > values_of[1]
                    else f"{aspect}: {values_of[0]:.3f}, and the worse one {values_of[1]:.3f}")
            for one, values_of in zip(own, values, strict=True)
        ]  # fmt: skip
    return Report("pairs", part, ENGINE, figures, outcomes)


def _labels(lines: list[Line]) -> dict[int, str]:
    return {one["index"]: one["label"] for one in star.label_answer(lines, vectors())}


def _confidence(lines: list[Line]) -> float:
    """As for a text without sound."""
    said = " ".join(line.text for line in lines)
    transcript = {"words": words_of(said, "written"), "source": "text"}
    found = fluency.run(job({"transcribe": transcript}), lambda *_, **__: None)["section"]
    value: float | None = assurance.confidence(lines, found)["value"]
    return value or 0.0


ASPECTS: dict[str, Callable[[list[Line]], float]] = {
    "specificity": lambda lines: style.specificity(lines)["per_100_words"],
    "ownership": lambda lines: style.ownership(lines)["value"] or 0.0,
    "confidence": _confidence,
    "opening": lambda lines: frame.opening(lines, "", _labels(lines), vectors())["value"],
    "closing": lambda lines: frame.close(lines, _labels(lines))["value"],
    "conciseness": lambda lines: conciseness(lines)["value"],
}
