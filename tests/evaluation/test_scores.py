"""The arithmetic of figures, against values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines.asr.speakers import Turn
from workers.training.evaluation.scores import (
    Counts,
    auc,
    by_label,
    confusion,
    events,
    macro_f1,
    matched,
    overlapping,
    percentile,
    relative_error,
)
from workers.training.evaluation.types import Figure
from workers.training.suites.speakers import error_rate


def test_it_works():
    counts = Counts(right=6, wrong=2, missed=4)
    assert counts.precision == 0.75
    assert counts.recall == 0.6
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_nothing_to_find_and_nothing_found_is_perfect():
    assert (Counts().precision, Counts().recall, Counts().f1) == (1.0, 1.0, 1.0)


def test_finding_nothing_where_there_is_something_is_no_precision():
    assert Counts(missed=3).precision == 0.0
    assert Counts(wrong=3).f1 == 0.0


@given(*[st.integers(0, 50)] * 6)
def test_counts_add_up(a: int, b: int, c: int, d: int, e: int, f: int):
    both = Counts(a, b, c) + Counts(d, e, f)
    assert (both.expected, both.got) == (a + d + c + f, a + d + b + e)
    assert 0 <= both.f1 <= 1


def test_events_match_once_each_by_their_overlap():
    expected = [(0.0, 1.0), (2.0, 3.0), (5.0, 6.0)]
    got = [(0.9, 2.2), (2.1, 2.9), (8.0, 9.0)]
    assert matched(expected, got) == [(0, 0), (1, 1)]
    assert events(expected, got) == Counts(right=2, wrong=1, missed=1)


def test_touching_is_no_overlap():
    assert matched([(0.0, 1.0)], [(1.0, 2.0)]) == []


def test_a_confusion_counts_every_pair():
    table = confusion([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("a", "c")])
    assert table["a"] == {"a": 1, "b": 1, "c": 1}
    assert by_label(table)["b"] == Counts(right=2, wrong=1, missed=0)


def test_macro_f1_is_the_mean_over_expected_labels():
    table = confusion([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("a", "c")])
    assert macro_f1(table) == pytest.approx((0.5 + 0.8) / 2)


def test_auc_counts_ties_half():
    assert auc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)


def test_auc_wants_both_kinds():
    with pytest.raises(ValueError, match="both"):
        auc([1.0], [])


def test_percentiles_lie_between_neighbours():
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([1.0, 2.0], 0.95) == pytest.approx(1.95)
    assert percentile([], 0.5) is None


def test_relative_error():
    assert relative_error(100, 97) == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("value", "better", "error", "met"),
    [(0.9, "higher", 0.05, False), (0.96, "higher", 0.0, True), (0.06, "lower", 0.0, True),
     (0.97, "lower", 0.02, False), (None, "higher", None, None)],
)  # fmt: skip
def test_a_figures_error_is_what_lacks_to_its_target(value, better, error, met):
    figure = Figure("x", value, target=0.95, better=better)
    assert figure.error == (None if error is None else pytest.approx(error))
    assert figure.met is met


def test_spans_match_by_what_they_share_of_what_they_cover():
    expected, got = [(0.0, 10.0), (20.0, 30.0)], [(0.0, 8.0), (2.0, 12.0), (26.0, 36.0)]
    assert overlapping(expected, got, 0.2) == Counts(right=2, wrong=1)
    assert overlapping(expected, got, 0.3) == Counts(right=1, wrong=2, missed=1)
    assert overlapping(expected, got, 0.81) == Counts(right=0, wrong=3, missed=2)
    assert overlapping([], [], 0.5).f1 == 1


def test_a_turn_given_to_the_wrong_voice_or_to_none_is_an_error():
    true = [Turn(0.0, 4.0, "Ann"), Turn(5.0, 9.0, "Bob")]
    assert error_rate(true, [Turn(0.0, 4.0, "S2"), Turn(5.0, 9.0, "S1")]) == pytest.approx(0.0)
    assert error_rate(true, [Turn(0.0, 9.0, "S1")]) == pytest.approx(0.5, abs=0.01)
    half = [Turn(0.0, 4.0, "S1"), Turn(5.0, 7.0, "S2"), Turn(7.0, 9.0, "S1")]
    assert error_rate(true, half) == pytest.approx(0.25, abs=0.01)
    assert error_rate(true, []) == 1.0
