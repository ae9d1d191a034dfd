"""Rules for discourse markers in text that has marks: like, you know, I mean, so, well ...

Each marker has a rule over its neighbours' words and over what sets it off: a comma or a pause. A
rule that is in doubt says no: a filler missed costs less than one blamed on a word that meant
something. Text without marks is for the model in markers.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.engines.fluency.lexicon import (
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    INTENSIFIERS,
    KNOWN_THINGS,
    LIKE_AMOUNT_BEFORE,
    LITERAL_AFTER,
    LITERAL_BEFORE,
    MEAN_AFTER,
    MEAN_BEFORE,
    OKAY_BEFORE,
    PEOPLE,
    PRONOUNS,
    QUANTITIES,
    QUESTION_WORDS,
    SAYING,
    SEEMING,
    SO_REAL_AFTER,
    SO_REAL_BEFORE,
    SORTS,
    THINKING,
    WELL_AFTER,
    WELL_BEFORE,
    YOU_KNOW_REAL_BEFORE,
)
from workers.engines.fluency.words import Token


@dataclass(frozen=True)
class Surroundings:
    """Where a candidate stands: `at(k)` is the word k places from its first, "" outside."""

    tokens: Sequence[Token]
    first: int
    end: int
    sentence_first: int
    sentence_end: int

    def at(self, offset: int) -> str:
        i = self.first + offset
        return self.tokens[i].lower if 0 <= i < len(self.tokens) else ""

    @property
    def before(self) -> str:
        """The word before, in the same sentence."""
        return self.tokens[self.first - 1].lower if self.first > self.sentence_first else ""

    @property
    def after(self) -> str:
        return self.tokens[self.end].lower if self.end < self.sentence_end else ""

    @property
    def opens(self) -> bool:
        """First of its sentence, fillers and joining words apart."""
        return all(
            token.filled_pause or token.lower in CONJUNCTIONS
            for token in self.tokens[self.sentence_first : self.first]
        )

    @property
    def closes(self) -> bool:
        return self.end >= self.sentence_end

    @property
    def comma_before(self) -> bool:
        return self.first == self.sentence_first or self.tokens[self.first - 1].edge != ""

    @property
    def comma_after(self) -> bool:
        return self.end >= self.sentence_end or self.tokens[self.end - 1].edge != ""

    @property
    def set_off(self) -> bool:
        return self.comma_before and self.comma_after

    @property
    def beside_filled_pause(self) -> bool:
        neighbours = (self.first - 1, self.end)
        return any(
            self.sentence_first <= i < self.sentence_end and self.tokens[i].filled_pause
            for i in neighbours
        )


def _like(p: Surroundings) -> bool:
    before, after = p.before, p.after
    if before in SEEMING or after in {"this", "that", "so"} or before in {"would", "i'd", "we'd"}:
        return False
    if after in {"like"} or p.beside_filled_pause or (after == "you" and p.at(2) == "know"):
        return True
    if before in CONJUNCTIONS and after in PRONOUNS:
        return p.at(2) not in SAYING
    if p.opens:
        return p.comma_after and not p.closes
    if p.comma_before and p.comma_after:
        return True
    if before in BE:
        return _like_after_be(p)
    if p.comma_before:  # ", like" + clause fills; ", like Python or Go" gives an example
        return after in PRONOUNS and not (after in {"i", "you", "we"} and p.at(2) in SAYING)
    if _is_quantity(after):
        return before in LIKE_AMOUNT_BEFORE
    return before in {"just", "of", "to", "with"} and after in INTENSIFIERS


def _like_after_be(p: Surroundings) -> bool:
    """ "It was like really hard" fills; "it was like a dream", "she was like no way" do not."""
    subject = p.at(-2) if p.before in {"was", "were", "is", "are", "am"} else p.before
    if p.after in INTENSIFIERS or _is_quantity(p.after):
        return True
    return p.after.endswith("ing") and len(p.after) > 4 and subject in PEOPLE


def _is_quantity(word: str) -> bool:
    return word in QUANTITIES or word[:1].isdigit()


def _you_know(p: Surroundings) -> bool:
    if p.before in YOU_KNOW_REAL_BEFORE and not p.comma_before:
        return False
    if p.set_off or p.beside_filled_pause:
        return True
    if p.after == "what" and p.at(3) == "i" and p.at(4) == "mean":
        return True
    if p.comma_after:
        return p.before not in {"and", "or"} or p.opens
    # "you know the answer", "you know how to", "you know it works" mean knowing
    return p.after not in DETERMINERS | QUESTION_WORDS | KNOWN_THINGS


def _i_mean(p: Surroundings) -> bool:
    if not p.comma_before and p.before in MEAN_BEFORE:
        return p.before == "that" and p.comma_after
    if p.comma_after and not p.closes:
        return True
    if p.closes:
        return False
    return p.after not in MEAN_AFTER


def _so(p: Surroundings) -> bool:
    if p.after in SO_REAL_AFTER:
        return False
    if p.beside_filled_pause and p.comma_before:
        return True
    if p.opens and p.comma_after:  # "and so, ..." joins
        return p.before not in {"and", "or"} and (not p.closes or p.first > p.sentence_first)
    if p.first == 0 and p.after in PRONOUNS | DETERMINERS | {"yeah", "yes", "today", "when", "in"}:
        return True  # nothing was said yet that it could follow from
    if p.opens and p.after in {"yeah", "like", "basically", "anyway", "okay", "well"}:
        return True
    if p.closes:  # "I thought it would work, so ..."
        return p.comma_before and p.before not in SO_REAL_BEFORE
    return p.set_off and p.before not in SO_REAL_BEFORE


def _well(p: Surroundings) -> bool:
    if p.opens and p.before not in {"or"}:
        if p.comma_after:
            return not p.closes or p.first == p.sentence_first
        return p.after in PRONOUNS | WELL_AFTER
    if p.before in WELL_BEFORE:
        return False
    return p.set_off and not p.closes


def _right(p: Surroundings) -> bool:
    if p.closes and not p.opens:
        marked = p.tokens[p.end - 1].edge == "question" or p.tokens[p.first - 1].edge == "comma"
        return marked and p.tokens[p.first - 1].edge != ""
    if p.opens:
        return p.comma_after
    return p.set_off


def _okay(p: Surroundings) -> bool:
    if p.before in BE | OKAY_BEFORE:
        return False
    if p.opens:
        return p.comma_after or p.after in PRONOUNS | {"so", "let's", "let", "well", "now", "then"}
    return p.set_off


def _basically(p: Surroundings) -> bool:
    return p.after not in {"the", "same", "equivalent", "identical", "unchanged", "equal"} or (
        p.set_off or p.beside_filled_pause
    )


def _actually(p: Surroundings) -> bool:
    if p.set_off or p.beside_filled_pause:
        return True
    if p.opens:
        return p.comma_after or p.after in PRONOUNS | {"the", "my", "our", "yeah", "yes", "no"}
    if p.before in PRONOUNS and p.at(-2) not in QUESTION_WORDS | {
        "did",
        "do",
        "does",
        "but",
        "and",
        "that",
    }:
        return p.after in THINKING
    return p.closes and p.comma_before


def _literally(p: Surroundings) -> bool:
    if p.set_off or p.beside_filled_pause:
        return True
    return p.after not in LITERAL_AFTER and p.before not in LITERAL_BEFORE and not p.closes


def _kind_of(p: Surroundings) -> bool:
    if p.before in SORTS and not p.comma_before:
        return False
    # "that's kind of you", "very kind of them"
    return not (
        p.before in BE | {"very", "so", "really"} and p.after in {"you", "him", "her", "them"}
    )


Rule = Callable[[Surroundings], bool]
RULES: dict[tuple[str, ...], Rule] = {
    ("you", "know"): _you_know,
    ("i", "mean"): _i_mean,
    ("kind", "of"): _kind_of,
    ("sort", "of"): _kind_of,
    ("kinda",): _kind_of,
    ("sorta",): _kind_of,
    ("like",): _like,
    ("so",): _so,
    ("well",): _well,
    ("right",): _right,
    ("okay",): _okay,
    ("ok",): _okay,
    ("basically",): _basically,
    ("actually",): _actually,
    ("literally",): _literally,
}
