"""Whether an answer answers its question, on a calibrated scale of 0 to 1.

Nine features: cosine of what the question seeks and the answer's nearest sentences, the same for
the answer as a whole, how far that stands out against a bank of other questions, share of the
question's own words that come back (longer, rarer words count more), whether a question that
asks for an experience gets a story, cosines of the question and the answer's first, first two and
last sentences, and of the question without its frame and the whole. Beside them a bilinear form
over the embeddings of question and answer, which has learned what kind of answer goes with what
kind of question: an answer is seldom a paraphrase of its question. A cross-encoder, which reads
both together (cross_encoder.py), has a say where it is there. A logistic function maps all of it
to the probability that the pair belongs together. workers/training/fit_relevance.py fits the form
against other questions of the same field; docs/models.md is the model's card.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from workers.engines.meaning import star, traits
from workers.engines.meaning.cross_encoder import CrossEncoder
from workers.engines.meaning.lexicon import DATA, content_stems, data
from workers.engines.meaning.lines import Line, distinct
from workers.engines.meaning.vectors import Vectors
from workers.engines.shipped import arrays

_FRAME = re.compile(
    r"^(?:(?:so|now|and|okay|ok|please|right)[, ]+)*(?:(?:can|could|would) you )?(?:please )?"
    r"(?:(?:tell|walk|give) (?:me|us) (?:through |about )?|describe |explain |talk about |share )?"
    r"(?:(?:a|an|one|the) (?:time|situation|example|moment|occasion)(?: of)?"
    r"(?: (?:when|where|in which|that|how))? ?)?(?:you (?:had to |have |had )?)?",
    re.IGNORECASE,
)
MODEL = DATA / "relevance-5.npz"
FEATURES = ("nearest", "whole", "margin", "words", "story", "first", "opening", "last", "core")


def core(question: str) -> str:
    """The question without its frame: *Tell me about a time you led a team* → *led a team*."""
    rest = _FRAME.sub("", question.strip(), count=1).strip()
    return rest if len(rest.split()) >= 2 else question.strip()


def sought(question: str) -> list[str]:
    """Texts that stand for the question: itself, its core, and what such questions ask for."""
    themes = data("questions-1")["themes"]
    heart = core(question)
    typical = [
        text
        for pattern, texts in themes
        if re.search(rf"\b(?:{pattern})", heart, re.IGNORECASE)
        for text in texts
    ]
    return list(dict.fromkeys([question.strip(), heart, *typical]))


@dataclass(frozen=True)
class Pair:
    """A question beside an answer: the features, and both embeddings (unit vectors)."""

    features: np.ndarray
    question: np.ndarray
    answer: np.ndarray


def pair(question: str, lines: list[Line], vectors: Vectors) -> Pair | None:
    """What the model reads of a pair; None without the embedding model.

    Sentences that repeat count once, so an answer given twice is as relevant as given once.
    """
    texts = list(dict.fromkeys(line.clean for line in lines))
    asked, answer = vectors.matrix(sought(question)), vectors.matrix(texts)
    heart, bank = vectors.matrix([core(question)]), vectors.matrix(data("questions-1")["bank"])
    if asked is None or answer is None or heart is None or bank is None:
        return None
    best = np.sort((answer @ asked.T).max(axis=1))[::-1][:3]
    centre = answer.mean(axis=0)
    centre = centre / max(float(np.linalg.norm(centre)), 1e-9)
    whole = asked @ centre
    others = bank @ centre
    opening = answer[:2].mean(axis=0)
    found = {
        "nearest": float(best.mean()),
        "whole": float(whole.max()),
        "margin": float((whole.max() - others.mean()) / max(float(others.std()), 0.03)),
        "words": _shared(core(question), texts),
        "story": _story_fits(star.expects_story(question), traits.tells_story(lines)),
        "first": float(asked[0] @ answer[0]),
        "opening": float(asked[0] @ opening) / max(float(np.linalg.norm(opening)), 1e-9),
        "last": float(asked[0] @ answer[-1]),
        "core": float(heart[0] @ centre),
    }
    return Pair(np.array([found[name] for name in FEATURES]), asked[0], centre)


def _story_fits(expected: bool, told: bool) -> float:
    """1 where they agree, 0 where a story is missing; one nobody asked for costs little."""
    if expected == told:
        return 1.0
    return 0.0 if expected else 0.8


def _shared(question: str, texts: list[str]) -> float:
    wanted = set(content_stems(question))
    said = {found for text in texts for found in content_stems(text)}
    if not wanted:
        return 0.0
    weight = {word: math.log(2 + len(word)) for word in wanted}
    return sum(weight[word] for word in wanted & said) / sum(weight.values())


@dataclass(frozen=True)
class Model:
    """`weights` and `bias` of the features; `form` weighs what of the question meets what of the
    answer, both seen along `directions` from their means."""

    weights: np.ndarray
    bias: np.ndarray
    form: np.ndarray
    directions: np.ndarray
    question_mean: np.ndarray
    answer_mean: np.ndarray

    def log_odds(self, found: Pair) -> float:
        asked = self.directions @ (found.question - self.question_mean)
        answer = self.directions @ (found.answer - self.answer_mean)
        return float(self.bias + self.weights @ found.features + asked @ self.form @ answer)


@lru_cache
def model() -> Model:
    parts = [field.name for field in fields(Model)]
    stored = arrays(MODEL, *parts)
    return Model(**{name: stored[name].astype(float) for name in parts})


def relevance(
    question: str, lines: list[Line], vectors: Vectors, encoder: CrossEncoder | None = None
) -> float | None:
    """Calibrated relevance, 0-1; None without the embedding model.

    Without `encoder`, or MiniLM's states for it, the features and the form decide alone.
    """
    found = pair(question, lines, vectors)
    if found is None:
        return None
    odds = model().log_odds(found)
    if encoder is not None:
        answer = " ".join(line.text for line in distinct(lines))
        read = encoder.log_odds(question.strip(), answer, vectors)
        odds = odds if read is None else encoder.blended(odds, read)
    return 1 / (1 + math.exp(-odds))
