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
MAIN = 12
"""Of these, most telling first, coverage is made up."""
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
_OFFER_HEADING = re.compile(
    r"^\W*(?:about (?:us|the company)|who we are|the company|(?:what )?we (?:offer|give)"
    r"|what we (?:can )?(?:offer|give)|our (?:offer|company|benefits)|benefits|perks|what you can"
    r" expect|what(?:'s| is) in it for you|why (?:join )?us|salary|pay|the package)"
    r"\b[^.:]{0,30}(?::|$)\W*",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?![•*-])\W*[A-Z][^.:,;]{1,60}:?\s*$")
"""A line that opens a part: *Your profile*, *What you bring:*."""
_COMPANY = re.compile(
    r"^(?!.*\b(?:you|your|we|plus|bonus|asset|advantage|required?|requirement|essential|expected|must"
    r"|desirable|welcome|preferred|part of|needed|necessary|important|ideal)\b)"
    r".{3,60}?\b(?:is|are|has|have|makes?|builds?|employs?|develops?|rolls|sells|runs|produces?)\b",
    re.IGNORECASE,
)
"""A sentence that says what the employer is and does; looked for at the start of long texts."""
LONG, INTRODUCTION = 500, 3
"""Characters from which a description introduces its employer, and sentences of it in which."""
_TITLE = re.compile(
    r"^\W*(?:[^\W\d_][\w'’/-]*\s+){0,4}?"
    r"(?:\w+(?:er|or|[iy]st|ian|ant|ive|man|ary)|nurse|agent|associate|clerk|chef|cook|guide|lead"
    r"|head|pilot|barista|sales ?rep|partner|mechanic|aide)s?\b"
    r"(?=\s*(?:[,.;:(]|(?:wanted|for|in|at|to)\b|$))",
    re.IGNORECASE,
)
"""What a description begins with: *Backend engineer (Python)*, *Primary school teacher wanted*."""
_CONTRACTION = re.compile(r"'(?:ll|re|ve|d|m)$|n't$")
_SUBJECTS = frozenset(["we", "you", "who", "they", "i"])
"""A clause begins with them: never inside a phrase."""
_WORD = re.compile(r"(?:(?<![\w.])\.(?=[^\W\d_]))?[^\W_][\w'’+#&/-]*(?:\.[^\W_][\w'’+#&/-]*)*")
"""Names may have a dot (*Node.js*, *.NET*)."""
_KEPT_AT_END = frozenset(["needs", "team", "company", "work", "support", "day", "skills", "help"])
"""Generic words that mean something where a phrase ends with them: *special educational needs*."""


def phrases(description: str) -> list[str]:
    """The description's key phrases, most telling first; the job's title asks for nothing."""
    sentences = asking(description[:20_000])
    pieces = [piece for sentence in sentences for piece in _BREAK.split(sentence)]
    found = dict.fromkeys(phrase for piece in pieces for phrase in _phrases_of(piece))
    names = {
        word
        for one in sentences
        for word in _WORD.findall(one)[1:]
        if word.lstrip(".")[0].isupper()
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


def asking(description: str) -> list[str]:
    """The sentences that ask for something: no title, no employer, no offer."""
    found: list[str] = []
    offering = False
    for line in description.splitlines():
        if _HEADING.search(line):
            offering = bool(_OFFER_HEADING.fullmatch(line.strip()))
        if not offering:
            found += [one for one in _SENTENCE.split(line) if not _OFFER_HEADING.match(one)]
    if len(found) > 1:
        found[0] = _TITLE.sub("", found[0])
    if len(description) > LONG:
        found[:INTRODUCTION] = [one for one in found[:INTRODUCTION] if not _COMPANY.search(one)]
    return [one for one in found if not _OFFERS.search(one)]


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
    """`{coverage, found[{phrase, text, start, end}], missed[phrase]}`: how much of what the
    description asks for the answer covers, None where it names nothing."""
    return match(phrases(description), lines, vectors, MAIN)
