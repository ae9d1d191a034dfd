"""What of suggested questions may be shown.

A language model may be wrong, and a description may have told it to be. Beyond what holds for every
text of one (`analysis.coach.checks.TextChecker`: no markup, no addresses, no figure and no name
that was not sent, none of our instructions), a suggestion is one question, to somebody of whom
nothing is known, that may be asked, and that is not in the list; and its reason is quoted from a
sentence of the description that asks for something, or from what was heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.coach.checks import TextChecker, found_in
from analysis.coach.request import Message
from drills import meaning
from drills.asking.lexicon import ORDERS, ground_of
from drills.asking.request import FollowUpRequest, QuestionsRequest

if TYPE_CHECKING:
    from drills.asking.answer import Follow, Questions

LONGEST_QUESTION, SHORTEST_WORDS = 300, 4
LONGEST_QUOTE = 200
ALIKE = 0.75
"""Cosine from which two questions are one. The nearest two of the bank's 426 come to 0.71; the same
question in other words came to 0.58 to 0.96, six pairs of them written for the purpose."""
ALIKE_WORDS = 0.7
"""Where this machine has no model of meaning: the share of common words from which they are."""
_END = re.compile(r"[?.]")
_CLAIMS = re.compile(
    r"\b(?:you|your (?:cv|r[ée]sum[ée]|profile|application|cover letter|last employer))\b"
    r"(?: \w+){0,2} (?:said|mentioned|told|wrote|stated|claimed|says|mentions|states|shows)\b"
    r"|\b(?:in|on|from) your (?:cv|r[ée]sum[ée]|application|cover letter|last answer)\b"
    r"|\bas you (?:know|said|did)\b",
    re.IGNORECASE,
)
"""It speaks of what the learner told, and they have told nothing."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Held:
    """A question that holds, and what it rests on."""

    text: str
    quote: str


def questions_of(
    request: QuestionsRequest, answer: Questions, bank: Iterable[str] = ()
) -> tuple[list[Held], dict[str, int]]:
    """Up to as many as were asked for, and what was dropped, by reason. `bank`: other texts they
    must not repeat."""
    checker = _Checker(request, [one.text for one in answer.questions])
    asking = [one for one in meaning.asking("\n".join(request.lines)) if not ORDERS.search(one)]
    found: list[Held] = []
    for one in answer.questions:
        text = checker.question(one.text)
        if text and _CLAIMS.search(text):
            checker.dropped["claim"] += 1
        elif text and not (quote := _demand(one.demand, asking)):
            checker.dropped["demand"] += 1
        elif text:
            found.append(Held(text, quote))
    kept = new_among(found, [*request.there, *bank])
    checker.dropped["again"] += len(found) - len(kept)
    return kept[: request.count], {why: n for why, n in sorted(checker.dropped.items()) if n}


def follow_up_of(request: FollowUpRequest, answer: Follow) -> Held | None:
    """None where it does not hold."""
    checker = _Checker(request, [answer.question])
    text = checker.question(answer.question)
    quotes = (found_in(line, answer.quote) for line in request.lines if not ORDERS.search(line))
    quote = next(filter(None, quotes), "")
    if not text or len(quote.split()) < 2 or len(quote) > LONGEST_QUOTE:
        return None
    return Held(text, quote) if new_among([Held(text, quote)], [request.question]) else None


class _Checker(TextChecker):
    def __init__(self, sent: Message, texts: Iterable[str]) -> None:
        super().__init__(sent, texts)

    def question(self, given: str) -> str:
        """`given` as it may be asked; empty where it may not."""
        text = self.text(given, LONGEST_QUESTION)
        if not text:
            self.dropped["empty"] += not given.strip()
            return ""
        why = _why_no_question(text)
        if why:
            self.dropped[why] += 1
        return "" if why else text


def _why_no_question(text: str) -> str:
    marks = text.count("?")
    if marks > 1 or (marks and not text.endswith("?")) or len(_sentences(text)) > 2:
        return "form"
    if len(_WORD.findall(text)) < SHORTEST_WORDS or (not marks and not text.endswith(".")):
        return "form"
    if ORDERS.search(text):
        return "orders"
    return "private" if ground_of(text) else ""


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.?!])\s+", text) if one]


def _demand(given: str, asking: Sequence[str]) -> str:
    """`given` as a sentence that asks for something has it; empty where none has, or where it says
    nothing."""
    found = next(filter(None, (found_in(one, given) for one in asking)), "")
    return found if len(found) <= LONGEST_QUOTE and meaning.demands(found) else ""


def new_among(found: Sequence[Held], there: Sequence[str]) -> list[Held]:
    """Those that are neither in `there` nor one another in other words."""
    texts = [*there, *(one.text for one in found)]
    alike = _alike(texts)
    kept: list[int] = list(range(len(there)))
    for place in range(len(there), len(texts)):
        if not alike[place, kept].any():
            kept.append(place)
    return [found[place - len(there)] for place in kept[len(there) :]]


def _alike(texts: list[str]) -> np.ndarray:
    """Which of them say the same."""
    words = [frozenset(_WORD.findall(text.casefold())) for text in texts]
    shared = np.array(
        [[len(a & b) / max(1, len(a | b)) for b in words] for a in words], dtype=np.float32
    ).reshape(len(words), len(words))
    found: np.ndarray = shared >= ALIKE_WORDS
    vectors = meaning.vectors(texts)
    return found if vectors is None else found | (vectors @ vectors.T >= ALIKE)
