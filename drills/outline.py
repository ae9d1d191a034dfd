"""An outline of an answer: the learner's own sentences, shortened to notes and put in order.

Nothing is added: each word of a note is one the learner said, in their order, and what is missing
is named, not made up. What is taken away are openers, hedges and fillers, and the tail of a long
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drills.feedback import MISSING, STORY, TITLES
from drills.models import PreparedQuestion

LONGEST_NOTE = 22
"""Words; a longer one is cut where a clause ends."""
MOST_NOTES = 4
"""Under one heading; the rest is named last."""
_OPENER = re.compile(
    r"^(?:(?:so|well|and|but|also|then|okay|ok|yes|yeah|now|um|uh|er|ah|hmm|basically|actually"
    r"|honestly|you know|i mean|to be honest|i would say|i'd say)(?![\w'-])[\s,]*)+",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"[\s,]*(?<![\w'-])(?:(?:um|uh|er|ah|hmm|basically|actually|literally|really|very)(?![\w'-]),?"
    r"|(?:you know|i mean|to be honest),"
    r"|i (?:think|guess|suppose|believe)(?: that)?(?=\s(?:i|we|it|the|our|my|they|he|she)\b))",
    re.IGNORECASE,
)
"""Words that say nothing. *I think about*, *I believe in* and *do you know* say something."""
_CLAUSE_END = re.compile(r"[,;:–—]$")


@dataclass(frozen=True)
class Heading:
    title: str
    notes: list[str]
    missing: str = ""


def outline_of(kept: Mapping[str, Any]) -> list[Heading]:
    """By situation, task, action and result where the question asks for a story or one is told;
    else the point and what backs it. What fits nowhere comes last."""
    said = kept["sentences"]
    told = any(one["label"] in STORY for one in said)
    if kept["expects_story"] or told:
        sorted_ = {name: [one["text"] for one in said if one["label"] == name] for name in STORY}
    else:
        point = [one["text"] for one in said[:1]]
        facts = [re.escape(one) for one in kept["concrete"]]
        backed = re.compile(rf"(?<!\w)(?:{'|'.join(facts)})(?!\w)") if facts else None
        support = [
            one["text"] for one in said
            if one["text"] not in point
            and (one["text"] in kept["message"] or (backed and backed.search(one["text"])))
        ]  # fmt: skip
        sorted_ = {"point": point, "support": support}
    taken = {text for texts in sorted_.values() for text in texts[:MOST_NOTES]}
    found = [
        Heading(str(TITLES[name]), _notes(texts[:MOST_NOTES]), "" if texts else str(MISSING[name]))
        for name, texts in sorted_.items()
    ]
    rest = _notes([one["text"] for one in said if one["text"] not in taken])
    return [*found, Heading(str(TITLES["rest"]), rest)] if rest else found


def _notes(texts: list[str]) -> list[str]:
    return [note for text in dict.fromkeys(texts) if (note := noted(text))]


def noted(sentence: str) -> str:
    """A sentence as a note: what it begins with and what says nothing left out, and no longer
    than LONGEST_NOTE words."""
    text = _EMPTY.sub("", _OPENER.sub("", sentence.strip())).strip(" ,.!?;:")
    words = text.split()
    if len(words) > LONGEST_NOTE:
        ends = [n for n in range(6, LONGEST_NOTE) if _CLAUSE_END.search(words[n - 1])]
        words = words[: ends[-1] if ends else LONGEST_NOTE]
        text = " ".join(words).rstrip(" ,.;:–—") + "…"
    return text[:1].upper() + text[1:]


def crib_notes(question: PreparedQuestion) -> list[Heading]:
    """The outline of the newest answer that was read, without what is missing or fits nowhere."""
    told = [one for one in question.answers.all() if one.feedback]
    if not told:
        return []
    return [
        one
        for one in outline_of(told[-1].feedback)
        if one.notes and one.title != str(TITLES["rest"])
    ]
