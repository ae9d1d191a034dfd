"""The `score` stage: 0-100 a skill from published curves, each with evidence and reliability.

A skill's score is the weighted mean of its curves over the measures that exist; it is withheld
where they make up less than 40 % of it. The overall is the weighted mean over the skills whose
score can be relied on at all, withheld below three of them or half of the weight. docs/scores.md
has the curves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.engines.scoring.curves import Component, curves
from workers.engines.scoring.evidence import evidence
from workers.engines.scoring.measures import Measurements
from workers.engines.types import (
    COUNTED,
    SKILLS,
    Report,
    Skill,
    StageJob,
    StageOutput,
    Withheld,
    why_unsure,
)

LEAST_MEASURED = 0.4
"""Share of a skill's curves that must have been measured."""
LEAST_SKILLS, LEAST_WEIGHT = 3, 0.5
"""What an overall score needs."""

_REASONS = {
    "no_video": "There is no picture to judge this by.",
    "no_face": "You are hardly seen in the picture.",
    "no_sound": "There is no sound to judge this by.",
    "too_short": "There are less than 10 seconds of speech.",
    "no_words": "There are no words to judge this by.",
    "transcript_uncertain": "The words were not heard clearly enough to judge this.",
    "transcript_mismatch": "The attached text belongs to another recording.",
    "too_little_measured": "Too little of what makes up this skill could be measured.",
    "too_few_skills": "Fewer than three skills, or less than half of their weight, could be "
    "measured well enough.",
}
_LEAST_FACE, _LEAST_SPEECH_S = 0.1, 10.0
_IN_SOUND = frozenset({"pace", "pauses", "fluency", "vocal_variety", "clarity"})
"""Skills of speech: typed text has no fillers and no restarts, which is no skill."""


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `{overall, <skill>…}`; a skill adds `parts`: what each measure scored, and why."""
    found = Measurements(job)
    scenario = curves(job["settings"]["scenario"])
    section: dict[str, Any] = {}
    withheld: list[Withheld] = []
    for place, skill in enumerate(SKILLS):
        scored = _skill(skill, scenario.skills[skill], found, job["artifacts"])
        section[skill] = scored | {"weight": round(scenario.weights[skill], 4)}
        if scored["value"] is None:
            withheld.append(_withheld(skill, _why(skill, found)))
        report((place + 1) / (len(SKILLS) + 1))
    section["overall"] = overall(section) | {"version": scenario.version}
    if found.sections["audio"] and (found.speaking_s or 0.0) < _LEAST_SPEECH_S:
        section["overall"]["value"] = None  # ten words are perfect easily
        withheld.append(_withheld("overall", "too_short"))
    elif section["overall"]["value"] is None:
        withheld.append(_withheld("overall", "too_few_skills"))
    report(1.0)
    return StageOutput(
        section=section,
        withheld=withheld,
        artifacts=[],
        engine=f"rostrum scores, curves {scenario.version}",
        model="",
    )


def _skill(
    skill: Skill, components: tuple[Component, ...], found: Measurements, artifacts: dict[str, str]
) -> dict[str, Any]:
    parts = [part for one in components if (part := _part(one, found)) is not None]
    measured = sum(part["weight"] for part in parts)
    unheard = skill in _IN_SOUND and not found.sections["audio"]
    unseen = skill == "presence" and not _is_seen(found)
    if measured < LEAST_MEASURED or unheard or unseen:
        return {"value": None, "reliability": None, "evidence": [], "parts": []}
    value = sum(part["score"] * part["weight"] for part in parts) / measured
    sure = sum(part["weight"] * part["reliability"] for part in parts)
    weakest = sorted(parts, key=lambda part: part["score"])
    return {
        "value": round(value, 1),
        "reliability": round(min(1.0, sure), 2),
        "evidence": evidence(skill, found, [part["text"] for part in weakest], artifacts),
        "parts": parts,
    }


def _part(component: Component, found: Measurements) -> dict[str, Any] | None:
    """What one curve made of its measure; None where that is missing."""
    curve = component.curve
    number = found.number(curve.measure.path)
    if number is None:
        return None
    band = curve.measure.band(number)
    low, high = curve.best()
    return {
        "measure": curve.measure.path,
        "label": curve.measure.label,
        "curve": curve.name,
        "measured": round(number, 3),
        "unit": curve.measure.unit,
        "score": round(curve.score(number), 1),
        "weight": component.weight,
        "reliability": round(found.reliability(curve.measure.path), 2),
        "band": band.code,
        "text": curve.measure.sentence(number),
        "best": [low, high],
        "target": list(curve.target()),
    }


def overall(section: dict[str, Any]) -> dict[str, Any]:
    """`{value, basis}`: the weighted mean over the skills that count, and which they are."""
    basis = [skill for skill in SKILLS if counts(section[skill])]
    weight = sum(section[skill]["weight"] for skill in basis)
    if len(basis) < LEAST_SKILLS or weight < LEAST_WEIGHT:
        return {"value": None, "basis": basis}
    total = sum(section[skill]["value"] * section[skill]["weight"] for skill in basis)
    return {"value": round(total / weight, 1), "basis": basis}


def counts(score: Mapping[str, Any]) -> bool:
    """Whether a skill's score is sure enough to conclude anything from."""
    return score.get("value") is not None and (score.get("reliability") or 0.0) >= COUNTED


def _is_seen(found: Measurements) -> bool:
    seen = found.number("body.face_visible_ratio")
    return seen is not None and seen >= _LEAST_FACE


def _why(skill: Skill, found: Measurements) -> str:
    if skill == "presence":
        return "no_face" if found.sections["body"] else "no_video"
    if skill in _IN_SOUND and not found.sections["audio"]:
        return "no_sound"
    if skill in _IN_SOUND and (found.speaking_s or 0.0) < _LEAST_SPEECH_S:
        return "too_short"
    if skill in {"structure", "content"} and not found.number("content.words"):
        return "no_words"
    reliability = found.number("transcribe.reliability")
    if skill in {"structure", "content", "fluency"} and reliability is not None:
        return why_unsure(found.sections["transcribe"]) or "too_little_measured"
    return "too_little_measured"


def _withheld(name: str, code: str) -> Withheld:
    return {"path": f"/scores/{name}/value", "code": code, "message": _REASONS[code]}
