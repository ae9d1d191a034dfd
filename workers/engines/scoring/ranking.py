"""What a person would call a best or an instructive moment: facts of each sentence, weighed.

A logistic model by kind gives each sentence a chance from its facts and, less, from those of the
sentences beside it (weights: data/moments-2.json, workers/training/train_moments.py). Facts of the
voice are against the speaker's own mean. What was not measured counts as average. The body adds a
little that is not fitted (scoring/presence.py).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from workers.engines.meaning.lexicon import content_stems, data, tokens, without_fillers, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.traits import is_deed, is_narrated
from workers.engines.scoring.evidence import inside_pauses
from workers.engines.scoring.measures import Measurements
from workers.engines.scoring.moments import Track, level, spread, standardised
from workers.engines.scoring.presence import BODY, WEIGHTS, presence
from workers.engines.types import why_unsure

DATA = "moments-2"
Kind = Literal["best", "instructive"]
VOICE = ("melody", "energy", "pace", "off_pace")
HEARD = ("inside_pauses", "long_pauses")
COUNTED = ("fillers", "repeats", "hedges", "weak_words", "absolutes", "long_sentences")
MEANT = ("vague", "specific", "situation", "task", "action", "result", "signpost")
WORDED = (
    "length", "short", "numbers", "deed", "narrated", "question", "i", "we", "you", "contrast",
    "density", "word_length",
)  # fmt: skip
FITTED = (*VOICE, *HEARD, *COUNTED, *MEANT, *WORDED)
FACTS = (*FITTED, *BODY)
_MOST = 3.0
"""Counts above it say no more."""
_BEFORE_S = 0.3
"""What begins so shortly before a sentence belongs to it."""
_PERSONS = {
    "i": frozenset(["i", "i'd", "i've", "i'm"]),
    "we": frozenset(["we", "we'd", "we've", "we're"]),
    "you": frozenset(["you", "you'd", "you've", "you're", "your"]),
    "contrast": frozenset(["not", "but", "instead", "only", "never"]),
}


def facts(
    sentences: Sequence[dict[str, Any]], found: Measurements, artifacts: dict[str, str]
) -> np.ndarray:
    """A row a sentence, a column a fact of FACTS; NaN where it was not measured."""
    columns = (
        _voice(sentences, artifacts)
        | _events(sentences, found)
        | presence(sentences, found, artifacts)
    )
    if why_unsure(found.sections["transcribe"]) is None:
        columns |= _wording(sentences)
    absent = np.full(len(sentences), np.nan)
    return np.stack([columns.get(name, absent) for name in FACTS], axis=1)


def _voice(sentences: Sequence[dict[str, Any]], artifacts: dict[str, str]) -> dict[str, np.ndarray]:
    pitch, loudness = Track(artifacts.get("series.pitch")), Track(artifacts.get("series.loudness"))
    edges = [(one["start"], one["end"]) for one in sentences]
    rates = [len(one["text"].split()) / max(0.1, one["end"] - one["start"]) for one in sentences]
    pace = standardised(rates)
    return {
        "melody": standardised([spread(pitch.between(*edge)) for edge in edges]),
        "energy": standardised([level(loudness.between(*edge)) for edge in edges]),
        "pace": pace,
        "off_pace": np.abs(pace),
    }


def _events(sentences: Sequence[dict[str, Any]], found: Measurements) -> dict[str, np.ndarray]:
    """How many of each kind begin in each sentence."""
    columns = {}

    def count(name: str, items: list[dict[str, Any]], most: float = _MOST) -> None:
        times = sorted(float(one["start"]) for one in items if one.get("start") is not None)
        counts = [
            bisect_right(times, one["end"]) - bisect_left(times, one["start"] - _BEFORE_S)
            for one in sentences
        ]
        columns[name] = np.minimum(most, np.array(counts, dtype=float))

    fluency, content = found.sections["fluency"], found.sections["content"]
    if _has(fluency, "pauses"):
        pauses = found.items("fluency.pauses.items")
        count("inside_pauses", inside_pauses(found))
        count("long_pauses", [one for one in pauses if one.get("long")])
    for name in ("fillers", "hedges", "weak_words", "absolutes", "long_sentences"):
        if _has(fluency, name):
            count(name, found.items(f"fluency.{name}.items"))
    if _has(fluency, "repetitions") and _has(fluency, "repairs"):
        again = found.items("fluency.repetitions.items") + found.items("fluency.repairs.items")
        count("repeats", again)
    if _has(content, "specificity"):
        named = found.items("content.specificity.items")
        count("vague", [one for one in named if one.get("kind") == "vague"])
        count("specific", [one for one in named if one.get("kind") != "vague"])
    if _has(content, "signposting"):
        count("signpost", found.items("content.signposting.items"), 1)
    labels = found.items("content.star.sentences")
    for label in ("situation", "task", "action", "result") if labels else ():
        count(label, [one for one in labels if one.get("label") == label], 1)
    return columns


def _has(section: dict[str, Any], name: str) -> bool:
    """Whether it was measured: what is withheld has neither a count nor a value."""
    measured = section.get(name)
    if not measured:
        return False
    told = [measured[key] for key in ("count", "value") if key in measured]
    return not told or any(value is not None for value in told)


def _wording(sentences: Sequence[dict[str, Any]]) -> dict[str, np.ndarray]:
    rows = []
    numbers = words("number_words")
    for place, one in enumerate(sentences):
        clean = without_fillers(one["text"])
        said = tokens(clean)
        line = Line(place, one["text"], one["start"], one["end"], "", tuple(said), clean)
        length = len(one["text"].split())
        rows.append(
            {
                "length": min(40, length) / 20,
                "short": length < 8,
                "numbers": min(_MOST, sum(t[0].isdigit() or t in numbers for t in said)),
                "deed": is_deed(line),
                "narrated": is_narrated(line),
                "question": clean.endswith("?"),
                **{name: bool(own.intersection(said)) for name, own in _PERSONS.items()},
                "density": len(set(content_stems(clean))) / max(1, len(said)),
                "word_length": float(np.mean([len(token) for token in said])) if said else 4.0,
            }
        )
    return {name: np.array([row[name] for row in rows], dtype=float) for name in WORDED}


@dataclass(frozen=True)
class Ranker:
    """One kind's model over FACTS: `own` weighs a sentence's facts, `beside` its neighbours'."""

    mean: np.ndarray
    scale: np.ndarray
    own: np.ndarray
    beside: np.ndarray
    bias: float

    def parts(self, table: np.ndarray) -> np.ndarray:
        """What each own fact adds to a sentence's log-odds, against an average sentence."""
        added: np.ndarray = self._scaled(table) * self.own
        return added

    def chances(self, table: np.ndarray, pieces: Sequence[range]) -> np.ndarray:
        """Of each sentence, 0-1. Nobody is beside another across the edge of a piece."""
        scaled = self._scaled(table)
        near = np.zeros(len(table))
        for piece in pieces:
            own = scaled[piece.start : piece.stop]
            edge = np.zeros((1, table.shape[1]))
            around = np.vstack([edge, own[:-1]]) + np.vstack([own[1:], edge])
            near[piece.start : piece.stop] = around @ self.beside
        odds: np.ndarray = 1 / (1 + np.exp(-(scaled @ self.own + near + self.bias)))
        return odds

    def _scaled(self, table: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = np.nan_to_num((table - self.mean) / self.scale)
        return scaled


@lru_cache
def ranker(kind: Kind) -> Ranker:
    """The fitted model of data/moments-2.json."""
    model = data(DATA)[kind]
    rows = np.array([model["facts"][name] for name in FITTED], dtype=float)
    mean, scale, own, beside = rows.T
    return with_body(kind, Ranker(mean, scale, own, beside, float(model["bias"])))


def with_body(kind: Kind, fitted: Ranker) -> Ranker:
    """A model of the FITTED facts that weighs what the body did as well, by the prior."""
    prior = np.array([WEIGHTS[kind][name] for name in BODY])
    none = np.zeros(len(BODY))
    return Ranker(
        mean=np.append(fitted.mean, none),
        scale=np.append(fitted.scale, none + 1),
        own=np.append(fitted.own, prior),
        beside=np.append(fitted.beside, none),
        bias=fitted.bias,
    )
