"""The published curves by themselves: sound, bounded, and called by words that fit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines.scoring.curves import GOOD, curves, sources, spoken
from workers.engines.types import SKILLS, Scenario

SCENARIOS = get_args(Scenario)
_CURVES = sorted(
    {one.curve for s in SCENARIOS for parts in curves(s).skills.values() for one in parts},
    key=lambda curve: curve.name,
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_curves_are_sound(scenario: Scenario) -> None:
    published = curves(scenario)
    assert sum(published.weights.values()) == pytest.approx(1)
    for skill in SKILLS:
        components = published.skills[skill]
        assert sum(one.weight for one in components) == pytest.approx(1)
        for one in components:
            points = one.curve.points
            assert all(a.x < b.x for a, b in pairwise(points))
            assert all(0 <= point.y <= 100 for point in points)
            assert {point.source for point in points} <= set(sources())
            assert one.curve.measure.bands[-1].below is None


@given(curve=st.sampled_from(_CURVES), x=st.floats(-1e6, 1e6))
def test_a_curve_stays_within_0_and_100(curve: Any, x: float) -> None:
    assert 0 <= curve.score(x) <= 100
    assert curve.measure.sentence(x)


@given(curve=st.sampled_from(_CURVES), data=st.data())
def test_a_curve_is_monotonic_between_its_knots(curve: Any, data: Any) -> None:
    left, right = data.draw(st.sampled_from(list(pairwise(curve.points))))
    inner = st.floats(left.x, right.x)
    a, b = sorted((data.draw(inner), data.draw(inner)))
    if left.y <= right.y:
        assert curve.score(a) <= curve.score(b) + 1e-9
    else:
        assert curve.score(a) >= curve.score(b) - 1e-9


def test_what_is_called_a_good_number_scores_as_good() -> None:
    for curve in _CURVES:
        below = None
        for band in curve.measure.bands:
            if band.code == "good" and below is not None:
                assert curve.score(below) >= GOOD, curve.name
                assert band.below is None or curve.score(band.below) >= GOOD, curve.name
            below = band.below


def test_nothing_is_said_as_a_person_says_it() -> None:
    assert spoken("0.0 fillers a minute") == "no fillers"
    assert spoken("0.0 pauses of a second or more a minute; a few give weight.") == (
        "no pauses of a second or more; a few give weight."
    )
    assert spoken("0.0 long pauses a minute: few") == "no long pauses: few"
    assert spoken("10.0 fillers a minute") == "10.0 fillers a minute"
    assert spoken("0% of pauses") == "none of pauses"
    assert (
        spoken("moving by 0.0 dB, 10 words, 2.0 times") == "moving by 0.0 dB, 10 words, 2.0 times"
    )
