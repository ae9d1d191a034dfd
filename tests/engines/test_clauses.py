"""Where clauses begin, by the small model."""

from __future__ import annotations

import pytest

from workers.engines.fluency import clauses
from workers.engines.fluency.context import model
from workers.training.suites.clauses import opened
from workers.training.suites.language import read
from workers.training.train_clauses import digest


@pytest.mark.parametrize("form", ["written", "bare"])
@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The pump failed because the filter was blocked.", {3}),
        ("We tested the door and it opened.", {4}),
        ("I believe we can finish by Friday.", {2}),
        ("If the price goes up, people buy less.", {5}),
        ("The man who called yesterday wants his money back.", {2, 5}),
        ("We bought bread and cheese and a bottle of wine.", set()),
        ("In the first year we sold nine units.", set()),
        ("I called the supplier to ask for a discount.", set()),
    ],
)
def test_clauses_open_where_a_thought_begins(text: str, places: set[int], form: str) -> None:
    assert opened(read(text, form)) == places


def test_a_sentence_opens_one_whatever_its_first_word() -> None:
    assert 3 in opened(read("We waited there. Bread was short."))


def test_nothing_said_opens_nothing() -> None:
    assert clauses.openings([], set()) == set()


def test_the_weights_belong_to_the_marked_sentences() -> None:
    assert model(clauses.MODEL)["text_sha256"] == digest(), "run workers.training.train_clauses"
