from __future__ import annotations

from pathlib import Path

from workers.engines.meaning.assurance import HABITS
from workers.engines.meaning.lexicon import data

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_published_curves_are_the_ones_that_score() -> None:
    page = (DOCS / "scores.md").read_text(encoding="utf-8")
    published = data("curves-2")
    for name, curve in published["curves"].items():
        row = next(row for row in page.splitlines() if row.startswith(f"| `{name}` |"))
        for point in curve["points"]:
            assert f"{point['x']:g} → {point['y']:g}" in row
    for scenario, found in published["scenarios"].items():
        weights = " | ".join(str(weight) for weight in found["weights"].values())
        assert f"| {scenario} | {weights} |" in page
    for key, citation in published["sources"].items():
        assert key == "own" or citation in page


def test_the_published_habits_are_the_ones_that_count() -> None:
    page = (DOCS / "metrics-content.md").read_text(encoding="utf-8")
    for habit in HABITS:
        assert (
            f"| {habit.weight:.0%} | {habit.good:g} | {habit.poor:g} |".replace("%", " %") in page
        )
