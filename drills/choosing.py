"""Which questions an interview asks: a good mix of what fits, or those that come nearest to a job
description; and which question follows up what was said.

A description is data: its phrases are compared with the questions' meaning, and quoted to the
learner as the reason. Nothing in it is followed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from drills import meaning
from drills.models import Question
from workers.engines.types import EMBEDDING_DIMENSIONS

KINDS = tuple(Question.Kind)
MIX = (
    Question.Kind.BEHAVIOURAL, Question.Kind.TECHNICAL, Question.Kind.SITUATIONAL,
    Question.Kind.MOTIVATION, Question.Kind.CASE, Question.Kind.SCREENING,
)  # fmt: skip
"""Kinds take turns in this order until there are enough questions."""
NEAR = 0.3
"""Cosine from which a phrase of the description is a reason for a question."""
AGAIN = 0.12
"""What a phrase is worth less each time it was a reason already."""
ALIKE = 0.5
"""How much a question loses for being like one that is chosen."""
WHOLE = 0.5
"""Weight of the description as a whole beside its best phrase."""
OUTSIDE = 0.22
"""What a question loses whose field is neither general nor the description's."""
ONE_WORD = 0.08
"""What a phrase of one word is worth less: “travel” says little of the work."""
OWN = 0.35
"""What a follow-up of the question itself has ahead of the rest of the bank."""
HEARD = 0.25
"""Cosine from which a sentence is the reason for a follow-up."""
LONGEST_QUOTE = 120
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


WORK: dict[str, str] = {
    Question.Field.SOFTWARE: "Software engineer, developer: programming, APIs, servers, databases",
    Question.Field.DATA: "Data analyst or scientist: statistics, SQL, machine learning, dashboards",
    Question.Field.PRODUCT: "Product manager: roadmap, discovery, features, users, priorities",
    Question.Field.DESIGN: "Designer: user experience, interfaces, usability research, prototypes",
    Question.Field.MARKETING: "Marketing manager: campaigns, brand, content, advertising, media",
    Question.Field.SALES: "Sales representative: customers, deals, quota, negotiation, accounts",
    Question.Field.FINANCE: "Accountant or financial analyst: budget, audit, reporting, tax",
    Question.Field.OPERATIONS: "Operations: logistics, production, warehouse, supply chain",
    Question.Field.PEOPLE: "Human resources: recruiting, employees, pay, employment law, training",
    Question.Field.HEALTHCARE: "Nurse, doctor, therapist, carer: patients, clinic, hospital, ward",
    Question.Field.EDUCATION: "Teacher or lecturer: pupils, students, lessons, school, curriculum",
    Question.Field.LEADERSHIP: "Head, director, executive: leads managers, strategy, organisation",
}
"""What a field's descriptions read like; theirs are never shown."""


@dataclass(frozen=True)
class Choice:
    question: Question
    reason: str = ""


def choose(
    pool: Iterable[Question],
    *,
    count: int,
    field: str = "",
    description: str = "",
    avoid: Collection[int] = (),
    among: random.Random | None = None,
) -> list[Choice]:
    """Up to `count` of `pool` (learned, where there is a description), in the order of an
    interview. `avoid`: asked before, so taken only where nothing else is left."""
    fresh, stale = _parted(list(pool), avoid)
    if description.strip() and (ranked := _by_meaning([*fresh, *stale], description, count)):
        return in_order(ranked)
    rng = among or random.Random()  # noqa: S311 - a choice of questions is no secret
    return in_order([Choice(one) for one in _mixed(fresh, stale, count, field, rng)])


def in_order(chosen: Iterable[Choice]) -> list[Choice]:
    return sorted(chosen, key=lambda one: KINDS.index(Question.Kind(one.question.kind)))


def _parted(pool: list[Question], avoid: Collection[int]) -> tuple[list[Question], list[Question]]:
    return [q for q in pool if q.pk not in avoid], [q for q in pool if q.pk in avoid]


def _mixed(
    fresh: list[Question], stale: list[Question], count: int, field: str, rng: random.Random
) -> list[Question]:
    """Kinds take turns; in each what was not asked lately comes first, then the field's own."""
    queues: dict[str, list[Question]] = {kind: [] for kind in MIX}
    for some in (fresh, stale):
        shuffled = rng.sample(some, len(some))
        for question in sorted(shuffled, key=lambda one: bool(field) and one.field != field):
            queues[question.kind].append(question)
    found: list[Question] = []
    while len(found) < count and any(queues.values()):
        found += [queue.pop(0) for queue in queues.values() if queue]
    return found[:count]


def _by_meaning(pool: list[Question], description: str, count: int) -> list[Choice]:
    """Nothing where meaning cannot be told, or the description asks for nothing."""
    phrases = meaning.demands(description)
    wanted = meaning.vectors([*phrases, description]) if phrases else None
    known = _vectors_of(pool)
    if wanted is None or known is None or not pool:
        return []
    near, whole = known @ wanted[:-1].T, known @ wanted[-1]
    base = WHOLE * whole - OUTSIDE * _is_outside([one.field for one in pool], wanted)
    single = ONE_WORD * np.array([" " not in phrase for phrase in phrases])
    used: Counter[int] = Counter()
    chosen: list[int] = []
    found: list[Choice] = []
    while len(found) < min(count, len(pool)):
        worth = near - single - AGAIN * np.array([used[n] for n in range(len(phrases))])
        total = worth.max(axis=1) + base
        if chosen:
            total -= ALIKE * np.clip(known @ known[chosen].T, 0, None).max(axis=1)
            total[chosen] = -np.inf
        best = int(total.argmax())
        phrase = int(worth[best].argmax())
        chosen.append(best)
        used[phrase] += 1
        found.append(Choice(pool[best], _asks_for(phrases[phrase], near[best, phrase])))
    return found


def _is_outside(fields: list[str], wanted: np.ndarray) -> np.ndarray:
    """Which questions are of another field than the one the description comes nearest to."""
    there = np.array(fields)
    open_to = [field for field in WORK if field in set(fields)]
    works = meaning.vectors([WORK[field] for field in open_to])
    nearest = str(open_to[int((works @ wanted.T).mean(axis=1).argmax())]) if open_to else ""
    return (there != nearest) & (there != Question.Field.GENERAL)


def _asks_for(phrase: str, near: float) -> str:
    if near < NEAR:
        return _("It fits the description as a whole.")
    return asks_for(phrase)


def asks_for(phrase: str) -> str:
    """The reason for a question that tests `phrase`."""
    return _("The description asks for “%(phrase)s”.") % {"phrase": _short(phrase)}


def because_said(words: str) -> str:
    """The reason for a question about `words`."""
    return _("You said: “%(words)s”") % {"words": _short(words)}


@dataclass(frozen=True)
class FollowUp:
    text: str
    reason: str
    question: Question | None = None
    """The question of the bank that it is; None: one of the asked question's own follow-ups, or
    `by_model`."""
    by_model: bool = False


def follow_up(own: Sequence[str], bank: Sequence[Question], said: str) -> FollowUp | None:
    """What to ask next about `said` (what was heard of the answer, perhaps nothing): one of the
    question's `own` follow-ups, or one of `bank` (learned) that comes much nearer.

    None where there is nothing to ask.
    """
    first = FollowUp(own[0], "") if own else None
    sentences = [one.strip() for one in _SENTENCE.split(said) if len(one.split()) > 3]
    heard = meaning.vectors([*sentences, *own]) if sentences else None
    known = _vectors_of(bank)
    if heard is None or known is None:
        return first
    near = np.vstack([heard[len(sentences) :], known]) @ heard[: len(sentences)].T
    if not near.size:
        return first
    ahead = np.where(np.arange(len(near)) < len(own), OWN, 0.0)
    best = int((near.max(axis=1) + ahead).argmax())
    sentence = int(near[best].argmax())
    if near[best, sentence] < (HEARD if best < len(own) else HEARD + OWN):
        return first
    reason = because_said(sentences[sentence])
    if best < len(own):
        return FollowUp(own[best], reason)
    question = bank[best - len(own)]
    return FollowUp(question.text, reason, question)


def _vectors_of(questions: Sequence[Question]) -> np.ndarray | None:
    """A row each; None where one has none."""
    found = [one.embedding for one in questions if one.embedding is not None]
    if len(found) < len(questions):
        return None
    return np.array(found, dtype=np.float32).reshape(len(found), EMBEDDING_DIMENSIONS)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"
