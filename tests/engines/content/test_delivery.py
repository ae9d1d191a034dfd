from __future__ import annotations

from typing import Any

from workers.engines.meaning.delivery import delivery

FLUENCY: dict[str, Any] = {
    "pauses": {"items": [{"start": 12.0, "end": 13.0}, {"start": 20.0, "end": 25.0},
                         {"start": 41.0, "end": 43.5}]},
    "fillers": {"items": [{"start": 11.0, "end": 11.4}, {"start": 39.9, "end": 40.3},
                          {"start": None, "end": None}]},
}  # fmt: skip


def test_it_works() -> None:
    """What another answer holds is not this one's, and 5 s of silence are no speaking time."""
    answer = {"start": 10.0, "end": 40.0, "words": 50}
    assert delivery(answer, FLUENCY) == {
        "duration_s": 30.0, "fillers": 2, "pauses": 2, "longest_pause_s": 5.0,
        "words_per_minute": 120.0,
    }  # fmt: skip


def test_no_rate_under_ten_seconds() -> None:
    told = delivery({"start": 40.0, "end": 46.0, "words": 12}, FLUENCY)
    assert told == {"duration_s": 6.0, "fillers": 0, "pauses": 1, "longest_pause_s": 2.5}


def test_a_text_without_times_was_delivered_at_no_pace() -> None:
    assert delivery({"start": None, "end": None, "words": 50}, FLUENCY) is None
