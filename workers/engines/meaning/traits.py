"""What can be seen of a sentence and of an answer without a model: who does what, and when.

`observe` gathers it as numbers for workers/engines/meaning/star.py; the names are the features of
the fitted model, so a change here needs a new fit (workers/training/fit_star.py).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

import numpy as np

from workers.engines.meaning.lexicon import data, is_past, words
from workers.engines.meaning.lines import Line, distinct

DATA = "star-2"
_I = frozenset(["i", "i'd", "i've", "i'm"])
_WE = frozenset(["we", "we'd", "we've", "we're"])
_WOULD = frozenset(["would", "i'd", "will", "i'll", "should"])
_IS = frozenset(["is", "are", "it's", "that's", "there's", "am", "i'm", "have", "has"])
_UNREAL = frozenset(["would", "i'd", "will", "i'll"])


def is_narrated(line: Line) -> bool:
    """Whether a sentence tells of the past, and not of what would be."""
    unreal = any(token in _UNREAL for token in line.tokens)
    return not unreal and any(is_past(token) for token in line.tokens)


def is_deed(line: Line) -> bool:
    """Whether I or we did something: a past form, not a state, soon after the pronoun."""
    stative, unclear = words("stative_past"), words("ambiguous_past")
    for place, token in enumerate(line.tokens):
        if token not in {"i", "we"}:
            continue
        for follower in line.tokens[place + 1 : place + 4]:
            if follower in {"i", "we", "to", "that"} or follower in stative:
                break
            if follower in unclear or is_past(follower):
                return True
    return False


def tells_story(lines: list[Line]) -> bool:
    """Whether the answer narrates something that happened: past tense, and someone doing it."""
    lines = distinct(lines)
    past = sum(is_narrated(line) for line in lines)
    did = sum(is_deed(line) for line in lines)
    if past < 2 or not did:
        return False
    return past / len(lines) >= 0.45 or (past >= 4 and did >= 2)


@lru_cache
def _cues() -> list[list[tuple[re.Pattern[str], float]]]:
    return [
        [(re.compile(pattern), weight) for pattern, weight in cues]
        for cues in data(DATA)["cues"].values()
    ]


def of_sentence(line: Line) -> list[float]:
    """The sum of each label's cues, then yes or no to plain questions, and the length."""
    text, said = line.clean.lower().replace("’", "'"), set(line.tokens)
    narrated, did, length = is_narrated(line), is_deed(line), len(line.tokens)
    number = any(token[0].isdigit() or token in words("number_words") for token in line.tokens)
    cues = [sum(worth for one, worth in cues if one.search(text)) for cues in _cues()]
    plain = (
        narrated, did, narrated and not did, length < 5, length < 9, min(length, 30) / 30,
        said & _I, said & _WE, number, said & _WOULD, not narrated and said & _IS,
    )  # fmt: skip
    return cues + [answer if isinstance(answer, float) else float(bool(answer)) for answer in plain]


def of_place(count: int) -> np.ndarray:
    """Where each of `count` sentences stands: a row a sentence."""
    rows = []
    for place in range(count):
        along = place / max(1, count - 1)
        ends = (place == 0, place == 1, place == 2, place == count - 1, place == count - 2)
        rows.append([*ends, along, 1 - along, along * along, count <= 4, count >= 9])
    return np.array(rows, dtype=float)


def of_answer(lines: list[Line], asked: float) -> list[float]:
    """Shares of tense, person and mood over the answer; `asked` is 1 where the question wants a
    story, −1 where it wants something else, 0 where there is none."""
    count = len(lines)
    narrated = sum(is_narrated(line) for line in lines)
    did = sum(is_deed(line) for line in lines)
    would = sum(bool(_WOULD.intersection(line.tokens)) for line in lines)
    person = sum(bool({"i", "we"}.intersection(line.tokens)) for line in lines)
    shares = [one / count for one in (narrated, did, would, person)]
    reached = [min(narrated, 5) / 5, min(did, 4) / 4, min(count, 12) / 12]
    return [*shares, *reached, float(tells_story(lines)), asked]


def frames(line: Line) -> set[str]:
    """One to three words in a row where only the grammar is kept: *i PAST the*, *my _ STATE to*."""
    kept = _frame_words()
    shape = ["^", *(_shape(token, kept) for token in line.tokens), "$"]
    merged = [one for one, run in groupby(shape) for _ in (run if one not in {"#", "_"} else "x")]
    grams = {
        " ".join(merged[first : first + size])
        for size in (1, 2, 3)
        for first in range(len(merged) - size + 1)
    }
    return grams - {"^", "$", "_"}


@lru_cache
def _frame_words() -> frozenset[str]:
    return frozenset(str(data(DATA)["frame_words"]).split())


def _shape(token: str, kept: frozenset[str]) -> str:
    if token in kept:
        return token
    if token[0].isdigit() or token in words("number_words"):
        return "#"
    if is_past(token):
        return "STATE" if token in words("stative_past") else "PAST"
    if token in words("ambiguous_past"):
        return "PAST?"
    if token.endswith("ing") and len(token) > 4:
        return "ING"
    return "LY" if token.endswith("ly") and len(token) > 4 else "_"
