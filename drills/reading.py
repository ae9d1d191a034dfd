"""What was read against what was written: skipped, added, changed and slurred words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from statistics import median
from typing import Any, Literal

Kind = Literal["same", "skipped", "added", "changed", "slurred"]
Token = tuple[Kind, str, str]
"""How a word was read, the word as written, and what was heard instead; either may be empty."""
Pair = tuple[Kind, int | None, int | None]
"""How, the place among what was written, the place among what was heard."""
MEASURED = ("aligned", "recognised")
"""Timings of a transcript whose words were found in the sound."""
_SOUND = re.compile(r"[^\w]+")
_SIGNS = {"%": "percent", "&": "and"}


def aligned(text: str, words: Sequence[Mapping[str, Any]], *, timed: bool = False) -> list[Token]:
    """`text` word by word with what was heard of it, the transcript's `words`, beside it.

    `timed`: their times were measured, so a word that was swallowed can be told.
    """
    written = pieces(text)
    owners = [word for word in words for _piece in pieces(word["text"])]
    said = [piece for word in words for piece in pieces(word["text"])]
    found = matched(written, said)
    swallowed = _swallowed([owners[j] for kind, _i, j in found if kind == "same" and j is not None])
    return [
        (
            "slurred" if timed and kind == "same" and id(owners[j or 0]) in swallowed else kind,
            "" if i is None else written[i],
            "" if j is None or kind == "same" else said[j],
        )
        for kind, i, j in found
    ]


def matched(written: Sequence[str], said: Sequence[str]) -> list[Pair]:
    """The words of one beside those of the other, each a piece by itself.

    The longest common run of words is found first and what lies beside it likewise (difflib);
    where words stand against others, they are paired in order.
    """
    places = [[n for n, word in enumerate(some) if _key(word)] for some in (written, said)]
    ours, theirs = places
    keys = [_key(written[n]) for n in ours], [_key(said[n]) for n in theirs]
    found: list[Pair] = []
    for op, i, to_i, j, to_j in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        one, other = ours[i:to_i], theirs[j:to_j]
        if op == "equal":
            found += [("same", a, b) for a, b in zip(one, other, strict=True)]
        else:
            found += _paired(one, other)
    return found


def _paired(written: list[int], said: list[int]) -> Iterator[Pair]:
    both = min(len(written), len(said))
    yield from (("changed", a, b) for a, b in zip(written, said, strict=False))
    yield from (("skipped", a, None) for a in written[both:])
    yield from (("added", None, b) for b in said[both:])


SLURRED_PHONES = 4
"""Shorter words are swallowed by everybody."""
SLURRED_RATIO = 0.55
SLURRED_PHONE_S = 0.05
LEAST_WORDS = 8


def _swallowed(words: Sequence[Mapping[str, Any]]) -> set[int]:
    """Which of these were swallowed, by identity.

    A word of at least `SLURRED_PHONES` phones is where a phone of it took less than
    `SLURRED_RATIO` of this speaker's usual (the median over such words, of which there must be
    `LEAST_WORDS`) and less than `SLURRED_PHONE_S`: a phone of reading takes 70 to 90 ms. Both
    thresholds are ours, held by synthetic speech that was made quicker word by word.
    """
    from workers.engines.asr.pronounce import english
    from workers.engines.fluency.syllables import spoken

    lengths: dict[int, float] = {}
    for word in words:
        if word["start"] is None or word["end"] is None or word.get("interpolated"):
            continue
        phones = sum(len(english().phones(part).split()) for part in spoken(word["text"]))
        if phones >= SLURRED_PHONES:
            lengths[id(word)] = (word["end"] - word["start"]) / phones
    if len(lengths) < LEAST_WORDS:
        return set()
    most = min(SLURRED_PHONE_S, SLURRED_RATIO * median(lengths.values()))
    return {place for place, length in lengths.items() if length < most}


def pieces(text: str) -> list[str]:
    """Words; those joined by a hyphen apart, since a recogniser writes them either way."""
    return [part for word in text.split() for part in re.split(r"(?<=[^\s-]-)(?=\w)", word)]


def _key(word: str) -> str:
    """What of it can be heard."""
    word = word.casefold().replace("’", "'")
    return _SOUND.sub("", _SIGNS.get(word, word))


def kept(tokens: Iterable[Token]) -> tuple[int, int]:
    """How many of the words written were read as they stand, and how many there are."""
    written = [kind for kind, word, _heard in tokens if word]
    return sum(kind in ("same", "slurred") for kind in written), len(written)
