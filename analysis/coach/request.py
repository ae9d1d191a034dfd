"""What is sent to a language model, word for word: the page that asks shows the same object.

Only the learner's own sentences, the questions, the kind of practice and a few figures go out;
never an account's name or address. The words stand between two lines with a code that is worked
out from them, so that nothing inside can end them, and each sentence is one line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import override

from analysis.catalogue import entry, shown, value_at
from analysis.coach.plain import masked
from analysis.coach.site import Site

PROMPT = "1"
"""The version in use; a changed prompt is a new file."""
MOST_SENTENCES, MOST_CHARACTERS = 400, 40_000
"""About an hour of speech; beyond, an answer would be cut off and cost more than it is worth."""
FIGURES = (
    "fluency.words_per_minute",
    "fluency.pauses.per_minute",
    "fluency.fillers.per_minute",
    "fluency.hedges.per_100_words",
    "fluency.repetitions.per_100_words",
    "prosody.pitch.range_semitones",
)
_FOLDER = Path(__file__).with_name("prompts")


class NothingToSend(Exception):
    """`code` is one of analysis.coach.site.REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """A sentence of the learner as it is sent. `label` is what the offline analysis made of it."""

    index: int
    text: str
    start: float | None
    end: float | None
    label: str


@dataclass(frozen=True)
class Asked:
    """A question as it is sent, and its part. `relevance` is the offline analysis' ratio."""

    part: str
    question: str
    relevance: float | None
    first: int
    """Its first sentence, by place in `Request.lines`."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What goes out in one call, whatever it is about."""

    system: str
    user: str
    prompt: str
    """The version of `system`."""
    schema: Mapping[str, Any] = field(repr=False, compare=False)
    """Of the answer."""
    facts: str
    """All that an answer may draw on, without the numbering around it."""

    def digest(self, site: Site) -> str:
        """Names exactly this text for exactly this model."""
        told = [site.provider, site.recipient, site.model, self.prompt, self.system, self.user]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Request(Message):
    """For coach's notes about one run."""

    lines: tuple[Line, ...]
    asked: tuple[Asked, ...]


@cache
def system_prompt(version: str = PROMPT, folder: Path = _FOLDER) -> str:
    return (folder / f"{version}.md").read_text(encoding="utf-8").strip()


def fenced(rows: Iterable[str]) -> str:
    """`rows` between two lines that nothing inside can write: their code is worked out from it."""
    data = "\n".join(rows)
    code = hashlib.sha256(data.encode()).hexdigest()[:12]
    return f"BEGIN DATA {code}\n{data}\nEND DATA {code}"


def request_of(
    results: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
    names: Collection[str] = (),
) -> Request:
    """The request for one run: `results` are its stages' sections by name, `settings` the run's,
    `names` the words of the account's name. Raises NothingToSend.

    The offline reading is the check of all that comes back, so what it did not read is not sent.
    """
    content = results.get("content") or {}
    lines = tuple(
        Line(one.get("index", n), text, one.get("start"), one.get("end"), one["label"])
        for n, one in enumerate((content.get("star") or {}).get("sentences") or [])
        if (text := masked(one["text"], names))
    )
    from analysis.coach.answer import schema  # pydantic: loaded where something is sent

    if not lines:
        raise NothingToSend("coach_nothing_to_check")
    if len(lines) > MOST_SENTENCES or sum(len(line.text) for line in lines) > MOST_CHARACTERS:
        raise NothingToSend("coach_too_long")
    questions = {part["id"]: masked(part["question"], names) for part in settings["parts"]}
    asked = tuple(_asked(one, questions, lines) for one in content.get("answers") or [])
    figures = _figures(results)
    return Request(
        system=system_prompt(),
        user=fenced(_data(settings["scenario"], lines, asked, figures)),
        prompt=PROMPT,
        schema=schema(),
        lines=lines,
        asked=asked,
        facts="\n".join([*(line.text for line in lines), *questions.values(), *figures]),
    )


def _asked(
    answer: Mapping[str, Any], questions: Mapping[str, str], lines: tuple[Line, ...]
) -> Asked:
    since = answer.get("start")
    later = (n for n, line in enumerate(lines) if since is None or (line.start or 0.0) >= since)
    part = answer["part"]
    return Asked(part, questions.get(part, ""), answer.get("relevance"), next(later, 0))


def _data(
    scenario: str, lines: tuple[Line, ...], asked: tuple[Asked, ...], figures: list[str]
) -> list[str]:
    rows = [f"Kind of practice: {scenario}", "", "What was said:"]
    for place, line in enumerate(lines):
        rows += [
            f"Question {number}: {one.question}"
            for number, one in enumerate(asked, 1)
            if one.first == place and one.question
        ]
        rows.append(f"[{line.index}] {line.text}")
    return [*rows, "", "What was measured:", *figures] if figures else rows


def _figures(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    with override("en"):
        return [
            f"{item.label}: {shown(path, value)}"
            for path in FIGURES
            if (item := entry(path)) and (value := value_at(results, path)) is not None
        ]
