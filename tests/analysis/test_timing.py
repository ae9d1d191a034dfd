"""How long a stage takes, learned from those that are done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.graph import PROFILES
from analysis.services.timing import fit, remaining

NAMES = frozenset(PROFILES["full"])


def test_it_tells_a_start_from_a_pace() -> None:
    """Loading models takes the same for a short recording as for a long one."""
    base, slope = fit([(10.0, 21.0), (60.0, 26.0), (600.0, 80.0)], usual=1.0)
    assert (base, slope) == (pytest.approx(20.0), pytest.approx(0.1))


def test_short_recordings_alone_promise_nothing_absurd_for_long_ones() -> None:
    base, slope = fit([(8.0, 25.0), (8.0, 24.0)], usual=0.1)
    assert base + slope * 3600 < 3600


@given(st.lists(st.tuples(st.floats(0.1, 10_000), st.floats(0.0, 10_000)), min_size=1, max_size=40))
def test_it_never_promises_less_than_nothing(points: list[tuple[float, float]]) -> None:
    base, slope = fit(points, usual=0.1)
    assert base >= 0 and slope >= 0


def test_the_longest_way_counts() -> None:
    left = {"audio": 1.0, "transcribe": 10.0, "prosody": 5.0, "body": 3.0, "score": 1.0}
    assert remaining(left, NAMES) == pytest.approx(12.0)  # body beside transcribe


def test_what_one_lane_does_in_turn_counts() -> None:
    left = {"transcribe": 1.0, "prosody": 5.0, "recommend": 3.0, "highlight": 3.0, "index": 3.0}
    assert remaining(left, NAMES) == pytest.approx(14.0)
    assert remaining(left, NAMES, workers=2) == pytest.approx(8.0)


def test_nothing_left_takes_no_time() -> None:
    assert remaining({}, NAMES) == 0.0
