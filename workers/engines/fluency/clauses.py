"""Where clauses begin, which decides whether a pause stands between thoughts or inside one.

A small model of our own (docs/models.md) goes through the words from left to right. At each it sees
the words around, what they mostly are, and what the clause so far has: who opened it, how long ago,
whether its verb was said.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from workers.engines.fluency.context import OUTSIDE, clusters, kind, model, probability
from workers.engines.fluency.lexicon import (
    ASKING,
    AUXILIARIES,
    BE,
    COORDINATORS,
    DETERMINERS,
    PRONOUNS,
    SUBORDINATORS,
)
from workers.engines.fluency.words import Token

MODEL = "clauses-2"
LEAST_AT_PAUSE = 0.12
"""How likely a clause must open where there is a pause: most pauses stand between clauses, most
places between words do not. Where cross-validation is as often right at boundaries as inside."""
_JOINING = SUBORDINATORS | ASKING | {"that", "as", "whether", "though", "till", "whatever"}
_SUBJECTS = (PRONOUNS - {"there's", "that's"}) | {
    *("this", "that", "these", "those", "people", "nobody", "everybody", "everyone", "someone"),
    *("something", "nothing"),
}
_FINITE = AUXILIARIES | BE - {"be", "been", "being"}
_VERBS = {"V", "VZ", "VD", "V?", "VZ?", "VD?"}
_SIGHT = 8
"""How many words ahead a verb is looked for."""


@dataclass(frozen=True)
class Words:
    """What the model sees of a text: words, their kinds, which might be a finite verb, and what
    the text puts before each: "" nothing, "," a mark, "." a sentence's end."""

    words: list[str]
    kinds: list[str]
    finite: list[bool]
    before: list[str]

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else OUTSIDE

    def kind(self, i: int) -> str:
        return self.kinds[i] if 0 <= i < len(self.words) else OUTSIDE


def words_of(tokens: Sequence[Token], ends: Set[int]) -> Words:
    """`ends`: the tokens after which a sentence is known to end."""
    words = [token.lower for token in tokens]
    kinds = [kind(word) for word in words]
    before = [""] + [
        "." if i in ends else "," if token.edge else "" for i, token in enumerate(tokens)
    ]
    return Words(words, kinds, [_finite(words, kinds, i) for i in range(len(words))], before)


def openings(tokens: Sequence[Token], ends: Set[int], paused: Set[int] = frozenset()) -> set[int]:
    """Places of the words that open a clause, or take up one that another clause broke into.

    `tokens`: spoken words, without filled pauses; `paused`: those with a pause before them. The
    first word opens one.
    """
    seen = words_of(tokens, ends)
    weights = model(MODEL)["weights"]
    found = {0} if tokens else set()
    last = 0
    for i in range(1, len(tokens)):
        least = LEAST_AT_PAUSE if i in paused else 0.5
        if seen.before[i] == "." or probability(weights, facts(seen, i, last)) > least:
            found.add(i)
            last = i
    return found


def facts(seen: Words, i: int, last: int) -> list[str]:
    """What holds at word `i`, where the clause before it was opened by word `last`."""
    words = {k: seen.word(i + k) for k in (-2, -1, 0, 1, 2)}
    kinds = {k: seen.kind(i + k) for k in (-3, -2, -1, 0, 1, 2, 3)}
    like = {k: clusters(words[k])[:2][-1] for k in (-1, 0, 1)}
    mark = seen.before[i] or "-"
    opener, verbs = _opener(seen.words[last]), sum(seen.finite[last:i])
    said = "verb" if verbs else "none"
    ago = str(i - last) if i - last < 4 else "far"
    opens, ahead = _opener(words[0]), _verb_ahead(seen, i)
    verb = next((seen.words[k] for k in range(i - 1, last - 1, -1) if seen.finite[k]), "-")
    now = "finite" if seen.finite[i] else "not"
    begun = seen.before[last] == "." or last == 0
    return [
        f"mark={mark}", f"mark opens={mark}{opens}", f"mark kind={mark}{kinds[0]}",
        f"mark said={mark}{said}{opens}", f"mark ahead={mark}{said}{ahead}",
        *(f"{k}={word}" for k, word in words.items()),
        *(f"{k} kind={name}" for k, name in kinds.items()),
        *(f"{k} like={name}" for k, name in like.items()),
        f"pair={words[-1]}_{words[0]}", f"next={words[0]}_{words[1]}",
        f"kinds={kinds[-1]}_{kinds[0]}", f"kinds next={kinds[0]}_{kinds[1]}",
        f"kinds last={kinds[-2]}_{kinds[-1]}", f"kinds three={kinds[-1]}_{kinds[0]}_{kinds[1]}",
        f"kinds after={kinds[0]}_{kinds[1]}_{kinds[2]}", f"word kind={words[0]}_{kinds[1]}",
        f"word after={words[0]}_{kinds[1]}_{kinds[2]}", f"kind word={kinds[-1]}_{words[0]}",
        f"like pair={like[-1]}_{like[0]}", f"like kind={like[-1]}_{kinds[0]}",
        f"said={said}{opens}", f"said verbs={min(verbs, 3)}{opener}{opens}",
        f"said now={said}{opener}{now}", f"said far={said}{ago}{opens}",
        f"said word={said}_{words[0]}", f"opener={opener}_{opens}", f"opener begun={opener}{begun}",
        f"broken={opener}{begun}{said}{now}{kinds[-1]}",
        f"broken kind={opener}{begun}{said}{kinds[0]}",
        f"ago={ago}", f"ahead={opens}{ahead}", f"ahead said={opens}{ahead}{said}",
        f"ahead kind={kinds[0]}{ahead}{said}", f"ahead last={kinds[-1]}{opens}{ahead}",
        f"verb={verb}_{opens}", f"verb ahead={verb}_{ahead}",
        f"verb like={clusters(verb)[:2][-1]}_{opens}",
        f"verb just={seen.finite[i - 1]}{opens}{ahead}",
        f"begun subject={opener}{begun}{said}{opens}{ahead}",
    ]  # fmt: skip


def _opener(word: str) -> str:
    """What a word could open a clause as."""
    if word in COORDINATORS:
        return "and"
    if word in _JOINING:
        return "that" if word == "that" else "who" if word in ASKING else "because"
    if word in _SUBJECTS:
        return "we"
    return "the" if word in DETERMINERS else "-"


def _verb_ahead(seen: Words, i: int) -> str:
    """How far the next finite verb is; "no" where a clause might begin before it."""
    for k in range(i, min(len(seen.words), i + _SIGHT)):
        if k > i and (seen.before[k] or seen.words[k] in COORDINATORS):
            return "no"
        if seen.finite[k]:
            return str(k - i) if k - i < 3 else "far"
    return "no"


def _finite(words: Sequence[str], kinds: Sequence[str], i: int) -> bool:
    """Whether a word might be a finite verb where it stands."""
    before = words[i - 1] if i else ""
    if words[i] in _FINITE or ("'" in words[i] and words[i] in PRONOUNS):
        return True
    if kinds[i] not in _VERBS or before in DETERMINERS | {"to"}:
        return False
    if kinds[i].startswith("V?") or kinds[i] == "V":
        return i > 0 and (before in PRONOUNS or kinds[i - 1][:2] in {"NS", "R", "R?", "WH"})
    return True
