"""What is sent when questions are asked for, word for word: pages show the same object."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.coach.plain import masked
from analysis.coach.request import Message, NothingToSend, fenced, system_prompt

QUESTIONS_PROMPT, FOLLOW_UP_PROMPT = "questions-1", "follow-up-1"
"""The versions in use; a changed prompt is a new file."""
HEARD_CHARS = 1500
"""Of what was heard of an answer, its end: about a minute and a half."""
PROMPTS = Path(__file__).with_name("prompts")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, kw_only=True)
class QuestionsRequest(Message):
    """For a preparation. `there` are questions it is not to repeat."""

    lines: tuple[str, ...]
    there: tuple[str, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class FollowUpRequest(Message):
    """About one answer. `lines` are its sentences as they were heard."""

    lines: tuple[str, ...]
    question: str


def questions_request(
    *,
    title: str,
    description: str,
    kind: str,
    level: str,
    there: Iterable[str],
    count: int,
    names: Collection[str] = (),
) -> QuestionsRequest:
    """`kind` and `level` in English words, `names` the words of the account's name. Raises
    NothingToSend."""
    lines = _lines(description.splitlines(), names)
    if not lines:
        raise NothingToSend("coach_no_description")
    listed = _lines(sorted(there), names)
    title = masked(title, names)
    rows = [
        f"Number of questions: {count}",
        f"Job title: {title}",
        f"Type of interview: {kind or 'not known'}",
        f"Level: {level or 'not known'}",
        "",
        "Description:",
        *(f"[{number}] {line}" for number, line in enumerate(lines)),
    ]
    if listed:
        rows += ["", "Questions not to repeat:", *(f"- {one}" for one in listed)]
    from drills.asking.answer import Questions  # pydantic: loaded where something is sent

    return QuestionsRequest(
        system=system_prompt(QUESTIONS_PROMPT, PROMPTS),
        user=fenced(rows),
        prompt=QUESTIONS_PROMPT,
        schema=Questions.model_json_schema(),
        facts="\n".join([title, *lines, *listed]),
        lines=lines,
        there=listed,
        count=count,
    )


def follow_up_request(*, question: str, said: str, names: Collection[str] = ()) -> FollowUpRequest:
    """`said` is what was heard of the answer. Raises NothingToSend."""
    end = said[-HEARD_CHARS:]
    if len(said) > HEARD_CHARS:
        end = end.partition(" ")[2]  # it begins inside a word
    lines = _lines(_SENTENCE.split(end), names)
    if not lines:
        raise NothingToSend("coach_nothing_heard")
    question = masked(question, names)
    rows = [f"Question: {question}", "", "What was heard of the answer:"]
    rows += [f"[{number}] {line}" for number, line in enumerate(lines)]
    from drills.asking.answer import Follow  # as above

    return FollowUpRequest(
        system=system_prompt(FOLLOW_UP_PROMPT, PROMPTS),
        user=fenced(rows),
        prompt=FOLLOW_UP_PROMPT,
        schema=Follow.model_json_schema(),
        facts="\n".join([question, *lines]),
        lines=lines,
        question=question,
    )


def _lines(texts: Iterable[str], names: Collection[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := masked(text, names)))
