"""Discourse markers: like, you know, I mean, so, well ... counted only where they fill.

A small model of our own (data/fillers-1.json, made by workers/training/train_fillers.py) judges
from the words around a marker, what they mostly are and are used like, the pauses that set it off,
and what the rules (marker_rules.py) say. Where MiniLM is installed, a second one
(data/fillers-states-1.npz, workers/training/fit_filler_states.py) judges from what MiniLM makes of
the marker inside its sentence, and their log-odds are weighed. Where the text has marks, the rules
have a say of their own: what both call a filler is one, and what the model is sure of.
docs/models.md has the cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workers.engines.fluency import usage
from workers.engines.fluency.context import (
    DATA,
    FILLED_PAUSE,
    OUTSIDE,
    clusters,
    kind,
    model,
    probability,
)
from workers.engines.fluency.lexicon import CONJUNCTIONS
from workers.engines.fluency.marker_rules import RULES, Surroundings
from workers.engines.fluency.words import Token, is_punctuated
from workers.engines.shipped import arrays

MARKERS: dict[tuple[str, ...], str] = {
    ("you", "know"): "you know",
    ("i", "mean"): "i mean",
    ("kind", "of"): "kind of",
    ("sort", "of"): "kind of",
    ("kinda",): "kind of",
    ("sorta",): "kind of",
    ("like",): "like",
    ("so",): "so",
    ("well",): "well",
    ("right",): "right",
    ("okay",): "okay",
    ("ok",): "okay",
    ("basically",): "basically",
    ("actually",): "actually",
    ("literally",): "literally",
}
"""Words of each marker -> its family, which has weights of its own."""
_LONGEST = max(len(words) for words in MARKERS)
_ENDINGS = ("ing", "ed", "ly", "s", "n't")
MODEL, STATES_MODEL = "fillers-1", "fillers-states-1"


@dataclass(frozen=True)
class Asked:
    """How likely it must be where there are no marks, and where there are, with the rules and
    against them."""

    bare: float
    agreed: float
    marked: float


OF_WORDS, OF_BOTH = Asked(0.5, 0.3, 0.9), Asked(0.6, 0.7, 0.92)
"""By the words around it alone, and with MiniLM: a filler missed costs less than one that was none.
With marks and MiniLM as much is asked as leaves 0.95 of the fillers in text it has not learned from
(cases/fillers/dev/unseen.txt, with as many filled pauses as talk has); the others were chosen by
cross-validation."""


@dataclass(frozen=True)
class Place:
    """Where a candidate stands: tokens [first, end) of the sentence [sentence_first, sentence_end).
    `punctuated`: the text has marks of its own, so that none here means something."""

    tokens: Sequence[Token]
    first: int
    end: int
    sentence_first: int
    sentence_end: int
    punctuated: bool

    @property
    def ranges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Its words, and the text it stands in."""
        return (self.first, self.end), (0, len(self.tokens))

    def word(self, offset: int) -> str:
        """The word `offset` places before (-1 is next to it) or after it (1)."""
        i = self.first + offset if offset < 0 else self.end + offset - 1
        if not self.sentence_first <= i < self.sentence_end:
            return OUTSIDE
        return FILLED_PAUSE if self.tokens[i].filled_pause else self.tokens[i].lower

    @property
    def opens(self) -> bool:
        """First of its sentence, fillers and joining words apart."""
        return all(
            token.filled_pause or token.lower in CONJUNCTIONS
            for token in self.tokens[self.sentence_first : self.first]
        )

    @property
    def mark_before(self) -> bool:
        return self.first == self.sentence_first or self.tokens[self.first - 1].edge != ""

    @property
    def mark_after(self) -> bool:
        return self.end >= self.sentence_end or self.tokens[self.end - 1].edge != ""


def facts(place: Place) -> list[str]:
    """What the model sees: the names of everything that holds there."""
    words = {offset: place.word(offset) for offset in (-2, -1, 1, 2)}
    kinds = {offset: kind(word) for offset, word in words.items()}
    rough = {offset: clusters(word)[:2][-1] for offset, word in words.items()}
    text = "p" if place.punctuated else "u"
    before, after = f"{text}{place.mark_before:d}", f"{text}{place.mark_after:d}"
    rule = _by_rule(place)
    found = [
        f"marks={before}{after}", f"before={before}", f"after={after}",
        f"pair={words[-1]}_{words[1]}", f"next={words[1]}_{words[2]}",
        f"last={words[-2]}_{words[-1]}",
        f"kinds={kinds[-1]}_{kinds[1]}", f"kinds next={kinds[1]}_{kinds[2]}",
        f"kinds last={kinds[-2]}_{kinds[-1]}", f"kinds all={kinds[-1]}_{kinds[1]}_{kinds[2]}",
        f"word kind={words[-1]}_{kinds[1]}", f"kind word={kinds[-1]}_{words[1]}",
        f"rough={rough[-1]}_{rough[1]}", f"rough next={rough[1]}_{rough[2]}",
        f"rough last={rough[-2]}_{rough[-1]}",
        f"before kind={before}_{kinds[1]}", f"after kind={after}_{kinds[1]}",
        f"after last={after}_{kinds[-1]}", f"before rough={before}_{rough[1]}",
        f"after rough={after}_{rough[1]}", f"after rough last={after}_{rough[-1]}",
    ]  # fmt: skip
    for offset, word in words.items():
        found += [f"{offset}={word}", f"{offset} kind={kinds[offset]}"]
        found += [f"{offset} like={cluster}" for cluster in clusters(word)]
        found += [f"{offset} -{end}" for end in _ENDINGS if word.endswith(end) and abs(offset) == 1]
        if word[:1].isdigit() and abs(offset) == 1:
            found.append(f"{offset} number")
    names = {
        "opens": place.opens,
        "first": place.first == place.sentence_first,
        "first of all": place.first == 0,
        "closes": place.end == place.sentence_end,
        "asked": place.tokens[place.end - 1].edge == "question",
        f"rule {text}": rule,
        f"rule {text} {before}{after}": rule,
        f"no rule {text} {before}{after}": not rule,
    }
    return [*found, *(name for name, holds in names.items() if holds)]


def candidates(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, Place]]:
    """Every marker by its family, whether it fills or means something; none overlap."""
    punctuated = is_punctuated(tokens)
    for first_of, end_of in sentences:
        i = first_of
        while i < end_of:
            length = _length(tokens, i, end_of)
            if length:
                words = tuple(token.lower for token in tokens[i : i + length])
                yield MARKERS[words], Place(tokens, i, i + length, first_of, end_of, punctuated)
            i += max(1, length)


def find(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], models_dir: str = ""
) -> list[tuple[int, int]]:
    """Ranges [first, end) of `tokens` where a discourse marker fills."""
    found = list(candidates(tokens, sentences))
    likely = [chance(family, place) for family, place in found]
    rows = usage.states(tokens, [place.ranges for _, place in found], models_dir)
    if rows is not None:
        likely = weighed(likely, states_score(rows, [family for family, _ in found]))
    asked = OF_WORDS if rows is None else OF_BOTH
    return [
        (place.first, place.end)
        for (_, place), chance in zip(found, likely, strict=True)
        if _fills(place, chance, asked)
    ]


def _fills(place: Place, likely: float, asked: Asked) -> bool:
    """Without marks the model alone decides; with them both do, and either may be overruled."""
    if not place.punctuated:
        return likely > asked.bare
    return likely > asked.marked or (likely > asked.agreed and _by_rule(place))


def weighed(plain: Sequence[float], inner: np.ndarray) -> list[float]:
    """How likely each fills, by the words around it and by MiniLM together."""
    of_words, of_states, bias = _states_model()["shares"]
    score = of_words * log_odds(np.array(plain)) + of_states * inner + bias
    likely: list[float] = (1 / (1 + np.exp(-score))).tolist()
    return likely


def states_score(rows: np.ndarray, families: Sequence[str]) -> np.ndarray:
    """Log-odds that each place fills, by its state alone."""
    known = _states_model()
    order = known["families"].tolist()
    which = [order.index(family) for family in families]
    score: np.ndarray = (rows * known["weights"][which]).sum(axis=1) + known["bias"][which]
    return score


def log_odds(chance: np.ndarray) -> np.ndarray:
    bounded = np.clip(chance, 1e-6, 1 - 1e-6)
    odds: np.ndarray = np.log(bounded / (1 - bounded))
    return odds


@lru_cache
def _states_model() -> dict[str, np.ndarray]:
    return arrays(DATA / f"{STATES_MODEL}.npz", "weights", "bias", "families", "shares")


def chance(family: str, place: Place) -> float:
    """How likely the marker fills there, by the words around it."""
    return probability(model(MODEL)["weights"][family], facts(place))


def _by_rule(p: Place) -> bool:
    words = tuple(token.lower for token in p.tokens[p.first : p.end])
    return RULES[words](Surroundings(p.tokens, p.first, p.end, p.sentence_first, p.sentence_end))


def _length(tokens: Sequence[Token], i: int, end: int) -> int:
    """Words of the longest marker that starts at `i` without a mark inside; 0 for none."""
    for length in range(min(_LONGEST, end - i), 0, -1):
        unbroken = all(token.edge == "" for token in tokens[i : i + length - 1])
        if unbroken and tuple(token.lower for token in tokens[i : i + length]) in MARKERS:
            return length
    return 0
