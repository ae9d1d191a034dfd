"""What a comparison advises for next time leads to where it is practised."""

from __future__ import annotations

import pytest

from drills.actual import told_of

NOTHING = {
    "asked": [], "questions": [], "not_asked": [], "texts": {}, "sentences": [], "delivery": [],
    "overall": {"deviation": None, "kept": None, "order": None, "length_ratio": None,
                "points": 0, "withheld": "nothing_matched"},
}  # fmt: skip


def both(measure: str, practised: float, actual: float) -> dict[str, object]:
    return {"measure": measure, "practised": practised, "actual": actual, "withheld": None}


@pytest.mark.parametrize(
    ("overall", "delivery", "skill"),
    [
        ({"order": 0.2}, [], "structure"),
        ({"length_ratio": 2.0}, [], "conciseness"),
        ({"length_ratio": 0.4}, [], "storytelling"),
        ({}, [both("fluency.words_per_minute", 140.0, 175.0)], "pace"),
        ({}, [both("fluency.fillers.per_minute", 2.0, 6.0)], "fillers"),
    ],
    ids=["order", "longer", "shorter", "faster", "fillers"],
)
def test_what_a_drill_trains_names_its_skill(overall: dict, delivery: list, skill: str):
    result = NOTHING | {"overall": NOTHING["overall"] | overall, "delivery": delivery}
    (advice,) = told_of(result, []).advice
    assert advice.skill == skill and advice.question is None


@pytest.mark.parametrize(
    ("overall", "delivery"),
    [({"order": 0.9, "length_ratio": 1.2}, []),
     ({}, [both("fluency.words_per_minute", 140.0, 145.0)])],
    ids=["as planned", "as fast"],
)  # fmt: skip
def test_nothing_is_advised_where_nothing_differs(overall: dict, delivery: list):
    result = NOTHING | {"overall": NOTHING["overall"] | overall, "delivery": delivery}
    assert told_of(result, []).advice == []
