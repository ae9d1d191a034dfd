"""The plan against chance, on simulated learners: a small part of `python -m benchmarks.plan`."""

from __future__ import annotations

import pytest

from benchmarks import plan

MODELS = {model.name.split(":")[0]: model for model in plan.MODELS}


@pytest.mark.parametrize("name", ["85 % rule", "success", "spacing and forgetting"])
def test_simulated_learners_improve_faster_by_the_plan_than_at_random(name):
    found = plan.compared(MODELS[name], learners=10, days=25, a_day=3)
    for which in ("all", "weakest"):
        lead = found[f"{which}: lead over random"]
        assert lead.mean - lead.half > 0, found


def test_a_simulated_learner_is_the_same_each_time_and_teaches_the_plan_nothing_in_secret():
    drills = plan.library()
    one, other = (plan.lived(plan.Plan, plan.MODELS[0], 7, 5, 3, drills) for _ in range(2))
    assert one == other
    truth = plan.Truth(7, drills)
    assert all(drill.difficulty in plan.LEVELS.values() for drill in truth.exercises)
