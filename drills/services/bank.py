"""The question bank: what ships with Rostrum into the database, and its meaning beside it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from drills import meaning
from drills.models import Question

FOLDER = Path(__file__).resolve().parents[1] / "questions"
SAID = ("field", "kind", "level", "text", "why", "good", "follow_ups")
"""What a file says of a question, and an operator may change."""


@dataclass(frozen=True)
class Loaded:
    added: int
    changed: int
    retired: int
    kept: int
    """Left as an operator made them, though the files say something new."""


@transaction.atomic
def load_questions(folder: Path = FOLDER) -> Loaded:
    """Bring the bank to what the files say; a question that somebody changed stays as it is, and
    one that left the files is retired. Again does nothing more."""
    known = {one.key: one for one in Question.objects.exclude(key=None).defer("embedding")}
    added, changed, kept = [], [], 0
    for shipped in shipped_questions(folder):
        there = known.pop(shipped.key, None)
        if there is None:
            added.append(shipped)
        elif there.shipped != shipped.shipped:
            if _was_edited(there):
                kept += 1
                continue
            for name in (*SAID, "shipped"):
                setattr(there, name, getattr(shipped, name))
            changed.append(there)
    gone = [one for one in known.values() if one.is_active and not _was_edited(one)]
    Question.objects.bulk_create(added)
    Question.objects.bulk_update(changed, [*SAID, "shipped"], batch_size=200)
    Question.objects.filter(pk__in=[one.pk for one in gone]).update(is_active=False)
    return Loaded(len(added), len(changed), len(gone), kept)


def shipped_questions(folder: Path = FOLDER) -> Iterator[Question]:
    """The files' questions, not saved. A file is a field, a table `[KIND.NAME]` a question."""
    for file in sorted(folder.glob("*.toml")):
        field = Question.Field(file.stem)
        kinds: dict[str, dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))
        for kind, named in kinds.items():
            for name, said in named.items():
                question = Question(
                    key=f"{field}/{name}",
                    field=field,
                    kind=Question.Kind(kind),
                    level=Question.Level(said.get("level", Question.Level.ANY)),
                    text=said["text"],
                    why=said["why"],
                    good=said["good"],
                    follow_ups=said["follow_ups"],
                )
                question.shipped = _digest(question)
                yield question


def _was_edited(question: Question) -> bool:
    return question.shipped != _digest(question)


def _digest(question: Question) -> str:
    said = [getattr(question, name) for name in SAID]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


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
