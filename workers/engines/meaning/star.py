"""Situation, task, action, result: which sentence of an answer does what.

Each sentence collects evidence for each label: cues in the words, first person and past tense,
its place in the answer, and how near it lies to example sentences in meaning. A first-order chain
over the labels (a task is followed by actions, not by the situation again) then gives each
sentence's probabilities by the forward-backward algorithm (Rabiner 1989). An answer that tells no
story is `none` throughout: an opinion that holds the word "because" has no result.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from workers.engines.meaning.lexicon import data, is_past, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors

LABELS = ("situation", "task", "action", "result", "none")
STORY = LABELS[:4]


def label_answer(lines: list[Line], vectors: Vectors) -> list[dict[str, Any]]:
    """One `{index, text, start, end, label, confidence}` a sentence of one answer, in order."""
    if tells_story(lines):
        chances = _chain([_evidence(line, n, len(lines), vectors) for n, line in enumerate(lines)])
        if not _hangs_together(chances):
            chances = [_NONE for _ in lines]
    else:
        chances = [_NONE for _ in lines]
    found = []
    for line, chance in zip(lines, chances, strict=True):
        label = max(LABELS, key=lambda name: chance[name])
        found.append(
            {
                "index": line.index,
                "text": line.text,
                "start": line.start,
                "end": line.end,
                "label": label,
                "confidence": round(chance[label], 3),
            }
        )
    return found


_NONE = dict.fromkeys(STORY, 0.05) | {"none": 0.8}


def completeness(sentences: list[dict[str, Any]]) -> float:
    """Share of the four elements that the answer holds, 0-1."""
    present = {sentence["label"] for sentence in sentences} & set(STORY)
    return len(present) / len(STORY)


def balance(sentences: list[dict[str, Any]]) -> float:
    """How near the elements' shares of the words lie to the advised ones, 0-1.

    One minus the total variation distance to 20 % situation, 10 % task, 50 % action and 20 %
    result (our choice, in line with what careers services advise: most of it is what you did).
    """
    counts = dict.fromkeys(STORY, 0)
    for sentence in sentences:
        if sentence["label"] in counts:
            counts[sentence["label"]] += len(sentence["text"].split())
    total = sum(counts.values())
    ideal = data("star-1")["ideal_share"]
    if not total:
        return 0.0
    return 1 - sum(abs(counts[name] / total - ideal[name]) for name in STORY) / 2


def expects_story(question: str) -> bool:
    """Whether a question asks for an experience (a behavioural question)."""
    return bool(_BEHAVIOURAL.search(question))


_BEHAVIOURAL = re.compile(
    r"\b((tell (me|us)|talk) about (a|an|the|one|your (last|biggest|proudest|worst|best))\b|"
    r"describe (a|an|one|the (last|most)|your (last|biggest)|how you \w+ed)\b|"
    r"give (me |us )?(an|one) example|have you ever|when (have|did) you|a time (when|that|you)|"
    r"what did you do)",
    re.IGNORECASE,
)


def tells_story(lines: list[Line]) -> bool:
    """Whether the answer narrates something that happened: past tense, and someone doing it."""
    past = sum(_is_narrated(line) for line in lines)
    did = sum(_did(line) for line in lines)
    if past < 2 or not did:
        return False
    return past / len(lines) >= 0.45 or (past >= 4 and did >= 2)


def _is_narrated(line: Line) -> bool:
    hypothetical = any(token in {"would", "i'd", "will", "i'll"} for token in line.tokens)
    return not hypothetical and any(is_past(token) for token in line.tokens)


def _did(line: Line) -> bool:
    """Whether I or we did something: a past form, not a state, soon after the pronoun."""
    stative, unclear = words("stative_past"), words("ambiguous_past")
    for place, token in enumerate(line.tokens):
        if token not in {"i", "we"}:
            continue
        for follower in line.tokens[place + 1 : place + 4]:
            if follower in {"i", "we", "to", "that"} or follower in stative:
                break
            if follower in unclear or is_past(follower):
                return True
    return False


@lru_cache
def _cues() -> dict[str, list[tuple[re.Pattern[str], float]]]:
    return {
        label: [(re.compile(pattern), weight) for pattern, weight in cues]
        for label, cues in data("star-1")["cues"].items()
    }


def _evidence(line: Line, place: int, count: int, vectors: Vectors) -> dict[str, float]:
    """Log-odds of each label for one sentence, from itself and its place alone."""
    settings = data("star-1")
    text = line.clean.lower().replace("’", "'")
    scores = {
        label: sum(weight for pattern, weight in cues if pattern.search(text))
        for label, cues in _cues().items()
    }
    narrated, did = _is_narrated(line), _did(line)
    if did:
        scores["action"] += settings["past_first_person_action"]
    elif narrated:
        scores["situation"] += settings["background"]
        scores["result"] += settings["background"]
        scores["action"] -= settings["background"]
    if narrated:
        scores["none"] -= 1.5
    elif scores["result"] < 1:
        scores["none"] += 1.2
    if len(line.tokens) < 3:
        scores["none"] += 1.0
    position = place / max(1, count - 1)
    for label, (first, last) in settings["position"].items():
        scores[label] += first + (last - first) * position
    near = vectors.nearness(line.clean, "star-1")
    mean = sum(near.values()) / len(near) if near else 0.0
    for label, value in near.items():
        scores[label] += settings["prototype_weight"] * (value - mean)
    return scores


def _chain(evidence: list[dict[str, float]]) -> list[dict[str, float]]:
    """Each sentence's label probabilities, given all the others (forward-backward, in logs)."""
    settings = data("star-1")
    start, step = settings["start"], settings["transitions"]
    forward = [{label: start[label] + evidence[0][label] for label in LABELS}]
    for scores in evidence[1:]:
        last = forward[-1]
        forward.append(
            {
                label: scores[label] + _log_sum([last[old] + step[old][label] for old in LABELS])
                for label in LABELS
            }
        )
    backward = [dict.fromkeys(LABELS, 0.0)]
    for scores in reversed(evidence[1:]):
        after = backward[0]
        backward.insert(
            0,
            {
                label: _log_sum([step[label][new] + scores[new] + after[new] for new in LABELS])
                for label in LABELS
            },
        )
    found = []
    for one, other in zip(forward, backward, strict=True):
        total = _log_sum([one[label] + other[label] for label in LABELS])
        found.append({label: math.exp(one[label] + other[label] - total) for label in LABELS})
    return found


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))


def _hangs_together(chances: list[dict[str, float]]) -> bool:
    """A story has an action, and at least one other element beside it."""
    labels = {max(LABELS, key=lambda name: chance[name]) for chance in chances}
    return "action" in labels and len(labels & set(STORY)) >= 2
