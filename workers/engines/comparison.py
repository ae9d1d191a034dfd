"""A real interview held against its preparation (docs/preparation.md): whose each sentence is,
which prepared question each question was, which points were made, how far it went another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workers.engines.meaning.asked import Asked, Correction, Role, Said, questions, roles
from workers.engines.meaning.lines import lines_of
from workers.engines.meaning.pairing import Match, Plan, match
from workers.engines.meaning.planned import (
    FEW_IN_ALL,
    FEW_POINTS,
    deviation,
    in_order,
    kept_share,
    length_off,
    new_points,
    points_made,
)
from workers.engines.meaning.vectors import Vectors
from workers.engines.types import Report, StageJob, StageOutput

ENGINE = "rostrum comparison 2"
MODEL = "all-MiniLM-L6-v2"
SPOKEN_WPM = 140
"""Words a minute by which an answer without times is told, as drills.feedback does."""


def run(job: StageJob, report: Report) -> StageOutput:
    """`{sentences, asked, questions, not_asked, overall, meaning}` of the brief in
    `upstream["comparison"]` (drills.comparing)."""
    brief = job["upstream"]["comparison"]
    vectors = Vectors(str(job["settings"]["engines"].get("models_dir", "")))
    section = compare(brief, vectors, report)
    model = MODEL if vectors.available else ""
    return StageOutput(section=section, withheld=[], artifacts=[], engine=ENGINE, model=model)


def compare(brief: Mapping[str, Any], vectors: Vectors, report: Report) -> dict[str, Any]:
    sentences = brief["sentences"]
    said = [
        Said(one["text"], one["start"], one["end"], one["speaker"], one["rises"])
        for one in sentences
    ]
    plans = [
        Plan(one["id"], one["text"], tuple(one["points"]), tuple(one["practised"]), one["length_s"])
        for one in brief["prepared"]
    ]
    corrections = [Correction(**one) for one in brief["corrections"]]
    told = roles(said, brief["learner"], [one.text for one in plans], vectors, corrections)
    report(0.5)
    found = questions(told)
    asked = [" ".join(said[n].text for n in one.asking) for one in found]
    answers = [[said[n].text for n in one.answer] for one in found]
    named = [one.question for one in found]
    matches = match(asked, answers, plans, vectors, named)
    if brief["uncertain"]:  # only what the learner says it is
        matches = [same if same.by_learner else Match() for same in matches]
    report(0.8)
    told_of = _questions(found, matches, plans, said, sentences, vectors, bool(brief["uncertain"]))
    shown = {one["prepared"] for one in told_of}
    return {
        "sentences": [_sentence(one, role) for one, role in zip(sentences, told, strict=True)],
        "asked": [
            _asked(one, text, same, plans, said)
            for one, text, same in zip(found, asked, matches, strict=True)
        ],
        "questions": told_of,
        "not_asked": [plan.id for plan in plans if plan.id not in shown],
        "overall": _overall(told_of, brief["uncertain"]),
        "meaning": vectors.available,
    }


def _sentence(one: Mapping[str, Any], role: Role) -> dict[str, Any]:
    return {
        "text": one["text"], "start": one["start"], "end": one["end"], "who": role.who,
        "sure": role.sure, "why": list(role.why), "by_learner": role.by_learner,
        "begins": role.begins,
    }  # fmt: skip


def _asked(
    one: Asked, text: str, same: Match, plans: Sequence[Plan], said: Sequence[Said]
) -> dict[str, Any]:
    return {
        "text": text,
        "start": said[one.asking[0]].start,
        "end": said[one.asking[-1]].end,
        "asking": list(one.asking),
        "answer": list(one.answer),
        "prepared": None if same.plan is None else plans[same.plan].id,
        "follows": same.follows,
        "likeness": same.likeness,
        "by_learner": same.by_learner,
    }


def _questions(
    found: Sequence[Asked],
    matches: Sequence[Match],
    plans: Sequence[Plan],
    said: Sequence[Said],
    sentences: Sequence[Mapping[str, Any]],
    vectors: Vectors,
    uncertain: bool,
) -> list[dict[str, Any]]:
    """What became of each prepared question that was asked, in the order they were."""
    told: list[dict[str, Any]] = []
    for place, same in enumerate(matches):
        if same.plan is None:
            continue
        plan = plans[same.plan]
        asked = [place, *(n for n, other in enumerate(matches) if other.follows == place)]
        if other := next((one for one in told if one["prepared"] == plan.id), None):
            other["asked"] += asked  # the learner says that both are this one
            continue
        told.append({"prepared": plan.id, "asked": asked})
    for one in told:
        plan = next(other for other in plans if other.id == one["prepared"])
        one |= _one(one["asked"], found, plan, said, sentences, vectors, uncertain)
    return told


def _one(
    asked: Sequence[int],
    found: Sequence[Asked],
    plan: Plan,
    said: Sequence[Said],
    sentences: Sequence[Mapping[str, Any]],
    vectors: Vectors,
    uncertain: bool,
) -> dict[str, Any]:
    places = [n for place in asked for n in found[place].answer]
    length = _length_s([said[n] for n in found[asked[0]].answer])
    ratio = round(length / plan.length_s, 2) if length and plan.length_s else None
    told: dict[str, Any] = {
        "points": [], "new": [], "kept": None, "order": None, "deviation": None,
        "length_s": length, "length_ratio": ratio, "withheld": None,
    }  # fmt: skip
    if uncertain:
        return told | {"withheld": "transcript_uncertain"}
    lines = lines_of([sentences[n] for n in places])
    made = points_made(plan.points, lines, vectors)
    used = {one["evidence"] for one in made if one["state"] == "kept"}
    told["new"] = [places[n] for n in new_points(lines, plan, used, vectors)]
    for one in made:  # places in the answer become places in the interview
        one["evidence"] = None if one["evidence"] is None else places[one["evidence"]]
    told |= {"points": made, "kept": kept_share(made), "order": in_order(made)}
    if len(plan.points) < FEW_POINTS:
        return told | {"withheld": "too_few_points"}
    return told | {"deviation": deviation(told["kept"], told["order"], length_off(ratio))}


def _length_s(answer: Sequence[Said]) -> float | None:
    """From the first sentence to the last; without times as long as it takes to say."""
    if not answer:
        return None
    start, end = answer[0].start, answer[-1].end
    if start is None or end is None:
        words = sum(len(one.text.split()) for one in answer)
        return round(60 * words / SPOKEN_WPM, 1)
    return round(end - start, 1)


def _overall(told: Sequence[Mapping[str, Any]], uncertain: bool) -> dict[str, Any]:
    """Over all planned points of the questions that were asked; order and length as means."""
    made = [point for one in told for point in one["points"]]
    orders = [one["order"] for one in told if one["order"] is not None]
    off = [found for one in told if (found := length_off(one["length_ratio"])) is not None]
    ratios = [one["length_ratio"] for one in told if one["length_ratio"] is not None]
    kept, order = kept_share(made), _mean(orders)
    why = (
        "transcript_uncertain" if uncertain
        else "nothing_matched" if not told
        else "too_few_points" if len(made) < FEW_IN_ALL
        else None
    )  # fmt: skip
    return {
        "points": len(made),
        "kept": kept,
        "order": order,
        "length_ratio": _mean(ratios),
        "deviation": None if why else deviation(kept, order, _mean(off)),
        "withheld": why,
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None
