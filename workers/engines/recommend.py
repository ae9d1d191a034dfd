"""The `recommend` stage: what went well, then the three things to work on next.

Rules over the score's own parts: the weakest skills that were measured reliably, in each of them
the measure that costs it most; nothing is concluded from a score that counts for nothing. The
sentences are templates (data/advice-1.json), each item with its `code` and `params` so that a page
can say it in another language.
"""

from __future__ import annotations

from typing import Any

from workers.engines.meaning.lexicon import data
from workers.engines.score import counts
from workers.engines.scoring.curves import GOOD, spoken
from workers.engines.types import SKILLS, Evidence, Report, StageJob, StageOutput

STEPS, PRAISES, MOMENTS = 3, 3, 3
RELIABLE = 0.35
"""Skills below this reliability are advised on behind the others that need work."""
_WORKS = 90.0
"""Score of a measure from which nothing in it needs work."""
_SHOWN_BY = {
    "derived.story_completeness": ("result", "action"),
    "content.opening.value": ("opening",),
    "content.close.value": ("close",),
    "content.specificity.value": ("numbers", "names"),
    "content.job_description.coverage": ("job_phrase",),
}
"""Kinds of evidence that show a praised measure at its best; other moments show what lacks."""


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `{praise[{skill, code, params, text, evidence}], items[Recommendation…]}`.

    Items are exactly three, or as many as skills count; each adds `code`, `params`,
    `drill` and `measure`.
    """
    scores = job["upstream"].get("score") or {}
    weakest = sorted(
        (skill for skill in SKILLS if counts(scores.get(skill) or {})),
        key=lambda skill: (_place(scores[skill]), scores[skill]["value"]),
    )
    section = {
        "praise": _praise(scores),
        "items": [_step(skill, scores[skill]) for skill in weakest[:STEPS]],
    }
    report(1.0)
    return StageOutput(
        section=section,
        withheld=[],
        artifacts=[],
        engine=f"rostrum advice {data('advice-1')['version']}",
        model="",
    )


def _place(score: dict[str, Any]) -> int:
    """What surely needs work comes first, what perhaps does second, what works last."""
    if score["value"] >= _WORKS:
        return 2
    return int(_is_unsure(score))


def _is_unsure(score: dict[str, Any]) -> bool:
    return bool((score.get("reliability") or 0.0) < RELIABLE)


def _step(skill: str, score: dict[str, Any]) -> dict[str, Any]:
    part = max(score["parts"], key=lambda one: (100 - one["score"]) * one["weight"])
    advice = data("advice-1")
    if part["score"] >= _WORKS:
        chosen, params, kinds = advice["stretch"][skill], {}, []
    else:
        chosen = _advice(part)
        params, kinds = _params(part), chosen["evidence"]
    return {
        "skill": skill,
        "code": chosen["code"],
        "params": params,
        "title": chosen["title"],
        "why": spoken(chosen["why"].format(**params)),
        "evidence": _moments(score, part, kinds),
        "drill": chosen["drill"],
        "measure": part["measure"],
    }


def _advice(part: dict[str, Any]) -> dict[str, Any]:
    """The advice for the measure's band, else for the side of the best range it lies on."""
    by_band = data("advice-1")["advice"][part["measure"]]
    side = "low" if part["measured"] < part["best"][0] else "high"
    chosen: dict[str, Any] = by_band.get(part["band"]) or by_band[side]
    return chosen


def _params(part: dict[str, Any]) -> dict[str, Any]:
    low, high = part["best"]
    return {
        "value": part["measured"],
        "percent": round(100 * part["measured"], 1),
        "low": low,
        "high": high,
        "low_percent": round(100 * low, 1),
        "label": part["label"].lower(),
    }


def _moments(score: dict[str, Any], part: dict[str, Any], kinds: list[str]) -> list[Evidence]:
    """The skill's moments of these kinds, and where there are none, the measure in a sentence."""
    fitting = [one for one in score["evidence"] if one["kind"] in kinds]
    measured = Evidence(start=None, end=None, kind="measure", text=part["text"])
    return fitting[:MOMENTS] or [measured]


def _praise(scores: dict[str, Any]) -> list[dict[str, Any]]:
    """Up to three: the best measure of the best skills; where none is good, the best there is."""
    best = []
    for skill in SKILLS:
        score = scores.get(skill) or {}
        if score.get("value") is None or _is_unsure(score):
            continue
        part = max(score["parts"], key=lambda one: (one["score"], one["weight"]))
        best.append((part["score"] >= GOOD, score["value"] * (0.5 + score["weight"]), skill, part))
    best.sort(key=lambda one: one[:2], reverse=True)
    good = [one for one in best if one[0]][:PRAISES]
    return [_praised(skill, part, scores[skill], is_good) for is_good, _, skill, part in
            (good or best[:1])]  # fmt: skip


def _praised(
    skill: str, part: dict[str, Any], score: dict[str, Any], is_good: bool
) -> dict[str, Any]:
    advice = data("advice-1")
    chosen = advice["praise"][part["measure"]] if is_good else advice["strongest"]
    params = _params(part)
    kinds = _SHOWN_BY.get(part["measure"], ())
    return {
        "skill": skill,
        "code": chosen["code"],
        "params": params,
        "text": spoken(chosen["text"].format(**params)),
        "evidence": [one for one in score["evidence"] if one["kind"] in kinds][:1],
    }
