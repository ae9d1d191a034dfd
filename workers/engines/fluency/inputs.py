"""What fluency reads: the learner's words, and what is in the sound."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workers.engines.asr.language import is_english
from workers.engines.envelope import Envelope, read_envelope, silence_threshold_db, silences
from workers.engines.fluency import disfluency, nuclei
from workers.engines.fluency import words as wording
from workers.engines.fluency.rates import TURN_GAP_S
from workers.engines.fluency.tracks import LevelTrack, VoiceTrack
from workers.engines.timeline import merge
from workers.engines.trim import trim_of
from workers.engines.types import GIVEN, Span, StageJob, Word, why_unsure


@dataclass(frozen=True)
class Sound:
    path: str
    envelope: Envelope
    speech: list[Span]
    threshold_db: float
    silences: list[Span]
    voice: VoiceTrack | None
    level: LevelTrack | None
    trim: Span | None = None

    def syllables(self, spans: list[Span] | None = None) -> int:
        """Syllables counted in the sound, during `spans` or during all speech."""
        if self.voice is None:
            return 0
        return nuclei.count(self.path, self.voice, self.speech if spans is None else spans)


@dataclass(frozen=True)
class Text:
    """`sure`: its exact words may be measured; `doubt` says why not. `given`: a person wrote
    them. `others`: other speakers'. `models_dir`: where MiniLM is, if it is."""

    tokens: list[wording.Token]
    sentences: list[tuple[int, int]]
    others: list[Span]
    sure: bool
    punctuated: bool
    doubt: str | None = None
    given: bool = False
    models_dir: str = ""

    @cached_property
    def timed(self) -> list[wording.Token]:
        return [t for t in self.tokens if t.start is not None and t.end is not None]

    @cached_property
    def spoken(self) -> list[wording.Token]:
        """Words with times, without filled pauses."""
        return [token for token in self.timed if not token.filled_pause]

    @cached_property
    def repetitions(self) -> list[dict[str, Any]]:
        return disfluency.repetitions(self.tokens, self.sentences)

    @cached_property
    def repairs(self) -> list[dict[str, Any]]:
        return disfluency.repairs(self.tokens, self.sentences)

    def gaps(self) -> list[Span]:
        """Between the learner's surely timed neighbours, where nobody else speaks."""
        timed = self.timed
        return [
            Span(start=a.end or 0.0, end=b.start or 0.0)
            for a, b in itertools.pairwise(timed)
            if a.sure_times
            and b.sure_times
            and (b.start or 0.0) > (a.end or 0.0)
            and not any(
                other["start"] < (b.start or 0.0) and other["end"] > (a.end or 0.0)
                for other in self.others
            )
        ]


def read_sound(job: StageJob) -> Sound | None:
    """The sound of the run; None for text-only analysis."""
    path = job["artifacts"].get("audio")
    if path is None:
        return None
    speech = merge(job["upstream"].get("audio", {}).get("speech", []))
    envelope = read_envelope(path)
    threshold = silence_threshold_db(envelope, speech)
    pitch, loudness = job["artifacts"].get("pitch"), job["artifacts"].get("loudness")
    return Sound(
        path, envelope, speech, threshold, silences(envelope, threshold),
        VoiceTrack.load(pitch) if pitch else None,
        LevelTrack.load(loudness) if loudness else None,
        trim_of(job["settings"]),
    )  # fmt: skip


def read_text(job: StageJob) -> Text:
    """The learner's words and sentences."""
    transcript = job["upstream"].get("transcribe") or {}
    words: list[Word] = transcript.get("words") or []
    is_learner = _learner(transcript.get("speakers") or [], job["settings"].get("speaker"))
    tokens = wording.tokens_of(words, is_learner)
    others = merge(
        Span(start=word["start"], end=word["end"])
        for word in words
        if not is_learner(word) and word["start"] is not None and word["end"] is not None
    )
    punctuated = wording.is_punctuated(tokens)
    doubt = why_unsure(transcript) or _foreign(transcript.get("language"))
    return Text(
        tokens=tokens,
        sentences=wording.sentences_of(tokens, transcript.get("sentences") or []),
        others=others,
        sure=bool(tokens) and doubt is None,
        punctuated=punctuated,
        doubt=doubt,
        given=transcript.get("source", "machine") in GIVEN,
        models_dir=str(job["settings"]["engines"].get("models_dir", "")),
    )


def _foreign(language: str | None) -> str | None:
    """The rules for words know English only; what is in the sound they leave alone."""
    return None if is_english(language or "en") else "language_unsupported"


def _learner(speakers: list[dict[str, Any]], chosen: str | None) -> Callable[[Word], bool]:
    """Which words are the learner's: of the speaker they chose, else of the one marked, else all.

    A word that nobody was named for is the learner's.
    """
    marked = {speaker["id"] for speaker in speakers if speaker.get("is_learner")}
    mine = {chosen} if chosen else marked
    if not mine or (not chosen and len(speakers) < 2):
        return lambda word: True
    return lambda word: word["speaker"] is None or word["speaker"] in mine


def voiced_turns(sound: Sound) -> list[Span]:
    """Speaking spans by voice activity alone."""
    return merge(sound.speech, TURN_GAP_S)
