"""Who says what in an interview, and which sentences are its questions.

A sum of plain signs through a logistic function. Where the recogniser told speakers apart, they say
whose a sentence is and the signs only which of the interviewer's sentences ask; where there is one
speaker, the signs decide alone. Every sentence keeps its signs as reasons, and the learner may
correct each (docs/preparation.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Literal

import numpy as np

from workers.engines.fluency.asking import is_question
from workers.engines.fluency.words import tokens_of
from workers.engines.meaning.lexicon import data, tokens, without_fillers
from workers.engines.meaning.relevance import core
from workers.engines.meaning.vectors import Vectors
from workers.engines.types import Word

Who = Literal["question", "interviewer", "mine"]

HEARD = {"rise": 1.0, "pause": 0.3}
"""Weights of what only the sound tells, by our choice: the texts that the others are fitted to
(workers/training/fit_interview.py) have none."""
NEAR = 0.35
"""Cosine from which a sentence counts as near to a prepared question or one often asked."""
SURE = 0.5
"""Least probability of a question."""
REASONS = ("form", "prompt", "rise", "near", "you", "answered", "pause")
"""Signs that a person is told of."""
PAUSE_S = 0.8
SHORT = 6
"""Words of a remark at most: *Okay, thank you.*"""

_OPENER = re.compile(
    r"^(?:(?:so|okay|ok|right|great|good|well|now|um|uh|and|but|then|first of all|thanks|thank you"
    r"|alright|all right|sure|perfect|lovely|yeah|yes)(?![\w'])[\s,.]*)+",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"^(?:(?:please|maybe|perhaps|just|can you|could you|would you)\s+)*"
    r"(?:(?:tell|walk|talk|take|show|give|help|remind) (?:me|us)\b|describe\b|explain\b"
    r"|talk (?:about|through)\b|share\b|imagine\b|suppose\b|say (?:we|you|a|that|there)\b"
    r"|(?:pick|choose|name|think of|take) (?:a|an|one|two|three|any|something|some)\b"
    r"|let's (?:talk|start|begin|go|move|hear|turn)\b|sell me\b"
    r"|(?:i'd|we'd|i would|we would) (?:like|love) (?:to (?:hear|know|understand)|you to)\b"
    r"|(?:i'm|we're) (?:curious|interested|wondering)\b|i (?:wonder|was wondering)\b)",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"^(?:(?:what|how|who|why|where|when)'s (?:your|that|it|this|the)\b"
    r"|(?:what|which|how|who|why|where|when)(?: [\w'-]+){1,4}"
    r" (?:do|did|does|are|were|would|have|can|could|will|should) (?:you|we|they)\b)",
    re.IGNORECASE,
)
"""Orders of a question that are not seen from its first words: *What sort of pay are you after*."""
_REPORTED = re.compile(
    r"\b(?:asked|said|told|wondered|thought|asking|saying|wrote)\b[^?]*,?\s"
    r"(?:what|who|how|where|when|why|which|do|did|are|is|can|could|will|would|have)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r",\s*(?:you|one|people)(?: (?:may|might|will|could))? (?:ask|say|wonder)\b", re.I
)
_INVITES = re.compile(
    r"\b(?:(?:any|some|other|further|more|your) questions? (?:\w+ )?(?:for|to|from) (?:me|us|you)"
    r"|questions? (?:do )?you(?:'d| would| might)? (?:have|like)"
    r"|do you have any(?: other)? questions?"
    r"|(?:any|some)thing (?:else )?(?:that )?you(?:'d| would| were|'re)? (?:want|like|love|hoping)"
    r" (?:to (?:ask|know|see)|(?:we|i)(?:'d| would) ask)"
    r"|what(?:ever)? (?:(?:do|would) )?you(?:'d| would)? (?:want|like) to (?:ask|know)"
    r"|would you like to ask|anything on your mind)\b"
    r"|^(?:\w+[, ]+){0,3}questions\?",
    re.IGNORECASE,
)
"""*Do you have any questions for us?*: what is asked from here on is the learner's."""
_REMARK = re.compile(
    r"^(?:okay|ok|right|great|good|sure|perfect|thanks|thank you|mm-?hm|mhm|uh-?huh|i see|got it"
    r"|interesting|fair enough|lovely|excellent|wonderful|that's (?:helpful|great|good|fine|fair"
    r"|interesting|very \w+)|that makes sense|makes sense|very good|no problem|understood)\b",
    re.IGNORECASE,
)
_YOU = frozenset({"you", "your", "yours", "yourself", "you'd", "you're", "you've", "you'll"})
_ME = frozenset(
    {"i", "my", "me", "mine", "myself", "i'm", "i'd", "i've", "i'll"}
    | {"we", "our", "us", "we'd", "we're", "we've"}
)
_SAYING_NOTHING = re.compile(r"\byou know\b(?! (?:about|how|what|of|if|whether|the)\b)", re.I)


@dataclass(frozen=True)
class Said:
    """A sentence of the recording. `rises`: the voice went up at its end."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    rises: bool = False


@dataclass(frozen=True)
class Correction:
    """What the learner said of one sentence, named by a moment in it, or by its text where words
    have no times. `question` is the prepared question's id; "" is none of them."""

    at: float | None
    text: str
    who: Who | None = None
    begins: bool | None = None
    question: str | None = None


@dataclass(frozen=True)
class Role:
    """Whose a sentence is. `begins`: a question of its own, even right after another."""

    who: Who
    sure: float
    """How likely it asks, 0-1."""
    why: tuple[str, ...] = ()
    by_learner: bool = False
    begins: bool | None = None
    question: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question as it was put: the sentences that ask it, and those of the learner's answer."""

    asking: tuple[int, ...]
    answer: tuple[int, ...] = field(default=())
    question: str | None = None
    """The prepared one the learner says it is; "" none."""


def roles(
    said: Sequence[Said],
    learner: str | None,
    prepared: Sequence[str],
    vectors: Vectors,
    corrections: Sequence[Correction] = (),
) -> list[Role]:
    """Whose each sentence is. `learner`: the learner's speaker where there are several."""
    several = learner is not None and len({one.speaker for one in said if one.speaker}) > 1
    weights = HEARD | data("interview-1")["questions"]["apart" if several else "alone"]
    found: list[Role] = []
    own_signs = signs(said, learner if several else None, prepared, vectors)
    for one, own in zip(said, own_signs, strict=True):
        mine = several and one.speaker in (learner, None)
        total = sum(weights[name] * value for name, value in own.items())
        sure = 1 / (1 + math.exp(-total))
        why = tuple(name for name in REASONS if weights.get(name, 0.0) * own.get(name, 0.0) > 0)
        asks = not mine and sure >= SURE
        who: Who = "question" if asks else "mine" if mine or not several else "interviewer"
        found.append(Role(who, round(sure, 3), (*why, "speaker") if several else why))
    found = _ended(said, found, several)
    if not several:
        found = _remarked(said, found)
    return _corrected(said, found, corrections)


def signs(
    said: Sequence[Said], learner: str | None, prepared: Sequence[str], vectors: Vectors
) -> list[dict[str, float]]:
    """What speaks for and against each sentence asking, by name. `learner`: None with one
    speaker; else the learner's turn after a sentence counts too."""
    found = [_signs(one, place, said) for place, one in enumerate(said)]
    near = _nearness([one.text for one in said], prepared, vectors)
    for place, own in enumerate(found):
        own["near"] = max(0.0, float(near[place]) - NEAR)
        if learner is not None:
            words = _answered(said, place, learner)
            own |= {"turn": float(words > 0), "answered": math.log(1 + words)}
    return found


def _answered(said: Sequence[Said], place: int, learner: str) -> int:
    """Words of the learner's turn right after an interviewer's sentence."""
    count = 0
    if said[place].speaker not in (learner, None):
        for one in takewhile(lambda one: one.speaker == learner, said[place + 1 :]):
            count += len(tokens(one.text))
    return count


def _signs(one: Said, place: int, said: Sequence[Said]) -> dict[str, float]:
    clean = _SAYING_NOTHING.sub("", without_fillers(one.text)).strip(" ,")
    bare = _OPENER.sub("", clean).strip() or clean
    clauses = [bare, *re.split(r"[,;:]\s+(?:and |so |but )?", bare)[1:]]
    words = tokens(clean)
    you, me = (sum(word in group for word in words) for group in (_YOU, _ME))
    marked = clean.rstrip("\"'”’ ").endswith("?")
    asks = [] if _RHETORICAL.search(clean) else [one for one in clauses if _asks(one)]
    prompts = any(_PROMPT.match(clause) for clause in clauses)
    reported = _REPORTED.search(clean) and not prompts and not (asks and _asks(bare))
    before = said[place - 1].end if place else None
    found = {
        "form": marked or asks,
        "prompt": prompts,
        "own_question": (marked or asks) and me and not you,
        "me": me and not you and not prompts,
        "you": you and you >= me,
        "reported": reported,
        "rise": one.rises,
        "pause": before is not None and one.start is not None and one.start - before >= PAUSE_S,
    }
    return {"bias": 1.0} | {name: 1.0 for name, there in found.items() if there}


def _asks(clause: str) -> bool:
    """The order of a question, whatever mark it ends with; a recogniser often writes none."""
    if _WANTS.match(clause.replace("’", "'")):
        return True
    words = [
        Word(text=text, start=None, end=None, confidence=None, speaker=None)
        for text in clause.rstrip(".?!\"'”’ ").split()
    ]
    read = tokens_of(words, lambda word: True)
    return len(read) >= 3 and is_question(read, 0, len(read))


def without_opener(text: str) -> str:
    """*So, um, tell me about it* → *tell me about it*."""
    clean = without_fillers(text)
    return _OPENER.sub("", clean).strip() or clean


def _nearness(texts: list[str], prepared: Sequence[str], vectors: Vectors) -> np.ndarray:
    """Greatest cosine of each sentence and the prepared questions or those often asked."""
    known = list(dict.fromkeys([*prepared, *data("questions-1")["bank"]]))
    hearts = [core(_OPENER.sub("", text)) for text in texts]
    own, asked = vectors.matrix(texts), vectors.matrix(known)
    short = vectors.matrix(hearts)
    if own is None or short is None or asked is None:
        return np.zeros(len(texts))
    nearest: np.ndarray = np.maximum((own @ asked.T).max(axis=1), (short @ asked.T).max(axis=1))
    return nearest


def _ended(said: Sequence[Said], found: list[Role], several: bool) -> list[Role]:
    """From the invitation to ask on, questions are the learner's."""
    half = len(said) // 2
    at = next((n for n in range(half, len(said)) if _INVITES.search(said[n].text)), None)
    if at is None or (found[at].who == "mine" and several):
        return found
    ended = found[: at + 1]
    ended[at] = replace(found[at], who="interviewer", why=("invites",))
    for role in found[at + 1 :]:
        who: Who = role.who
        if several:
            who = "mine" if who == "mine" else "interviewer"
        else:
            who = "mine" if "form" in role.why else "interviewer"
        ended.append(replace(role, who=who, why=("after_invitation",)))
    return ended


def _remarked(said: Sequence[Said], found: list[Role]) -> list[Role]:
    """With one speaker: short remarks between an answer and the next question, and greetings
    before the first question, are the interviewer's."""
    told = list(found)
    first = next((n for n, role in enumerate(found) if role.who == "question"), 0)
    for n, (one, role) in enumerate(zip(said, found, strict=True)):
        if role.who != "mine" or role.why == ("after_invitation",):
            continue
        remark = bool(_REMARK.match(one.text)) and len(tokens(one.text)) <= SHORT
        answers = n > 0 and found[n - 1].who == "question"
        if (remark and not answers) or n < first:
            told[n] = replace(
                role, who="interviewer", why=("remark" if n >= first else "greeting",)
            )
    return told


def _corrected(
    said: Sequence[Said], found: list[Role], corrections: Sequence[Correction]
) -> list[Role]:
    told = list(found)
    for one in corrections:
        place = place_of(said, one.at, one.text)
        if place is None:
            continue
        role = told[place]
        if one.who is not None and one.who != role.who:
            role = replace(role, who=one.who, why=("you_said",), by_learner=True)
        elif one.who is not None:
            role = replace(role, by_learner=True)
        if one.begins is not None:
            role = replace(role, begins=one.begins)
        if one.question is not None:
            role = replace(role, question=one.question)
        told[place] = role
    return told


def place_of(said: Sequence[Said], at: float | None, text: str) -> int | None:
    """The sentence that a moment lies in, or else nearest within a second; without times, the one
    that reads the same."""
    if at is None:
        wanted = tokens(text)
        return next((n for n, one in enumerate(said) if tokens(one.text) == wanted), None)
    away = [
        (max(one.start - at, at - one.end, 0.0), n)
        for n, one in enumerate(said)
        if one.start is not None and one.end is not None
    ]
    nearest = min(away, default=None)
    return nearest[1] if nearest is not None and nearest[0] <= 1.0 else None


def questions(told: Sequence[Role]) -> list[Asked]:
    """The questions in their order, each with the learner's sentences up to the next one.

    Sentences that ask one after the other are one question, unless one is said to begin; one that
    is said not to begin belongs to the question before, whatever lies between.
    """
    found: list[tuple[list[int], list[int], str | None]] = []
    open_, over = False, False
    for place, role in enumerate(told):
        if role.who == "question":
            joined = bool(found) and (open_ if role.begins is None else not role.begins)
            if joined:
                asking, answer, question = found[-1]
                asking.append(place)
                found[-1] = (asking, answer, question if role.question is None else role.question)
            else:
                found.append(([place], [], role.question))
            open_, over = True, False
        elif role.who == "mine":
            open_ = False
            if found and not over:
                found[-1][1].append(place)
        elif role.why == ("invites",):
            over = True
    return [Asked(tuple(asking), tuple(answer), named) for asking, answer, named in found]
