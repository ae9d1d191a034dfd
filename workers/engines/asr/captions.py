"""The captions a learner saw while recording: read in place of a recogniser's words, and compared.

Which recogniser wrote them decides. Those of the browser's own are mostly far better than
PocketSphinx, and are read where Whisper is not there. Those of our own worker are made by the same
engines as the final words, with less time: they are compared with these and never read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from workers.engines.asr import given as given_text
from workers.engines.asr import whisper
from workers.engines.asr.spoken import spoken_token
from workers.engines.fluency.words import is_filled_pause
from workers.engines.timeline import inside, merge
from workers.engines.trim import trim_of, words_inside
from workers.engines.types import SourceTranscript, Span, StageSettings, Word

ENGINE = {"browser": "the browser’s captions", "browser-device": "the device’s captions"}
AUTO = frozenset({"", "auto"})
COVERS = 0.8
"""Share of the speech that captions must lie over to be read in place of a recogniser's words:
who switched them on late said more than they hold."""
LATE_S = 1.5
"""A browser tells no times: its lines are as late as they came."""
STEP_S = 0.1
LEAST_WORDS = 5
"""Fewer tell nothing about how well the captions did."""


def instead(settings: StageSettings, speech: list[Span]) -> SourceTranscript | None:
    """The captions as a text to lay over the sound, where nothing here would do better."""
    captions = settings.get("captions")
    if captions is None or captions["origin"] not in ENGINE:
        return None
    engines = settings["engines"]
    if (engines.get("transcriber") or "auto") != "auto" or whisper.installed(engines):
        return None
    if _covered(_words(settings), speech) < COVERS:
        return None
    return SourceTranscript(kind="captions", format="json", text=captions["text"])


def compared(settings: StageSettings, words: list[Word], source: str) -> dict[str, Any] | None:
    """{origin, used, agreement, words, covered}; None where there were no captions.

    `agreement`: share of the final words, filled pauses apart, that the captions have in the same
    order, of those said while captions were on; `words` so many they are, `covered` their share of
    all. The three are missing where the captions are the words, and under `LEAST_WORDS`.
    """
    captions = settings.get("captions")
    if captions is None:
        return None
    found: dict[str, Any] = {"origin": captions["origin"], "used": source == "captions"}
    shown = words_inside(_words(settings), trim_of(settings))
    if found["used"] or not shown:
        return found
    final = _plain(words)
    since, until = (shown[0]["start"] or 0.0) - LATE_S, (shown[-1]["end"] or 0.0) + LATE_S
    meant = [said for said, at in final if at is None or since <= at <= until]
    if len(meant) < LEAST_WORDS:
        return found
    ops = Levenshtein.opcodes([said for said, _ in _plain(shown)], meant)
    same = sum(op.dest_end - op.dest_start for op in ops if op.tag == "equal")
    return found | {
        "agreement": round(same / len(meant), 3),
        "words": len(meant),
        "covered": round(len(meant) / len(final), 3),
    }


def heard_as(source: SourceTranscript, settings: StageSettings) -> StageSettings:
    """The settings in whose language `source` was written: captions are of the one that their
    recogniser listened for, where the learner named none."""
    captions = settings.get("captions")
    if source["kind"] != "captions" or captions is None or settings["language"] not in AUTO:
        return settings
    return {**settings, "language": captions["language"]}


def credited(source: SourceTranscript, settings: StageSettings, aligner: str) -> str:
    """Who wrote the words of `source` and who found their times."""
    captions = settings.get("captions")
    if source["kind"] != "captions" or captions is None:
        return aligner
    return f"{ENGINE[captions['origin']]}, {aligner}"


def _words(settings: StageSettings) -> list[Word]:
    """Of the captions, each with the share of its line's time that it was given."""
    captions = settings.get("captions")
    if captions is None:
        return []
    text = given_text.read(SourceTranscript(kind="captions", format="json", text=captions["text"]))
    return [
        Word(text=word.text, start=word.start, end=word.end, confidence=None, speaker=None)
        for word in text.words
    ]


def _plain(words: list[Word]) -> list[tuple[str, float | None]]:
    """As they are said, without filled pauses: (word, when)."""
    return [
        (said, word["start"])
        for word in words
        for said in spoken_token(word["text"])
        if not is_filled_pause(said)
    ]


def _covered(words: list[Word], speech: list[Span]) -> float:
    """Share of `speech` over which captions lie, each as late as it may have come."""
    if not words or not speech:
        return 0.0
    lies = merge(
        Span(start=(word["start"] or 0.0) - LATE_S, end=word["end"] or 0.0) for word in words
    )
    times = np.arange(0.0, speech[-1]["end"], STEP_S)
    spoken = inside(times, merge(speech))
    return float((inside(times, lies) & spoken).sum() / max(1, spoken.sum()))
