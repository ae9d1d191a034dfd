"""What a job description asks for, and what of it an answer covers.

A description is cut into short phrases (*negotiate with the works council*): at punctuation,
between what *and* joins, and where a phrase has said enough; what such texts are framed in (*you
have experience with*, *is a plus*) is left out. They are ranked by how many words theirs keep
company with (RAKE: Rose, Engel, Cramer & Cowley 2010). Which of them an answer covers is for
mentions.py to say.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from workers.engines.meaning.lexicon import stem, tokens, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.mentions import match
from workers.engines.meaning.vectors import Vectors

MOST = 25
"""Phrases kept: what a long description asks for, without its company's history."""
NAMED = 4.0
"""What a name (*TypeScript*, *HACCP*) adds to a phrase's rank: of one word, yet telling."""
ENOUGH = 2
"""Content words after which the next preposition or article ends a phrase."""
_BREAK = re.compile(
    r"[,;:!?()\[\]•*\n\r\t–—|\"]+|\.(?=\s|$)|\.{2,}|\s-\s|^\s*-|\s/\s"
    r"|\b(?:and|or|as well as|such as|including|especially|ideally)\b",
    re.MULTILINE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|[\n\r]+")
_OFFERS = re.compile(
    r"^\W*(?:we|our|about us|benefits?|what we offer|salary)\b"
    r"(?!.*\b(?:look|seek|need|want|expect|search|requir|hir|you)\w*\b)",
    re.IGNORECASE,
)
"""A sentence about the employer, that asks for nothing."""
_CONTRACTION = re.compile(r"'(?:ll|re|ve|d|m)$|n't$")
_SUBJECTS = frozenset(["we", "you", "who", "they", "i"])
"""A clause begins with them: never inside a phrase."""
_WORD = re.compile(r"(?:(?<![\w.])\.(?=[^\W\d_]))?[^\W_][\w'’+#&/-]*(?:\.[^\W_][\w'’+#&/-]*)*")
"""Names may have a dot (*Node.js*, *.NET*)."""
_KEPT_AT_END = frozenset(["needs", "team", "company", "work", "support", "day", "skills", "help"])
"""Generic words that mean something where a phrase ends with them: *special educational needs*."""


def phrases(description: str) -> list[str]:
    """The description's key phrases, most telling first."""
    asking = [one for one in _SENTENCE.split(description[:20_000]) if not _OFFERS.search(one)]
    pieces = [piece for sentence in asking for piece in _BREAK.split(sentence)]
    found = dict.fromkeys(phrase for piece in pieces for phrase in _phrases_of(piece))
    names = {
        word for one in asking for word in _WORD.findall(one)[1:] if word.lstrip(".")[0].isupper()
    }
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    told = {phrase: _telling(phrase) for phrase in found}
    for stems in told.values():
        for one in stems:
            frequency[one] += 1
            degree[one] += len(stems)

    def worth(phrase: str) -> float:
        company = sum(degree[one] / frequency[one] + frequency[one] for one in told[phrase])
        return company + NAMED * bool(names.intersection(phrase.split()))

    kept: list[str] = []
    seen: set[str] = set()
    for phrase in sorted(found, key=worth, reverse=True):
        if not set(told[phrase]) <= seen:
            kept.append(phrase)
            seen |= set(told[phrase])
    return kept[:MOST]


def _phrases_of(piece: str) -> list[str]:
    """A piece between marks as one or more phrases, its frame left out."""
    found: list[list[str]] = [[]]
    for word in _WORD.findall(piece.replace("’", "'")):
        lower = word.lower()
        said = sum(map(_tells, found[-1])) >= ENOUGH and lower in words("function_words")
        if said or lower in _SUBJECTS or _CONTRACTION.search(lower):
            found.append([])
        found[-1].append(word)
    return [" ".join(cut) for run in found if (cut := _trimmed(run))]


def _trimmed(run: list[str]) -> list[str]:
    first, end = 0, len(run)
    while first < end and not _tells(run[first]):
        first += 1
    while end > first and not _tells(run[end - 1]) and run[end - 1].lower() not in _KEPT_AT_END:
        end -= 1
    return run[first:end]


def _tells(word: str) -> bool:
    """Whether a word says what is asked for: no grammar, no number, no word of every posting."""
    lower = word.lower()
    if _CONTRACTION.search(lower):
        return False
    skip = words("function_words") | words("generic_job_words") | words("number_words")
    return lower not in skip and not lower[0].isdigit() and max(map(len, lower.split("."))) > 1


def _telling(phrase: str) -> list[str]:
    return [stem(token) for token in tokens(phrase) if _tells(token)]


def coverage(description: str, lines: list[Line], vectors: Vectors) -> dict[str, Any]:
    """`{coverage, found[{phrase, text, start, end}], missed[phrase]}`; coverage = found ÷ all.

    Coverage is None where the description names nothing.
    """
    wanted = phrases(description)
    matched = match(wanted, lines, vectors)
    ratio = round(len(matched["found"]) / len(wanted), 3) if wanted else None
    return {"coverage": ratio, **matched}
