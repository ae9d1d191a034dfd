"""Whether a sentence asks, by its mark or, where a recogniser wrote none, by how it is put.

The order of words tells most questions in English: an auxiliary before its subject (Quirk et al.
1985, *A comprehensive grammar of the English language*, 11.4-11.23). Beside it stand questions
whose asking word is the subject (*what makes a good teacher*), tags (*isn't it*) and short set
ones (*what about lunch*). What looks the same and asks nothing is left out: *what makes it work is
the glue*, *had I known I would have stayed*, *which is a long story*.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from workers.engines.fluency.lexicon import (
    ASKING,
    ASKS_AS_SUBJECT,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DOING,
    MEASURES,
    SUBJECTS,
    TAGGED,
    UNREAL,
    WHO_ASKS,
)
from workers.engines.fluency.words import Token

_LEADS = CONJUNCTIONS | {"now", "okay", "well"}
_ASKED = (SUBJECTS - {"the", "a", "an", "then"}) | {
    "anyone", "anybody", "someone", "everybody", "any",
}  # fmt: skip
_SHORT = (
    ("what", "about"), ("how", "about"), ("what", "if"), ("why", "not"), ("how", "come"),
    ("what", "else"), ("any", "questions"), ("who", "of", "you"), ("which", "of", "you"),
    ("who", "in", "this", "room"), ("ever", "wondered"), ("remember", "when"),
)  # fmt: skip


def is_question(tokens: Sequence[Token], first: int, end: int) -> bool:
    """Ends in a question mark, or, unmarked, is put like a question: "how do you", "is it"."""
    if tokens[end - 1].edge in {"question", "stop"}:
        return tokens[end - 1].edge == "question"
    words = [t.lower for t in tokens[first:end] if not t.filled_pause]
    words = _whole(list(itertools.dropwhile(_LEADS.__contains__, words)))
    if any(tuple(words[: len(short)]) == short for short in _SHORT):
        return True
    if len(words) < 3:
        return False
    return _inverted(words) or _asks(words) or _tag(words)


def _whole(words: list[str]) -> list[str]:
    """*What's* as *what is*: a question may begin with either."""
    head, mark, rest = words[0].partition("'") if words else ("", "", "")
    return [head, "is", *words[1:]] if mark and rest == "s" and head in ASKING else words


def _inverted(words: list[str]) -> bool:
    """An auxiliary before its subject: *is it*, *should the school*."""
    verb, subject, after = words[:3]
    if verb not in AUXILIARIES or after in TAGGED - {"it", "there"}:
        return False
    if verb in {"had", "were"}:
        return subject in _ASKED and not UNREAL.intersection(words[3:])
    if verb in {"may", "might"}:
        return subject in {"i", "we"}
    if verb in {"do", "have"}:  # "do it again", "have your tickets ready"
        return subject in _ASKED - DETERMINERS - {"it", "then"}
    if verb in DOING:
        named = subject in DETERMINERS and after != words[-1]
        return named or subject in _ASKED or (subject != "be" and "be" in words[2:6])
    return subject in _ASKED


def _asks(words: list[str]) -> bool:
    """An asking word, and what it asks is put as a question and not as part of a statement."""
    asking, second = words[:2]
    if asking not in ASKING or second in SUBJECTS:  # "what you do is you add"
        return False
    if asking == "how" and second in MEASURES:
        return words[2] == "of" or any(word in AUXILIARIES for word in words[2:6])
    if asking in {"how", "why", "where", "when"}:
        return second in AUXILIARIES
    if asking == "who":
        return second in WHO_ASKS or (second in BE | DOING and words[2] in SUBJECTS - {"a", "the"})
    if asking == "which" and second in BE | {"has", "have", "had"}:  # "which is a long story"
        return False
    if asking == "what" and second in ASKS_AS_SUBJECT | AUXILIARIES:
        inside = _ASKED if second in AUXILIARIES else {"if", "when"}  # "what happens if it is late"
        return words[2] in inside or BE.isdisjoint(words[2:7])
    pairs = itertools.pairwise(words[1:6])
    return any(a in DOING or (a in AUXILIARIES and b in SUBJECTS) for a, b in pairs)


def _tag(words: list[str]) -> bool:
    """*It is a nice place, isn't it*; *you have not seen it, have you*."""
    *before, verb, subject = words
    if verb not in AUXILIARIES or subject not in TAGGED or len(before) < 2:
        return False
    denied = any(word in {"not", "never"} or word.endswith("n't") for word in before)
    return (before[0] in SUBJECTS or before[1] in BE) and denied != verb.endswith("n't")
