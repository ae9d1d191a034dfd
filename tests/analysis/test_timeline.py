import re

from hypothesis import given
from hypothesis import strategies as st

from analysis.timeline import LANE_HEIGHT, WIDTH, lane, marks, ticks, waveform_path
from analysis.workspace import _moments
from workers.engines.types import Series


def series(*values: float | None) -> Series:
    return {"start": 0.0, "step": 1.0, "unit": "Hz", "values": list(values)}


def numbers(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_it_works() -> None:
    made = lane("pitch", "Pitch", "vocal_variety", series(100, 120, 140), 3.0)
    assert made is not None
    assert len(made.paths) == 1


def test_an_unvoiced_stretch_breaks_the_line() -> None:
    made = lane("pitch", "Pitch", "vocal_variety", series(100, None, 140, 150), 4.0)
    assert made is not None
    assert len(made.paths) == 2


def test_nothing_measured_is_no_lane() -> None:
    assert lane("pitch", "Pitch", "vocal_variety", series(None, None, 3), 3.0) is None


def test_the_table_behind_the_chart_stays_short() -> None:
    made = lane("pitch", "Pitch", "vocal_variety", series(*map(float, range(2000))), 2000.0)
    assert made is not None
    assert len(made.rows) <= 60


def test_a_mark_is_never_too_thin_to_see() -> None:
    [mark] = marks([{"start": 10.0, "end": 10.001, "text": "um"}], "filler", 3600.0)
    assert mark.width >= 1
    assert mark.label == "um"


@given(st.lists(st.none() | st.floats(-200, 500), max_size=200), st.floats(0.5, 7200))
def test_every_point_stays_inside_the_picture(
    values: list[float | None], duration_s: float
) -> None:
    step = duration_s / max(len(values), 1)
    made = lane(
        "x", "X", "pace", {"start": 0, "step": step, "unit": "", "values": values}, duration_s
    )
    for path in made.paths if made else []:
        flat = numbers(path)
        assert all(0 <= x <= WIDTH for x in flat[::2])
        assert all(0 <= y <= LANE_HEIGHT for y in flat[1::2])


@given(st.floats(0.1, 40_000))
def test_the_axis_has_few_round_ticks(duration_s: float) -> None:
    made = ticks(duration_s)
    assert 1 <= len(made) <= 12
    assert all(tick.x <= WIDTH for tick in made)


@given(st.lists(st.tuples(st.floats(-1, 0), st.floats(0, 1)), max_size=50))
def test_a_waveform_closes(peaks: list[tuple[float, float]]) -> None:
    path = waveform_path(peaks)
    assert path == "" or path.endswith("Z")


def test_a_moment_leads_to_its_own_card_where_one_before_it_has_no_time() -> None:
    found = [
        {"kind": "best", "why": "No time.", "start": None, "end": None},
        {"kind": "instructive", "why": "A time.", "start": 3.0, "end": 9.0},
    ]
    assert [mark.number for mark in _moments({"highlights": found}, 60.0)] == [2]
