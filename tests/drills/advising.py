"""Practices whose result asks for something, for tests of what is made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from analysis.models import AnalysisRun, Metric
from coaching.accounts.models import User
from drills.services import offer
from tests.analysis import results

RATE = "fluency.words_per_minute"
MOMENT = {"start": 1.0, "end": 3.5, "kind": "fastest_pace", "text": "Your fastest ten seconds."}


def step(
    skill: str, code: str, drill: str, measure: str, value: float, **params: float
) -> dict[str, Any]:
    """An item of `recommend`, as the engine gives it."""
    return {
        "skill": skill, "code": code, "drill": drill, "measure": measure, "title": code,
        "why": f"{value:g}", "evidence": [MOMENT],
        "params": {"value": value, "percent": 100 * value, "low": 140, "high": 175,
                   "low_percent": 0.0, "label": measure} | params,
    }  # fmt: skip


def slower(value: float = 200.0) -> dict[str, Any]:
    return step("pace", "pace.slower", "pace-metronome", RATE, value)


def story(value: float = 0.2) -> dict[str, Any]:
    path = "derived.story_completeness"
    return step("structure", "structure.complete", "star-four-sentences", path, value)


def practised(
    user: User,
    *steps: dict[str, Any],
    at: datetime | None = None,
    days_ago: float = 0,
    points: float = 40.0,
    rate: float = 200.0,
    **fields: Any,
) -> AnalysisRun:
    """A practice, `days_ago` or `at`, in which every curve that `steps` name gave `points`."""
    made = at or timezone.now() - timedelta(days=days_ago)
    session = results.make_session(user, **({"kind": "interview", "created": made} | fields))
    run = results.finished(session, settings={"scenario": session.kind})
    Metric.objects.update_or_create(run=run, path=RATE, defaults={"value": rate})
    answer(run, *steps, points=points)
    return run


def answer(run: AnalysisRun, *steps: dict[str, Any], points: float = 40.0) -> None:
    """What the engines say of `run` from now on."""
    score = run.stages.get(name="score")
    for name, skill in score.result.items():
        if name != "overall":
            skill["parts"] = [
                {
                    "measure": one["measure"], "measured": one["params"]["value"], "label": "it",
                    "score": points, "weight": 1.0, "target": [120.0, 195.0], "best": [140, 175],
                }
                for one in steps
                if one["skill"] == name
            ]  # fmt: skip
            skill["evidence"] = [MOMENT] if name == "pace" else []
    score.save(update_fields=["result"])
    run.stages.filter(name="recommend").update(result={"items": list(steps)})
    offer(run=AnalysisRun.objects.select_related("session").get(pk=run.pk))
