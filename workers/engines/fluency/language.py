"""Hedges, weak words, absolutes, long sentences, run-ons and questions, by patterns over lemmas.

spaCy's blank English pipeline with its lookup lemmas and Matcher: rules, no statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from workers.engines.fluency.lexicon import COORDINATORS, SUBJECTS
from workers.engines.fluency.pauses import starts_clause
from workers.engines.fluency.uptalk import is_question
from workers.engines.fluency.words import Token, item

LONG_SENTENCE_WORDS = 30
RUN_ON_WORDS, RUN_ON_JOINS = 35, 3

Pattern = list[dict[str, Any]]


def _lower(*alternatives: str) -> dict[str, Any]:
    return {"LOWER": {"IN": list(alternatives)}}


def _not(*words: str) -> dict[str, Any]:
    return {"LOWER": {"NOT_IN": list(words)}}


def _phrases(text: str) -> list[Pattern]:
    return [[{"LOWER": word} for word in phrase.split()] for phrase in text.split("|")]


_SOFTLY = {"LOWER": {"IN": ["just", "really", "kinda", "sorta", "do"]}, "OP": "?"}
HEDGES: list[Pattern] = [
    [_lower("i"), _SOFTLY, _lower("think", "thought"),
     _not("about", "of", "through", "it", "over")],
    [_lower("i"), _SOFTLY, _lower("guess", "suppose", "assume", "imagine", "presume")],
    [_lower("i"), _SOFTLY, _lower("believe"), _not("in")],
    [_lower("i"), _SOFTLY, _lower("feel"), _lower("like", "that", "as")],
    [_lower("i'm"), _lower("not"), {"LOWER": {"IN": ["really", "entirely", "totally"]}, "OP": "?"},
     _lower("sure", "certain")],
    [_lower("it", "that", "this"), _lower("seems", "seemed")],
    [_lower("seems", "appears", "tends", "tend", "appear", "seem"), _lower("to")],
    [_lower("might", "could"), {"LOWER": {"IN": ["just", "also", "maybe", "not"]}, "OP": "?"},
     _lower("be", "have", "work", "help", "make", "take", "need", "want", "say")],
    *_phrases(
        "maybe|perhaps|probably|possibly|presumably|hopefully|apparently|arguably|somewhat"
        "|more or less|in a way|to some extent|to some degree|a little bit|a bit|or something"
        "|or whatever|or anything|and stuff|as far as i know|if i remember correctly"
        "|i could be wrong|i may be wrong|if that makes sense|does that make sense|i'm no expert"
        "|not quite sure|i would say|i'd say|i don't know if|for what it's worth|or so"
    ),
]  # fmt: skip
WEAK: list[Pattern] = [
    [_lower("very", "really", "quite", "simply", "obviously", "clearly", "definitely", "totally")],
    [_lower("just")],
    [_lower("pretty"), _lower("much", "good", "well", "big", "bad", "hard", "sure", "clear", "cool",
     "close", "easy", "fast", "quickly", "simple", "small", "high", "low", "long", "often", "early",
     "late", "soon", "interesting", "confident", "strong", "certain", "happy", "excited", "nice")],
    [_lower("thing", "things", "stuff", "somehow", "nice", "good")],
    [_lower("lots"), _lower("of")],
    [_lower("a"), _lower("lot")],
    [_lower("try", "tried", "trying"), _lower("to")],
    [_lower("etcetera", "etc")],
]  # fmt: skip
NOT_WEAK: list[Pattern] = [
    *_phrases(
        "just in time|just as|only just|just now|just cause|not just|the very|good at|good morning"
        "|good afternoon|good evening|good for|for good|not quite|the thing is|one thing"
        "|first thing|the good news|a good deal|goods|common good|the same thing"
    ),
    [_lower("have", "has", "had", "i've", "we've", "they've", "i'd", "we'd", "he's", "she's"),
     _lower("just")],
]  # fmt: skip
ABSOLUTES: list[Pattern] = [
    [_lower("always", "never", "everyone", "everybody", "nobody", "everything", "nothing",
            "completely", "absolutely", "entirely", "impossible", "guaranteed", "undoubtedly",
            "definitely", "totally", "perfectly", "forever", "everywhere")],
    *_phrases(
        "no one|all the time|every single|without exception|without a doubt|hundred percent"
        "|100 percent|100%|no way|of all time|the only way|the best ever|the worst ever"
    ),
]  # fmt: skip
NOT_ABSOLUTES: list[Pattern] = [
    [_lower("not", "almost", "nearly", "hardly", "practically", "virtually", "if", "wasn't",
            "isn't", "don't", "doesn't", "didn't"),
     _lower("always", "never", "everyone", "everybody", "everything", "completely", "absolutely",
            "entirely", "impossible", "guaranteed", "totally", "perfectly", "nobody", "nothing")],
    *_phrases("never mind|nothing but|everything else|above everything|thank you everyone"
              "|hello everyone|hi everyone|everyone else|good morning everyone"),
]  # fmt: skip


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
    groups = {"hedge": HEDGES, "weak": WEAK, "absolute": ABSOLUTES}
    for name, patterns in {**groups, "not weak": NOT_WEAK, "not absolute": NOT_ABSOLUTES}.items():
        matcher.add(name, patterns, greedy="LONGEST")
    return matcher


def read(tokens: Sequence[Token]) -> Any:
    """The words as a spaCy Doc with lemmas: token i of it is tokens[i]."""
    from spacy.tokens import Doc

    nlp = _pipeline()
    return nlp.get_pipe("lemmatizer")(Doc(nlp.vocab, words=[token.lower for token in tokens]))


def lemmas(doc: Any) -> list[str]:
    return [token.lemma_.lower() for token in doc]


def marked(
    tokens: Sequence[Token], doc: Any, taken: Sequence[tuple[int, int]]
) -> dict[str, list[dict[str, Any]]]:
    """Items of `hedges`, `weak_words` and `absolutes`; what is in `taken` (fillers) counts there.

    A word is weak or absolute, not both: absolutes come first.
    """
    names = doc.vocab.strings
    found: dict[str, list[tuple[int, int]]] = {}
    for key, first, end in sorted(_matcher()(doc), key=lambda match: (match[1], -match[2])):
        if not any(tokens[i].edge in {"stop", "question"} for i in range(first, end - 1)):
            found.setdefault(names[key], []).append((first, end))
    groups = {"hedges": "hedge", "absolutes": "absolute", "weak_words": "weak"}
    used = {i for first, end in taken for i in range(first, end)}
    result: dict[str, list[dict[str, Any]]] = {}
    for section, name in groups.items():
        exempt = {i for first, end in found.get(f"not {name}", []) for i in range(first, end)}
        result[section] = []
        for first, end in found.get(name, []):
            places = set(range(first, end))
            if places.isdisjoint(used) and places.isdisjoint(exempt):
                end_said = _without_lookahead(tokens, name, first, end)
                result[section].append(item(tokens, first, end_said))
                used |= places
    return result


def _without_lookahead(tokens: Sequence[Token], name: str, first: int, end: int) -> int:
    """ "I think we": the pattern looks at the next word, the hedge is "I think"."""
    looked = name == "hedge" and tokens[first].lower == "i" and end - first > 2
    return end - 1 if looked and tokens[end - 2].lower in {"think", "thought", "believe"} else end


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
        joins = sum(
            tokens[i].lower in COORDINATORS and i > first and starts_clause(tokens, i)
            for i in words
            if i + 1 < end and tokens[i + 1].lower in SUBJECTS
        )
        if len(words) > LONG_SENTENCE_WORDS:
            long.append(item(tokens, first, end, words=len(words)))
        if len(words) > RUN_ON_WORDS and joins >= RUN_ON_JOINS:
            run_ons.append(item(tokens, first, end, words=len(words), joins=joins))
        if is_question(tokens, first, end):
            questions.append(item(tokens, first, end))
    return {"long_sentences": long, "run_ons": run_ons, "questions": questions}
