"""What a language model must answer with when it is asked for questions."""

from __future__ import annotations

from analysis.coach.answer import Strict, read_as


class Suggested(Strict):
    text: str
    demand: str


class Questions(Strict):
    questions: list[Suggested]


class Follow(Strict):
    question: str
    quote: str


def read_questions(text: str) -> Questions:
    """Raises NotAnAnswer."""
    return read_as(Questions, text)


def read_follow(text: str) -> Follow:
    """Raises NotAnAnswer."""
    return read_as(Follow, text)
