"""What the workspace says first."""

from __future__ import annotations

import pytest

from analysis.templatetags.analysis import metric_names
from analysis.workspace import SkillRow, headline


def skill(key: str, value: float | None, reliability: float = 1.0) -> SkillRow:
    return SkillRow(
        key=key,
        value=value,
        weight=0.1,
        reliability=reliability,
        evidence=[],
        verdict="",
        why_missing="",
    )


@pytest.mark.parametrize(
    ("overall", "values", "said"),
    [
        (None, [None, None, None], "too little to score"),
        (None, [81.0, None, None], "Pace could be scored; an overall score needs more"),
        (None, [81.0, 90.0, 70.0], "3 skills could be scored"),
        (
            80.0,
            [81.0, 90.0, 55.0],
            "this practice: pauses. Where the next one pays: fluency.",
        ),
        (88.0, [85.0, 90.0, 91.0], "What leads: fluency."),
    ],
)
def test_it_never_says_more_than_was_measured(
    overall: float | None, values: list[float | None], said: str
) -> None:
    names = ("pace", "pauses", "fluency")
    rows = [skill(key, value) for key, value in zip(names, values, strict=True)]
    assert said in headline(overall, rows)


def test_what_is_hardly_more_than_a_guess_leads_nothing() -> None:
    guess = skill("fluency", 100.0, 0.05)
    rows = [guess, skill("pauses", 92.0), skill("clarity", 60.0)]
    assert "this practice: pauses" in headline(80.0, rows)
    assert "first indication" in headline(80.0, [guess, skill("pauses", 92.0), guess])
    assert "guess" in skill("fluency", 100.0, 0.3).sureness
    assert "left out of the overall" in guess.sureness


def test_what_is_missing_is_named_as_people_name_it_and_once() -> None:
    paths = ["/scores/presence/value", "/scores/presence/reliability", "/body/frames_analysed"]
    assert metric_names([*paths, "/fluency/words_per_minute"]) == [
        "Presence",
        "Frames analysed",
        "Speaking rate",
    ]
    parts = ["/content/close/end", "/content/close/kind", "/fluency/fillers/word_count"]
    assert metric_names(parts) == ["Closing", "Fillers a minute"]
