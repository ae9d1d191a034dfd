"""The learner's sentences, each with its part: what every reading of the content starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.engines.meaning.lexicon import tokens, without_fillers
from workers.engines.types import Part, StageSettings, Word


@dataclass(frozen=True)
class Line:
    """A sentence of the learner. `index` is its place in `transcript.sentences`."""

    index: int
    text: str
    start: float | None
    end: float | None
    part: str
    tokens: tuple[str, ...] = field(repr=False)
    clean: str = field(repr=False)
    """Without filled pauses."""


def learner_lines(transcript: dict[str, Any], settings: StageSettings) -> list[Line]:
    """The sentences that the learner spoke; of one that speakers share, only the learner's words.

    A sentence belongs to the part its middle lies in; without times all belong to the first part.
    """
    speaker = settings["speaker"] or _learner(transcript)
    words = transcript.get("words") or []
    found = []
    for index, sentence in enumerate(transcript.get("sentences") or []):
        text = str(sentence.get("text") or "").strip()
        if speaker is not None and words:
            own = words[sentence["first_word"] : sentence["last_word"] + 1]
            said = [word for word in own if word.get("speaker") in (speaker, None)]
            if not said:
                continue
            if len(said) < len(own):
                text = " ".join(word["text"] for word in said)
        clean = without_fillers(text)
        if not tokens(clean):
            continue
        start, end = sentence.get("start"), sentence.get("end")
        part = _part_at(settings["parts"], start, end)
        found.append(Line(index, text, start, end, part, tuple(tokens(clean)), clean))
    return found


def said_in_parts(transcript: dict[str, Any], settings: StageSettings) -> dict[str, dict[str, Any]]:
    """{words, start, end} of what the learner said in each of several parts, word by word: who goes
    on to the next question in mid-sentence has said its beginning in one answer and its end in the
    other. A word belongs where its middle lies; without times nothing is told apart."""
    parts = settings["parts"]
    if len(parts) < 2:
        return {}
    speaker = settings["speaker"] or _learner(transcript)
    said: dict[str, list[Word]] = {}
    for word in transcript.get("words") or []:
        if speaker is None or word.get("speaker") in (speaker, None):
            said.setdefault(_part_at(parts, word["start"], word["end"]), []).append(word)
    return {
        part: {
            "words": len(tokens(without_fillers(" ".join(word["text"] for word in words)))),
            "start": words[0]["start"],
            "end": words[-1]["end"],
        }
        for part, words in said.items()
        if words[0]["start"] is not None
    }


def _learner(transcript: dict[str, Any]) -> str | None:
    speakers = transcript.get("speakers") or []
    if len(speakers) < 2:
        return None
    return next((str(one["id"]) for one in speakers if one.get("is_learner")), None)


def _part_at(parts: list[Part], start: float | None, end: float | None) -> str:
    if not parts:
        return ""
    if len(parts) > 1 and start is not None:
        middle = (start + (end if end is not None else start)) / 2
        for part in parts:
            since, until = part["start"] or 0.0, part["end"]
            if since <= middle and (until is None or middle < until):
                return part["id"]
        return ""
    return parts[0]["id"]


def lines_of(sentences: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Sentences by themselves (`text`, `start`, `end`), those without a word left out."""
    found = []
    for place, one in enumerate(sentences):
        clean = without_fillers(one["text"])
        if tokens(clean):
            found.append(Line(place, one["text"], one["start"], one["end"], "",
                              tuple(tokens(clean)), clean))  # fmt: skip
    return found


def distinct(lines: list[Line]) -> list[Line]:
    """Each sentence once: nothing said twice makes an answer more of a story."""
    found: dict[str, Line] = {}
    for line in lines:
        found.setdefault(line.clean, line)
    return list(found.values())


def word_count(lines: list[Line]) -> int:
    """Words as spoken, without filled pauses."""
    return sum(len(line.tokens) for line in lines)
