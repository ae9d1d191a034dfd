"""What of an answer may be shown: everything it claims is held against what was said.

A language model may be wrong, and a transcript may have told it to be. So a quote must stand in the
sentence it names, a figure and a name must stand in what was sent, nobody is given a mark, and
neither addresses nor markup nor our own instructions come through. What does not hold is dropped
and counted; where the reading of the story differs from the offline one, both are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.coach.figures import claimed, numbers
from analysis.coach.plain import plain
from analysis.coach.request import Line, Message, Request

if TYPE_CHECKING:  # pydantic: the web process checks a follow-up without it until one comes
    from analysis.coach import answer as answers

LONGEST_TEXT, LONGEST_TITLE = 400, 80
MOST_STRENGTHS, MOST_SUGGESTIONS, MOST_QUOTES = 3, 3, 3
LEAKED_WORDS = 8
"""So many words in a row of our instructions are no coincidence."""
_ALIKE = str.maketrans("‘’‚‛“”„‟–—−‐‑", "''''\"\"\"\"-----")
_MARK = re.compile(
    r"\b(scor(e|es|ed|ing)|grade[ds]?|ratings?|(full|top) marks)\b|\bout of (five|ten|\d+)\b"
    r"|\b\d+ ?/ ?\d+\b|\b\d+ (points?|marks?)\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[<>{}\\`]|&#|&\w+;|https?:|www\.|\w@\w|\bjavascript:", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<!['\"(])\b[A-Z]\w+")
_WORD = re.compile(r"\w+")


class TextChecker:
    """Holds texts of one answer (`texts`: all of them) against what was sent. `dropped` counts
    why."""

    def __init__(self, sent: Message, texts: Iterable[str]) -> None:
        self._numbers = numbers(sent.facts)
        self._known = _words([sent.facts, "STAR"])
        # a word that is written small anywhere is no name, also where a title writes it large
        self._small = {word for text in (sent.system, *texts) for word in _WORD.findall(text)}
        self._secret = _runs(sent.system)
        self.dropped: Counter[str] = Counter()

    def text(self, given: str, longest: int = LONGEST_TEXT) -> str:
        """`given` as it may be shown; empty where it may not."""
        text = plain(given).translate(_ALIKE)
        why = self._why_not(text, longest)
        if why:
            self.dropped[why] += 1
        return "" if why else text

    def _why_not(self, text: str, longest: int) -> str:
        if len(text) > longest:
            return "length"
        if _FOREIGN.search(text):
            return "markup"
        if not claimed(text) <= self._numbers:
            return "figure"
        if any(not self._may_say(name) for name in _NAME.findall(text)):
            return "name"
        return "instructions" if _runs(text) & self._secret else ""

    def _may_say(self, word: str) -> bool:
        return word.casefold() in self._known or word.lower() in self._small


class Checker(TextChecker):
    """Holds coach's notes against a practice."""

    def __init__(self, request: Request, answer: answers.Answer) -> None:
        super().__init__(request, _texts(answer))
        self._lines = {line.index: line for line in request.lines}

    def evidence(self, given: Sequence[answers.Evidence]) -> list[dict[str, Any]]:
        """Quotes that stand in the sentence they name, in the learner's own spelling."""
        found = []
        for one in given[:MOST_QUOTES]:
            line = self._lines.get(one.index)
            quote = found_in(line.text, one.quote) if line else ""
            if line and quote:
                found.append({"index": line.index, "start": line.start, "end": line.end,
                              "text": quote})  # fmt: skip
            else:
                self.dropped["quote" if line else "index"] += 1
        return found

    def label(self, given: answers.Label) -> bool:
        if given.index not in self._lines:
            self.dropped["index"] += 1
        return given.index in self._lines

    def _why_not(self, text: str, longest: int) -> str:
        return "mark" if _MARK.search(text) else super()._why_not(text, longest)


def notes_of(request: Request, answer: answers.Answer) -> dict[str, Any]:
    """The notes for `content.coaching`. Empty where nothing of the answer holds."""
    checker = Checker(request, answer)
    found = {
        "answers": _judgements(request, answer, checker),
        "strengths": _strengths(answer, checker),
        "suggestions": _suggestions(answer, checker),
    }
    if not found["strengths"] and not found["suggestions"]:
        return {}
    return found | {
        "star": _story(request.lines, filter(checker.label, answer.labels)),
        "dropped": dict(sorted(checker.dropped.items())),
    }


def _judgements(request: Request, answer: answers.Answer, checker: Checker) -> list[dict[str, Any]]:
    asked = {n: one for n, one in enumerate(request.asked, 1) if one.question}
    found: dict[str, dict[str, Any]] = {}
    for one in answer.answers:
        question = asked.get(one.question)
        why, quotes = checker.text(one.why), checker.evidence(one.quotes)
        if question is None:
            checker.dropped["index"] += 1
        elif why and quotes:
            found.setdefault(
                question.part,
                {"part": question.part, "relevance": one.relevance, "why": why, "quotes": quotes},
            )
    return list(found.values())


def _strengths(answer: answers.Answer, checker: Checker) -> list[dict[str, Any]]:
    found = (
        {"text": checker.text(one.text), "evidence": checker.evidence(one.evidence)}
        for one in answer.strengths
    )
    return [one for one in found if one["text"] and one["evidence"]][:MOST_STRENGTHS]


def _suggestions(answer: answers.Answer, checker: Checker) -> list[dict[str, Any]]:
    found = (
        {
            "title": checker.text(one.title, LONGEST_TITLE),
            "text": checker.text(one.text),
            "try_saying": checker.text(one.try_saying),
            "evidence": checker.evidence(one.evidence),
        }
        for one in answer.suggestions
    )
    kept = [one for one in found if one["title"] and one["text"] and one["evidence"]]
    return kept[:MOST_SUGGESTIONS]


def _story(lines: Sequence[Line], labels: Iterable[answers.Label]) -> dict[str, Any]:
    """Both readings of each sentence that either takes for part of a story."""
    said: dict[int, str] = {}
    for one in labels:
        said.setdefault(one.index, one.label)
    sentences = [
        {"index": line.index, "label": label, "offline": line.label}
        for line in lines
        if (label := said.get(line.index, "none")) != "none" or line.label != "none"
    ]
    differs = sum(1 for one in sentences if one["label"] != one["offline"])
    return {"sentences": sentences, "agreement": round(1 - differs / len(lines), 3)}


def found_in(sentence: str, quote: str) -> str:
    """`quote` as `sentence` has it; empty where it has not, or where it is no quote at all."""
    wanted = plain(quote).translate(_ALIKE).strip("\"' .…")
    if not _WORD.search(wanted):
        return ""
    edges = r"(?<!\w)" + re.escape(wanted) + r"(?!\w)"
    match = re.search(edges, sentence.translate(_ALIKE), re.IGNORECASE)
    return sentence[match.start() : match.end()] if match else ""


def _texts(answer: answers.Answer) -> list[str]:
    return [
        *(one.why for one in answer.answers),
        *(one.text for one in answer.strengths),
        *(text for one in answer.suggestions for text in (one.title, one.text, one.try_saying)),
    ]


def _words(texts: Iterable[str]) -> set[str]:
    return {word.casefold() for text in texts for word in _WORD.findall(text)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {tuple(words[n : n + LEAKED_WORDS]) for n in range(len(words) - LEAKED_WORDS + 1)}
