"""Patterns of what learners say: each finds its error and leaves alone what only looks like it."""

from __future__ import annotations

import pytest

from workers.engines.fluency.grammar import heard


def found(text: str) -> list[str]:
    return [text[lint.start : lint.end].lower().strip() for lint in heard.check(text)]


@pytest.mark.parametrize(
    ("error", "part", "right"),
    [
        ("We arrived to the station.", "arrived to", "We arrived at the station to wait."),
        ("I have been here since three years.", "since three years", "I came three years ago."),
        ("She suggested me to wait.", "suggested me to", "She suggested to them that we wait."),
        ("I prefer tea than coffee.", "prefer tea than", "I prefer to stay rather than go."),
        ("We did a decision.", "did a decision", "We did a survey."),
        ("I didn't went there.", "didn't went", "I didn't need it."),
        ("We wanted to went home.", "wanted to went", "We decided to found a company."),
        ("You must to call him.", "must to call", "The will to win was there."),
        ("I can speaking French.", "i can speaking", "I can bring a cake."),
        ("I have went there twice.", "have went", "I have gone there twice."),
        ("I have met her yesterday.", "i have met her yesterday", "I have sung since last year."),
        ("If I would go, I would ask.", "if i would go", "If you would like to wait, sit down."),
        ("We want that you come.", "want that you", "We want to see that you come."),
        ("He decided leaving.", "decided leaving", "We want nothing."),
        ("She want a laptop.", "she want", "He insisted that she come along."),
        ("The customers knows it.", "the customers knows", "The team knows it."),
        ("They was kind.", "they was", "One of you has the key."),
        ("The news are good.", "news are", "If money were no object, I would go."),
        ("These machine is old.", "these machine", "These machine parts are old."),
        ("She is teacher.", "she is teacher", "She is a teacher."),
        ("He gave me an advice.", "an advice", "He sat at an information desk."),
        ("Most of people like it.", "most of", "Most of the people like it."),
        ("We meet every weeks.", "every weeks", "We meet every two weeks."),
        ("It was more easier.", "more easier", "It was much easier."),
        ("The people which were there left.", "people which were", "A group which sang left."),
        ("I said everything what I knew.", "everything what", "We asked people what they knew."),
        ("Why you left?", "why you left?", "Why you, and not your brother?"),
        ("I like very much my job.", "like very much", "I like it very much."),
    ],
)  # fmt: skip
def test_a_pattern_finds_its_error_and_leaves_its_look_alike(
    error: str, part: str, right: str
) -> None:
    assert found(error) == [part]
    assert found(right) == []
