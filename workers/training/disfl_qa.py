"""Disfl-QA (Google Research, CC BY 4.0): which words of a disfluent question were taken back.

The data is pairs of a question and the same question said disfluently. The words taken back (what
was said first, with "no, wait" and the like after it) are those that have to go to leave the
fluent one: the cheapest edit in which words that go stand together, the earliest where two are as
cheap. The data is not part of the project: it is looked for in the folder ROSTRUM_SHARED_DATA.
"""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from workers.engines.fluency.inputs import Text
from workers.engines.fluency.lexicon import FUNCTION
from workers.training.evaluation.places import ROOT
from workers.training.evaluation.types import Unavailable
from workers.training.suites.language import read

OPEN, GO_ON, ADD, CHANGE, SPELL = 1.0, 0.05, 1.0, 1.0, 0.3
"""What it costs to take out the first word of a stretch, each further one, to put one in, to put
another in its place, and to spell one otherwise."""
CUTS = {"no", "rather", "sorry", "mean", "meant", "actually", "wait", "um", "uh", "er"}


Pair = tuple[str, str]
"""A fluent question, and the same said disfluently."""


@dataclass(frozen=True)
class Question:
    """`taken_back[i]`: whether token `i` of the disfluent text goes. `cost` of what else differs:
    0 where the fluent question is exactly what is left."""

    fluent: str
    text: Text
    taken_back: tuple[bool, ...]
    cost: float


def folder() -> Path:
    given = os.environ.get("ROSTRUM_SHARED_DATA")
    return (Path(given) if given else ROOT.parent / "shared" / "data") / "disfl_qa"


def pairs(part: Literal["train", "dev"]) -> list[Pair]:
    """Every pair of the part. Raises Unavailable where the data is not on this machine."""
    file = folder() / f"{part}.json"
    if not file.exists():
        raise Unavailable(f"Disfl-QA's {file.name} is not here: docs/models.md says where from")
    found = json.loads(file.read_text(encoding="utf-8")).values()
    return [(pair["original"], pair["disfluent"]) for pair in found]


def question(pair: Pair) -> Question:
    fluent, disfluent = pair
    plain = disfluent.replace("\\u2019", "’").replace("\\", "")
    text = read(plain)
    said = [token.lower for token in text.tokens]
    meant = [token.lower for token in read(fluent).tokens]
    taken_back, cost = aligned(said, meant)
    return Question(fluent, text, _said_instead(said, taken_back), cost)


def _said_instead(said: list[str], taken_back: tuple[bool, ...]) -> tuple[bool, ...]:
    """Without the article, pronoun or preposition said anew after "no" and its like, which the
    writers of the fluent question had no use for: "number theorists no | the prime numbers"."""
    kept = list(taken_back)
    for i in range(1, len(said)):
        ends = kept[i] and not any(kept[i + 1 : i + 2])
        if ends and said[i] in FUNCTION and said[i - 1] in CUTS and kept[i - 1]:
            kept[i] = False
    return tuple(kept)


def aligned(said: list[str], meant: list[str]) -> tuple[tuple[bool, ...], float]:
    """For each word said whether it goes, and the cost of all other differences."""

    @cache
    def best(i: int, j: int, going: bool) -> tuple[float, str]:
        """Cost of the rest from word i said and word j meant; "-" where word i goes."""
        if i == len(said):
            return (len(meant) - j) * ADD, "+"
        ways = [((GO_ON if going else OPEN) + best(i + 1, j, True)[0], "-")]
        if j < len(meant):
            ways.append((_change(said[i], meant[j]) + best(i + 1, j + 1, False)[0], "="))
            ways.append((ADD + best(i, j + 1, False)[0], "+"))
        return min(ways, key=lambda way: (round(way[0], 6), "-=+".index(way[1])))

    i = j = 0
    going = False
    goes: list[bool] = []
    cost = 0.0
    while i < len(said):
        step = best(i, j, going)[1]
        if step == "=":
            cost += _change(said[i], meant[j])
        cost += ADD * (step == "+")
        going = step == "-"
        if step != "+":
            goes.append(going)
        i, j = i + (step != "+"), j + (step != "-")
    return tuple(goes), cost + (len(meant) - j) * ADD


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    same = sum(1 for _ in itertools.takewhile(bool, map(str.__eq__, one, other)))
    return SPELL if same >= max(2, min(len(one), len(other)) - 2) else CHANGE
