"""Train the model that sees where a speaker went back and said it differently.

    python -m workers.training.train_disfluency

From Disfl-QA's training part (workers/training/disfl_qa.py) with its fluent questions, and from
speech written for this project: data/repairs.txt, the utterances of the filler model, and answers
and talks of other models, each also with slips put in by a fixed seed (workers/training/slips.py),
and two sentences of theirs in a row without marks. At each place
where something may be said instead of what was, a softmax over every way to have gone back and over
going on; L2, L-BFGS. Weights go to workers/engines/data/repairs-2.json; docs/models.md has the
card.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from workers.engines.fluency.context import DATA
from workers.engines.fluency.inputs import Text
from workers.engines.fluency.repair_model import FORMAT, MODEL, Line, Way, choices, facts
from workers.training import disfl_qa, slips
from workers.training.suites.fillers import labelled
from workers.training.suites.language import FORMS, read
from workers.training.train_fillers import utterances

LINES = Path(__file__).parent / "data" / "repairs.txt"
STRENGTH = 0.5
"""Of the L2 penalty, in examples."""
ROUNDS = 120
MOST_COST = 1.3
"""A question that differs from its fluent one by more than the words taken back is left out."""
SPOKEN = 3.0
"""What a line of our own weighs, in questions: there are few."""
MADE, FLUENT = 1.0, 1.0
"""The same of a line with a slip put in, and of one from other cases of ours."""
LEAST_SEEN, LEAST = 2, 0.06
"""A fact seen less often, and a weight smaller than this, are left out."""


class Example(NamedTuple):
    """A text, which of its words were taken back, and how much it weighs."""

    text: Text
    taken_back: tuple[bool, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Place:
    """Ways to have gone back from one place, the facts of each, and which was so (-1: none)."""

    facts: list[list[str]]
    right: int
    weight: float = 1.0


def places(example: Example) -> Iterator[Place]:
    """Every place of a text where something could have been said instead."""
    text, taken_back, weight = example
    for first, end in text.sentences:
        line = Line(text.tokens[first:end])
        begins = _begins(taken_back[first:end])
        for ways in choices(line):
            yield Place([facts(line, way) for way in ways], _right(ways, begins), weight)


def _begins(taken_back: tuple[bool, ...]) -> dict[int, int]:
    """Where a stretch taken back ends -> where it begins."""
    found, begin = {}, None
    for i, goes in enumerate((*taken_back, False)):
        if goes and begin is None:
            begin = i
        if not goes and begin is not None:
            found[i], begin = begin, None
    return found


def _right(ways: list[Way], begins: dict[int, int]) -> int:
    begin = begins.get(ways[0].instead)
    return next((n for n, way in enumerate(ways) if way.first == begin), -1)


def fit(found: list[Place]) -> dict[str, float]:
    """Weights that make the right ways most likely."""
    seen = Counter(fact for place in found for way in place.facts for fact in way)
    column = {fact: n for n, fact in enumerate(sorted(f for f in seen if seen[f] >= LEAST_SEEN))}
    matrix = _matrix([way for place in found for way in place.facts], column)
    sizes = np.array([len(place.facts) for place in found])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = np.array(
        [at + place.right for at, place in zip(starts, found, strict=True) if place.right >= 0]
    )
    weigh = np.array([place.weight for place in found])
    weigh_right = np.array([place.weight for place in found if place.right >= 0])
    turned = matrix.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = (matrix @ weights.astype(np.float32)).astype(np.float64)
        top = np.maximum(np.maximum.reduceat(scores, starts), 0.0)
        grown = np.exp(scores - np.repeat(top, sizes))
        total = np.add.reduceat(grown, starts) + np.exp(-top)  # going on scores 0
        slope = grown * np.repeat(weigh / total, sizes)
        slope[right] -= weigh_right
        value = float(np.sum(weigh * (np.log(total) + top)) - weigh_right @ scores[right])
        gradient = (turned @ slope.astype(np.float32)).astype(np.float64)
        penalty = STRENGTH / 2 * float(weights @ weights)
        return value + penalty, gradient + STRENGTH * weights

    result = minimize(
        loss, np.zeros(len(column)), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    )
    weights = {fact: round(float(result.x[n]), 2) for fact, n in column.items()}
    return {fact: weight for fact, weight in weights.items() if abs(weight) >= LEAST}


def _matrix(rows: list[list[str]], column: dict[str, int]) -> Any:
    """One row a way, one column a fact, 1 where it holds."""
    columns: list[int] = []
    starts = [0]
    for row in rows:
        columns += sorted(column[fact] for fact in row if fact in column)
        starts.append(len(columns))
    ones = np.ones(len(columns), np.float32)
    return csr_matrix(
        (ones, np.array(columns, np.int32), np.array(starts, np.int32)),
        shape=(len(rows), len(column)),
    )


def examples(seed: int = 0) -> Iterator[Example]:
    """Every text to learn from, the slips put in by `seed`."""
    for number, question in enumerate(map(disfl_qa.question, disfl_qa.pairs("train"))):
        if question.cost <= MOST_COST:
            yield Example(question.text, question.taken_back)
        if number % 2:
            yield _marked(question.fluent, "written", 1.0)
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    plain, own = slips.fluent(), list(spoken())
    put_in = slips.Slips([line for line in (*plain, *own) if "[" not in line], chance)
    for line in own:
        for form in FORMS:
            yield _marked(line, form)
            yield _marked(put_in.put(line), form, MADE)
    for line in plain:
        for form in FORMS:
            yield _marked(line, form, FLUENT)
        for form in FORMS * 2:
            yield _marked(put_in.put(line), form, MADE)
    for line in slips.in_a_row():
        yield _marked(line, "bare", FLUENT)


def spoken() -> Iterator[str]:
    """Our own lines: with [brackets] round what was taken back, most without any."""
    lines = LINES.read_text(encoding="utf-8").splitlines()
    yield from (line for line in lines if line and not line.startswith("#"))
    yield from (utterance.text for utterance in utterances())


def _marked(line: str, form: str, weight: float = SPOKEN) -> Example:
    case = labelled(line)
    text = read(case.text, form)
    gone = {i for first, end in case.fillers for i in range(first, end)}
    return Example(text, tuple(token.index in gone for token in text.tokens), weight)


def digest() -> str:
    """Of the lines marked for this model, so that a test sees weights that belong to others."""
    return hashlib.sha256(LINES.read_bytes()).hexdigest()


def weights_of(found: list[Place]) -> bytes:
    """The file of weights that these places teach."""
    result = {
        "format": FORMAT,
        "about": "Softmax over ways to have gone back in a sentence. docs/models.md has its card.",
        "made_by": "workers/training/train_disfluency.py",
        "learned_from": "Disfl-QA (Google Research, Gupta et al. 2021, CC BY 4.0,"
        " https://github.com/google-research-datasets/disfl-qa), and text of this project",
        "disfl_qa_sha256": hashlib.sha256(
            (disfl_qa.folder() / "train.json").read_bytes()
        ).hexdigest(),
        "text_sha256": digest(),
        "places": len(found),
        "weights": fit(found),
    }
    return (json.dumps(result, indent=0) + "\n").encode()


def main() -> None:
    found = [place for example in examples() for place in places(example)]
    (DATA / f"{MODEL}.json").write_bytes(weights_of(found))
    sys.stdout.write(f"{len(found)} places\n")


if __name__ == "__main__":
    main()
