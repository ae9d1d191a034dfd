"""The beat of the studio's metronome (static/js/studio/beat.js)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.node import reckon

IMPORTS = {"studio/beat.js": "Beat"}
LOOKED = """
const beat = new Beat(perMinute);
beat.begin(10);
const times = [];
let at = 10;
for (const gap of gaps) {
  times.push(...beat.due(at, at + 0.2));
  at += gap;
}
return { times, over: beat.over(at), at };
"""


def looked(per_minute: float, gaps: list[float]) -> Any:
    return reckon(LOOKED, IMPORTS, perMinute=per_minute, gaps=gaps)


@pytest.mark.parametrize("per_minute", [60, 135, 168])
def test_it_works(per_minute: int):
    """A minute, looked at every 25 ms, now and then late by as much as the clicks are ahead."""
    found = looked(per_minute, [0.025, 0.025, 0.19, 0.025] * 227)
    steps = [b - a for a, b in pairwise(found["times"])]
    assert found["times"][0] == 10
    assert max(steps) - min(steps) < 1e-9, "steady, whenever it was looked at"
    assert steps[0] == pytest.approx(60 / per_minute)
    assert abs(len(found["times"]) - found["over"]) <= 2, "none left out, none twice"


def test_an_hour_has_all_its_beats_in_their_places():
    found = looked(135, [0.1] * 36_000)
    assert abs(found["times"][-1] - (10 + (len(found["times"]) - 1) * 60 / 135)) < 1e-6


def test_after_a_page_slept_no_clicks_come_at_once():
    found = looked(120, [0.1, 30.0, 0.1])
    assert len(found["times"]) <= 2, "those that were missed are left out"


def test_the_sound_takes_up_the_beat_where_the_eye_has_it():
    code = "const b = new Beat(120); b.goOn(5, 2.5); return b.due(5, 6);"
    assert reckon(code, IMPORTS) == [5.25, 5.75]
