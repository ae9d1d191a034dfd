"""Words heard against words said."""

from __future__ import annotations

import pytest

from workers.training.evaluation.scores import calibration_error
from workers.training.evaluation.words import NOTHING, Timed, compare, spoken


def timed(*words: tuple[str, float, float]) -> list[Timed]:
    return [Timed(*word) for word in words]


def test_it_works():
    heard = compare(spoken("ask not what your country can do"), spoken("ask what the country can"))
    assert (heard.said, heard.errors) == (7, 3)
    assert heard.wer == pytest.approx(3 / 7)


def test_numbers_are_compared_as_they_are_said():
    assert compare(spoken("in 2019 we grew 25%"), spoken(
        "in twenty nineteen we grew twenty five percent")).errors == 0  # fmt: skip


def test_filled_pauses_are_no_words_but_are_counted():
    said = timed(("um", 0.0, 0.5), ("we", 0.6, 0.8), ("uh", 1.0, 1.4), ("won", 1.5, 1.9))
    got = timed(("we", 0.6, 0.8), ("uh", 1.1, 1.3), ("won", 1.5, 1.9))
    heard = compare(said, got)
    assert (heard.errors, heard.fillers, heard.fillers_kept) == (0, 2, 1)
    assert heard.fillers_lost == 0.5


def test_times_are_those_of_words_heard_right():
    said = timed(("we", 0.0, 0.2), ("won", 0.3, 0.6), ("it", 0.7, 0.8))
    got = timed(("we", 0.02, 0.2), ("one", 0.9, 0.95), ("it", 0.7, 0.85))
    assert sorted(compare(said, got).times_off_s) == pytest.approx([0.0, 0.0, 0.02, 0.05])


def test_recordings_add_up():
    one = compare(spoken("a b c d"), spoken("a b c d"))
    two = compare(spoken("a b c d"), spoken("a"))
    assert (NOTHING + one + two).wer == pytest.approx(3 / 8)


def test_calibration_error_is_the_distance_from_the_truth_by_tenths():
    assert calibration_error([(0.95, 0.95), (0.15, 0.15)]) == 0
    assert calibration_error([(0.9, 0.5), (0.92, 0.72), (0.1, 0.1)]) == pytest.approx(0.6 / 3)
