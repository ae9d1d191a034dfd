"""Repairs: learned from Disfl-QA and from lines of our own, judged on held-out spoken lines.

    ROSTRUM_SHARED_DATA=FOLDER bin/rostrum train disfluency

`workers.training.train_disfluency` says what is learned from and how; FOLDER holds
`disfl_qa/train.json`, which is not part of the project.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from workers.engines.fluency import repair_model
from workers.engines.fluency.context import DATA
from workers.engines.trained import read
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Part, Unavailable
from workers.training.suites.disfluency import by_rule, counted
from workers.training.train_disfluency import examples, places, weights_of
from workers.training.trainers import Judged, Made

FORMAT = repair_model.FORMAT
QUICK = 150
"""Examples."""


def train(*, seed: int, device: str, quick: bool, tell: Callable[[str], None]) -> Made:
    """`device` is of no matter: this is no network. Raises ValueError without Disfl-QA."""
    try:
        texts = list(islice(examples(seed), QUICK if quick else None))
    except Unavailable as reason:
        raise ValueError(f"Disfl-QA is needed: {reason}") from reason
    found = [place for text in texts for place in places(text)]
    tell(f"learning from {len(found)} places in {len(texts)} texts")
    data = weights_of(found)
    weights = repair_model.parsed(data)
    return Made(
        data,
        {"seed": seed, "device": "cpu", "quick": quick, "texts": len(texts), "places": len(found)},
        {"facts": float(len(weights))},
    )


def judge(versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
    part: Part = "small" if quick else "heldout"
    judged = {}
    for name, data in versions.items():
        if data is None:
            judged[name] = _judged(counted(part, by_rule))
            continue
        with repair_model.using(repair_model.parsed(data)):
            judged[name] = _judged(counted(part))
    return judged


def _judged(found: Counts) -> Judged:
    more = {"precision": found.precision, "recall": found.recall}
    return Judged(found.f1, "f1", found.expected, more=more)


def shipped() -> bytes:
    return read(DATA / f"{repair_model.MODEL}.json")
