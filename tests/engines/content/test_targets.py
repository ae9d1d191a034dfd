"""The range of a measure that scores well."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from workers.engines.scoring.curves import GOOD, curves
from workers.engines.types import Scenario

CURVES = sorted(
    {
        one.curve
        for scenario in get_args(Scenario)
        for parts in curves(scenario).skills.values()
        for one in parts
    },
    key=lambda curve: curve.name,
)


def test_it_works() -> None:
    by_name = {curve.name: curve.target() for curve in CURVES}
    low, high = by_name["rate.interview"]
    assert (round(low or 0), round(high or 0)) == (120, 197)
    assert by_name["fillers"] == (None, 4.0)
    assert by_name["posture"] == (80.0, None)


@given(curve=st.sampled_from(CURVES), data=st.data())
def test_what_lies_in_it_is_good_and_its_ends_are_its_limits(curve: Any, data: Any) -> None:
    low, high = curve.target()
    least, most = curve.points[0].x, curve.points[-1].x
    inside = data.draw(st.floats(least if low is None else low, most if high is None else high))
    assert curve.score(inside) >= GOOD - 1e-6
    for end in (low, high):
        if end is not None:
            assert abs(curve.score(end) - GOOD) < 1e-6
