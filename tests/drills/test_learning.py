"""What is learnt from answers: bounded, fading, and always in the right direction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.learning import CEILING, FLOOR, HALF_LIFE, Answer, factors

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CELL = ("pace", "drill")
answers = st.lists(
    st.builds(
        lambda accepted, days, gained: Answer(
            *CELL, accepted, NOW - timedelta(days=days), gained if accepted else None
        ),
        st.booleans(),
        st.floats(0, 400),
        st.none() | st.floats(-100, 100),
    ),
    max_size=12,
)


def factor(*some: Answer) -> float:
    return factors(some, NOW)[CELL]


def answered(accepted: bool, gained: float | None = None, days: float = 0) -> Answer:
    return Answer(*CELL, accepted, NOW - timedelta(days=days), gained)


def test_it_works():
    assert factor() == 1
    assert factor(answered(False)) == pytest.approx(0.8)
    assert factor(answered(True)) > 1, "taken on"
    assert factor(answered(True, 20)) > factor(answered(True)) > factor(answered(True, 0))


@given(answers)
def test_dismissing_never_raises_and_accepting_never_lowers(known: list[Answer]):
    now = factor(*known)
    assert factor(*known, answered(False)) <= now
    assert factor(*known, answered(True)) >= now


@given(answers, st.floats(-100, 100))
def test_it_is_bounded_and_only_its_own_skill_and_kind_moves(known, gained):
    found = factors([*known, answered(True, gained)], NOW)
    assert FLOOR <= found[CELL] <= CEILING
    assert found["pauses", "drill"] == found["pace", "question"] == 1


def test_what_was_turned_down_long_ago_hardly_counts():
    lately = factor(*[answered(False)] * 8)
    assert lately == FLOOR
    assert factor(*[answered(False, days=HALF_LIFE.days * 6)] * 8) > 0.95
