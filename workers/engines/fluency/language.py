"""Hedges, weak words, absolutes, terms that leave people out, long sentences, run-ons, questions.

Patterns (patterns.py, data/inclusive-1.json) by spaCy's Matcher over its blank English pipeline
with our own lexicon's tags: rules, no statistics.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from workers.engines import profanity
from workers.engines.fluency import patterns
from workers.engines.fluency.asking import is_question
from workers.engines.fluency.lexicon import COORDINATORS, SUBJECTS
from workers.engines.fluency.words import Token, item
from workers.engines.lexis import look_up

LONG_SENTENCE_WORDS = 30
RUN_ON_WORDS, RUN_ON_JOINS = 35, 3
_INCLUSIVE = Path(__file__).resolve().parents[1] / "data" / "inclusive-1.json"
_SECTIONS = {
    "hedges": (patterns.HEDGES, patterns.HEDGES_BEFORE, patterns.NOT_HEDGES),
    "absolutes": (patterns.ABSOLUTES, patterns.ABSOLUTES_BEFORE, patterns.NOT_ABSOLUTES),
    "weak_words": (patterns.WEAK, patterns.WEAK_BEFORE, patterns.NOT_WEAK),
}
"""By what comes first: what hedges is not also weak."""


@dataclass(frozen=True)
class Term:
    """A group of terms that may leave somebody out."""

    instead: str
    note: str


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp


@lru_cache(maxsize=1)
def _matcher() -> Any:
    from spacy.matcher import Matcher

    matcher = Matcher(_pipeline().vocab)
    for section, (found, before, exempt) in _SECTIONS.items():
        matcher.add(section, found, greedy="LONGEST")
        matcher.add(f"{section} before", before)
        matcher.add(f"not {section}", exempt)
    return matcher


@lru_cache(maxsize=1)
def _terms() -> tuple[Any, dict[str, Term]]:
    """A phrase matcher of the terms and of what only holds them, and what each group says."""
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = _pipeline().vocab
    matcher, groups = PhraseMatcher(vocab), {}
    for number, group in enumerate(json.loads(_INCLUSIVE.read_text(encoding="utf-8"))["groups"]):
        groups[str(number)] = Term(group["instead"], group["note"])
        for name, text in ((str(number), group["terms"]), ("unless", group.get("unless", ""))):
            listed = [Doc(vocab, words=phrase.split()) for phrase in text.split("|") if phrase]
            if listed:
                matcher.add(name, listed)
    return matcher, groups


def read(tokens: Sequence[Token]) -> Any:
    """The words as a spaCy Doc with tags and lemmas: token i of it is tokens[i]."""
    from spacy.tokens import Doc

    nlp = _pipeline()
    words = [token.lower for token in tokens]
    doc = Doc(nlp.vocab, words=words, tags=[look_up(word).tag for word in words])
    return nlp.get_pipe("lemmatizer")(doc)


def lemmas(doc: Any) -> list[str]:
    return [token.lemma_.lower() for token in doc]


def word_lists(
    tokens: Sequence[Token],
    sentences: Sequence[tuple[int, int]],
    doc: Any,
    fillers: Sequence[tuple[int, int]],
) -> dict[str, list[dict[str, Any]]]:
    """Items of every list that reads words and their order; what fills is in none of them."""
    return {
        **marked(tokens, doc, fillers),
        "non_inclusive": non_inclusive(tokens, doc),
        **sentence_marks(tokens, sentences),
    }


def marked(
    tokens: Sequence[Token], doc: Any, taken: Sequence[tuple[int, int]]
) -> dict[str, list[dict[str, Any]]]:
    """Items of `hedges`, `absolutes` (with an `alternative`) and `weak_words`; what is in `taken`
    (fillers) counts there, and each word in one list only."""
    names = doc.vocab.strings
    found: dict[str, list[tuple[int, int]]] = {}
    for key, first, end in _matcher()(doc):
        if _unbroken(tokens, first, end):
            name = names[key]
            section = name.removesuffix(" before")
            found.setdefault(section, []).append((first, end - (section != name)))
    used = {i for first, end in taken for i in range(first, end)}
    result: dict[str, list[dict[str, Any]]] = {}
    for section in _SECTIONS:
        exempt = {i for first, end in found.get(f"not {section}", []) for i in range(first, end)}
        result[section] = []
        for first, end in sorted(found.get(section, []), key=lambda span: (span[0], -span[1])):
            places = set(range(first, end))
            if places.isdisjoint(used) and places.isdisjoint(exempt):
                used |= places
                more = _gentler(tokens, first, end) if section == "absolutes" else {}
                result[section].append(item(tokens, first, end, **more))
    return result


def _unbroken(tokens: Sequence[Token], first: int, end: int) -> bool:
    return not any(tokens[i].edge in {"stop", "question"} for i in range(first, end - 1))


def _gentler(tokens: Sequence[Token], first: int, end: int) -> dict[str, str]:
    said = " ".join(token.lower for token in tokens[first:end])
    return {"alternative": patterns.GENTLER.get(said, patterns.ALMOST)}


def non_inclusive(tokens: Sequence[Token], doc: Any) -> list[dict[str, Any]]:
    """Items with `alternative` (what to say instead) and `note` (why, kindly)."""
    matcher, groups = _terms()
    names = doc.vocab.strings
    matches = [(names[key], first, end) for key, first, end in matcher(doc)]
    exempt = [range(first, end) for name, first, end in matches if name == "unless"]
    items: list[dict[str, Any]] = []
    reached = 0
    for name, first, end in sorted(matches, key=lambda match: (match[1], -match[2])):
        held = any(first in places and end - 1 in places for places in exempt)
        if name == "unless" or held or first < reached or not _unbroken(tokens, first, end):
            continue
        term = groups[name]
        items.append(item(tokens, first, end, alternative=term.instead, note=term.note))
        reached = end
    return items


def swearing(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    """Items with `strength`: strong or mild."""
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token.text) + 1
    return [
        item(tokens, bisect_right(starts, found.start) - 1, bisect_right(starts, found.end - 1),
             strength=found.strength)
        for found in profanity.find(" ".join(token.text for token in tokens))
    ]  # fmt: skip


def sentence_marks(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]]
) -> dict[str, list[dict[str, Any]]]:
    """Items of `long_sentences` (over 30 words), `run_ons` and `questions`.

    A run-on strings clauses together: over 35 words and at least three times "and we", "but it",
    "so they" or the like.
    """
    long, run_ons, questions = [], [], []
    for first, end in sentences:
        words = [i for i in range(first, end) if not tokens[i].filled_pause]
        if not words:
            continue
        joins = _joins(tokens, first, end)
        if len(words) > LONG_SENTENCE_WORDS:
            long.append(item(tokens, first, end, words=len(words)))
        if len(words) > RUN_ON_WORDS and joins >= RUN_ON_JOINS:
            run_ons.append(item(tokens, first, end, words=len(words), joins=joins))
        if is_question(tokens, first, end):
            questions.append(item(tokens, first, end))
    return {"long_sentences": long, "run_ons": run_ons, "questions": questions}


def _joins(tokens: Sequence[Token], first: int, end: int) -> int:
    """How often the sentence goes on with "and we", "but it", "so they" or the like."""
    return sum(
        tokens[i].lower in COORDINATORS and tokens[i + 1].lower in SUBJECTS
        for i in range(first + 1, end - 1)
    )
