"""The transcript section, the same whichever way the words came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workers.engines.asr.given import Given
from workers.engines.asr.language import is_english, of_text
from workers.engines.asr.sentences import sentences
from workers.engines.asr.sphinx import has_word
from workers.engines.types import (
    SourceTranscript,
    Span,
    StageOutput,
    StageSettings,
    TranscriptSection,
    Withheld,
    Word,
)

SPEAKER = "S1"
"""Whoever speaks, where nobody told voices apart."""
ENGLISH_SHARE = 0.6
NO_SPEECH = "There is no speech in this recording."
UNCHECKED = "Whether a text belongs to a recording can be heard in English only so far."
Timing = Literal["aligned", "recognised", "caption", "none"]
Source = Literal["machine", "attached", "captions", "edited", "text"]


@dataclass
class Found:
    """What an engine made of the sound."""

    words: list[Word]
    engine: str
    model: str
    language: str | None
    """None where the words must tell it; a recogniser's words tell nothing but what it knows."""
    reliability: float | None
    timing: Timing
    source: Source
    warnings: list[dict[str, Any]]
    machine: str = ""
    """The GPU it was made on; empty on a CPU."""
    speakers_unknown: str = ""
    """Why the model that should tell them apart could not."""


def output(found: Found, settings: StageSettings, speech: list[Span]) -> StageOutput:
    """The stage's output from the words; nothing recognised counts as no speech."""
    if not found.words:
        return wordless("no_speech", NO_SPEECH)
    for word in found.words:
        word["speaker"] = word["speaker"] or (None if found.speakers_unknown else SPEAKER)
    language = found.language
    if language is None and found.source != "machine":
        language = language_of([word["text"] for word in found.words], settings)
    withheld = []
    if language is None:
        withheld.append(_withheld("language", "language_unknown", "The language is not known."))
    if found.reliability is None:
        withheld.append(_withheld("reliability", "language_unsupported", UNCHECKED))
    if found.speakers_unknown:
        withheld.append(_withheld("speakers", "speakers_unknown", found.speakers_unknown))
    section = TranscriptSection(
        engine=found.engine,
        model=found.model,
        language=language,
        text=" ".join(word["text"] for word in found.words),
        reliability=found.reliability,
        timing=found.timing,
        words=found.words,
        sentences=sentences(found.words),
        speakers=[] if found.speakers_unknown else _speakers(found.words, settings["speaker"]),
        speech_spans=speech,
        source=found.source,
    )
    return StageOutput(
        section={**section, "warnings": found.warnings},
        withheld=withheld,
        artifacts=[],
        engine=found.engine,
        model=found.model,
        machine=found.machine,
        passing=bool(found.speakers_unknown),
    )


def text_only(given: Given, source: SourceTranscript, settings: StageSettings) -> StageOutput:
    """A text without a recording: words without times, trusted as the learner's own."""
    words = [
        Word(text=word.text, start=None, end=None, confidence=None, speaker=word.speaker)
        for word in given.words
    ]
    found = Found(
        words=words,
        engine="text",
        model="",
        language=None,
        reliability=1.0,
        timing="none",
        source="text" if source["kind"] == "attached" else source["kind"],
        warnings=[],
    )
    return output(found, settings, [])


def wordless(
    code: str, message: str, *, language: str | None = None, speech: Sequence[Span] = ()
) -> StageOutput:
    """A result without any word, which says why."""
    section = TranscriptSection(
        engine="",
        model="",
        language=language,
        text=None,
        reliability=None,
        timing="none",
        words=[],
        sentences=[],
        speakers=[],
        speech_spans=list(speech),
        source="machine",
    )
    missing = ["text", "reliability"] if language else ["text", "language", "reliability"]
    return StageOutput(
        section={**section, "warnings": []},
        withheld=[_withheld(leaf, code, message) for leaf in missing],
        artifacts=[],
        engine="silero-vad",
        model="",
    )


def language_of(words: Sequence[str], settings: StageSettings) -> str | None:
    """The one that was set, unless the words plainly say otherwise; without either English where
    most words are in its dictionary."""
    declared = settings["language"] if settings["language"] not in {"", "auto"} else None
    seen = of_text(words)
    if seen is not None and (declared is None or is_english(seen) != is_english(declared)):
        return seen
    if declared is not None:
        return declared
    plain = [word.strip(".,;:!?\"'()“”").lower() for word in words]
    known = sum(1 for word in plain if has_word(word))
    return "en" if known >= ENGLISH_SHARE * len(plain) else None


def _speakers(words: list[Word], learner: str | None) -> list[dict[str, Any]]:
    """[{id, label, is_learner, speech_s}]; until one is named, who speaks most is the learner.

    Words without times are counted instead: whose text it is, its length tells as well.
    """
    spoken: dict[str, float] = {}
    counted: dict[str, int] = {}
    for word in words:
        speaker = word["speaker"] or SPEAKER
        length = (word["end"] or 0.0) - (word["start"] or 0.0)
        spoken[speaker] = spoken.get(speaker, 0.0) + length
        counted[speaker] = counted.get(speaker, 0) + 1
    most = max(spoken, key=lambda speaker: (spoken[speaker], counted[speaker]), default=None)
    return [
        {
            "id": speaker,
            "label": f"Speaker {n}" if speaker == f"S{n}" else speaker,
            "is_learner": speaker == (learner or most),
            "speech_s": round(seconds, 3),
        }
        for n, (speaker, seconds) in enumerate(spoken.items(), start=1)
    ]


def _withheld(leaf: str, code: str, message: str) -> Withheld:
    return Withheld(path=f"/transcript/{leaf}", code=code, message=message)
