"""Which phrases an answer touches, in the same words or in others.

A logistic model weighs how near in meaning (MiniLM) the nearest sentences lie, how many of the
phrase's words one of them holds, and how many sentences there were to be near by chance. Its
weights are fitted by workers/training/fit_mentions.py to hand-labelled answers and kept in
data/mentions-2.json. Without the embedding model, only words count.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import content_stems, data, stem, tokens
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors

FEATURES = ("nearest", "second", "words", "sentences")
_LACKS = re.compile(
    r"\b(?:(?:have|has|had)(?: not|n't)|haven't|hasn't|hadn't|never (?:used|done|worked|had|tried)"
    r"|no experience|lack|not (?:used|worked|done))\b",
    re.IGNORECASE,
)
"""A sentence that says so is no evidence for what it names: *I haven't run Kubernetes*."""


def match(
    wanted: list[str], lines: list[Line], vectors: Vectors, main: int | None = None
) -> dict[str, Any]:
    """`{coverage, found[{phrase, text, start, end}], missed[phrase]}`: which phrases the answer
    touches, each with the sentence that shows it best; and the share that it touches of the first
    `main` phrases (None of none), in which one that it only may have touched counts in part."""
    told = [line for line in lines if not _LACKS.search(line.clean.replace("’", "'"))]
    seen = features(wanted, told, vectors)
    found, missed = [], []
    for phrase, (values, best) in zip(wanted, seen, strict=True):
        if not told or not _covered(values):
            missed.append(phrase)
            continue
        line = told[best]
        found.append({"phrase": phrase, "text": line.text, "start": line.start, "end": line.end})
    parts = [_part(values) if told else 0.0 for values, _ in seen[:main]]
    coverage = round(sum(parts) / len(parts), 3) if parts else None
    return {"coverage": coverage, "found": found, "missed": missed}


def features(
    wanted: list[str], lines: list[Line], vectors: Vectors
) -> list[tuple[dict[str, float], int]]:
    """For each phrase its features and the index of the sentence that shows it best.

    Sentences said twice count once; `nearest` and `second` are left out without the model.
    """
    first = {line.clean: place for place, line in reversed(list(enumerate(lines)))}
    texts = list(dict.fromkeys(line.clean for line in lines))
    stems = [set(content_stems(text)) for text in texts]
    asked, said = vectors.matrix(wanted), vectors.matrix(texts)
    found = []
    for place, phrase in enumerate(wanted):
        parts = [stem(token) for token in content_tokens(phrase)]
        held = np.array([sum(part in have for part in parts) / len(parts) for have in stems])
        values = {"words": float(held.max(initial=0)), "sentences": math.log(max(1, len(texts)))}
        evidence = held
        if asked is not None and said is not None:
            cosines = said @ asked[place]
            top = np.sort(cosines)[-2:]
            values |= {"nearest": float(top[-1]), "second": float(top.mean())}
            evidence = held + cosines
        best = texts[int(evidence.argmax())] if texts else ""
        found.append((values, first.get(best, 0)))
    return found


def content_tokens(phrase: str) -> list[str]:
    """The words of a phrase that carry meaning, or all of them where none does."""
    carrying = [token for token in tokens(phrase) if content_stems(token)]
    return carrying or tokens(phrase) or [phrase]


def _covered(values: dict[str, float]) -> bool:
    if "nearest" not in values:
        return values["words"] == 1
    return probability(values) >= data("mentions-2")["threshold"]


def _part(values: dict[str, float]) -> float:
    """What a phrase counts in the coverage, 0-1."""
    if "nearest" not in values:
        return float(_covered(values))
    none, whole = data("mentions-2")["part"]
    return min(1.0, max(0.0, (probability(values) - none) / (whole - none)))


def probability(values: dict[str, float]) -> float:
    """That a person would call the phrase covered, 0-1."""
    model = data("mentions-2")
    total = model["bias"] + sum(model["weights"][name] * values[name] for name in FEATURES)
    return 1 / (1 + math.exp(-float(total)))
