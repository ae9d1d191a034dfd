"""The question bank: what ships with Rostrum into the database, and its meaning beside it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from drills import meaning
from drills.models import Question
from drills.services.shipping import Loaded, bring

FOLDER = Path(__file__).resolve().parents[1] / "questions"
SAID = ("field", "kind", "level", "text", "why", "good", "follow_ups")
"""What a file says of a question, and an operator may change."""


@transaction.atomic
def load_questions(folder: Path = FOLDER) -> Loaded:
    """Bring the bank to what the files say; a question that somebody changed stays as it is, and
    one that left the files is retired. Again does nothing more."""
    there = Question.objects.exclude(key=None).defer("embedding")
    return bring(shipped_questions(folder), there, "key", SAID)


def shipped_questions(folder: Path = FOLDER) -> Iterator[Question]:
    """The files' questions, not saved. A file is a field, a table `[KIND.NAME]` a question."""
    for file in sorted(folder.glob("*.toml")):
        field = Question.Field(file.stem)
        kinds: dict[str, dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))
        for kind, named in kinds.items():
            for name, said in named.items():
                yield Question(
                    key=f"{field}/{name}",
                    field=field,
                    kind=Question.Kind(kind),
                    level=Question.Level(said.get("level", Question.Level.ANY)),
                    text=said["text"],
                    why=said["why"],
                    good=said["good"],
                    follow_ups=said["follow_ups"],
                )


def learn(questions: Iterable[Question]) -> bool:
    """Work out and keep the vectors of those that have none, or one of another text or model.

    False where this machine has no model of meaning: then nothing is changed.
    """
    stale = [one for one in questions if one.embedding_model != version(one)]
    vectors = meaning.vectors([meaning_of(one) for one in stale])
    if vectors is None:
        return False
    for question, vector in zip(stale, vectors, strict=True):
        question.embedding, question.embedding_model = vector, version(question)
    Question.objects.bulk_update(stale, ["embedding", "embedding_model"], batch_size=200)
    return True


def meaning_of(question: Question) -> str:
    """The text that stands for it: what a good answer shows names what the question is about."""
    return f"{question.text} {question.good}"


def version(question: Question) -> str:
    digest = hashlib.sha256(meaning_of(question).encode()).hexdigest()[:16]
    return f"{meaning.MODEL} {digest}"
