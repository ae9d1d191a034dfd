"""What a language model must answer with, and how the notes are read off its text."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

LONGEST_ANSWER = 200_000
"""Characters; more is not read at all."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Evidence(Strict):
    index: int
    quote: str


class Label(Strict):
    index: int
    label: Literal["situation", "task", "action", "result", "none"]


class Judgement(Strict):
    question: int
    relevance: Literal["answers", "partly", "misses"]
    why: str
    quotes: list[Evidence]


class Strength(Strict):
    text: str
    evidence: list[Evidence]


class Suggestion(Strict):
    title: str
    text: str
    try_saying: str
    evidence: list[Evidence]


class Answer(Strict):
    labels: list[Label]
    answers: list[Judgement]
    strengths: list[Strength]
    suggestions: list[Suggestion]


class NotAnAnswer(Exception):
    """It is no JSON, or not of the schema."""


def schema() -> dict[str, Any]:
    """The JSON Schema that is sent along: no limits in it, which some servers refuse; lengths and
    counts are held by analysis.coach.checks."""
    return Answer.model_json_schema()


def read(text: str) -> Answer:
    """The answer in `text`. Raises NotAnAnswer."""
    return read_as(Answer, text)


M = TypeVar("M", bound=Strict)


def read_as(form: type[M], text: str) -> M:
    """What `text` says, in the agreed `form`. Raises NotAnAnswer."""
    if len(text) > LONGEST_ANSWER:
        raise NotAnAnswer(f"{len(text)} characters")
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        # where and what kind, never the text itself: it goes to logs and to the operator's list
        kinds = [f"{'.'.join(map(str, e['loc']))} {e['type']}" for e in error.errors()[:5]]
        raise NotAnAnswer("; ".join(kinds)) from None
