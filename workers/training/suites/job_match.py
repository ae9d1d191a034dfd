"""Job descriptions: phrases that an answer covers or misses, and which phrases are looked for."""

from __future__ import annotations

from typing import Any

from workers.engines.content import ENGINE
from workers.engines.meaning import mentions, posting
from workers.engines.meaning.lexicon import content_stems
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import read, vectors


def evaluate(part: Part) -> Report:
    file = cases.path(part, "job_match", "job_match.jsonl", kind="content")
    found = cases.some(cases.records(file), part, 4)
    counts, listed, outcomes, errors = Counts(), Counts(), [], []
    for case in found:
        own, outcome = _matched(case)
        counts += own
        outcomes.append(outcome)
        wanted = case["covered"] + case["missed"]
        listed += _listed(wanted, posting.phrases(case["job_description"]))
        ratio = posting.coverage(case["job_description"], read(case["answer"]), vectors())
        errors.append(abs((ratio["coverage"] or 0.0) - len(case["covered"]) / len(wanted)))
    figures = [
        *counts.figures("covered", target=0.8),
        Figure("phrases.recall", listed.recall, target=0.8, n=listed.expected,
               note="phrases of the description that are looked for"),
        Figure("coverage.error", sum(errors) / len(errors), target=0.15, better="lower",
               n=len(errors), note="mean absolute"),
    ]  # fmt: skip
    return Report("job_match", part, ENGINE, figures, outcomes)


def _matched(case: dict[str, Any]) -> tuple[Counts, Outcome]:
    wanted = case["covered"] + case["missed"]
    match = mentions.match(wanted, read(case["answer"]), vectors())
    got = {one["phrase"] for one in match["found"]}
    covered = set(case["covered"])
    wrong = [f"not covered: {one}" for one in got - covered]
    wrong += [f"covered: {one}" for one in covered - got]
    counts = Counts(len(got & covered), len(got - covered), len(covered - got))
    return counts, Outcome(case["id"], sorted(covered), sorted(got), "; ".join(wrong))


def _listed(wanted: list[str], phrases: list[str]) -> Counts:
    """A wanted phrase is looked for where one of ours shares half of its words or more."""
    ours = [set(content_stems(phrase)) for phrase in phrases]
    hits = 0
    for phrase in wanted:
        stems = set(content_stems(phrase))
        hits += any(2 * len(stems & one) >= len(stems) for one in ours if stems)
    return Counts(right=hits, missed=len(wanted) - hits)
