"""Speech whose words, times and pauses are known.

`say("Good morning.", 0.8, "um", "let us begin.")` speaks each string and leaves each number as
that many seconds of silence. The synthesiser says where each phone ends, so word times are the
truth and not an estimate. Treat the samples as read-only.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
from rapidfuzz.distance import Levenshtein

from workers.engines.types import SAMPLE_RATE
from workers.training.speech.changes import Change, changed, held
from workers.training.speech.voices import PAUSE, Phone, Samples, pronounced, resampled, speak

RATE = SAMPLE_RATE
LEAST_PAUSE_S = 0.25
Span = tuple[float, float]


@dataclass(frozen=True)
class SpokenWord:
    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Filler:
    """A filled pause as a piece of speech: "um" or "uh" of a length, held at one pitch."""

    text: str
    seconds: float
    semitones: float = 0.0
    """From the voice's own median pitch."""


Piece = str | float | Filler


@dataclass(frozen=True)
class Spoken:
    """`samples` is mono float32 in -1..1 at 16 kHz; times are seconds from its first sample."""

    samples: Samples
    words: tuple[SpokenWord, ...]

    @property
    def pauses(self) -> tuple[Span, ...]:
        """Silences between words: (start, end), each at least 0.25 s."""
        gaps = ((a.end, b.start) for a, b in itertools.pairwise(self.words))
        return tuple((start, end) for start, end in gaps if end - start >= LEAST_PAUSE_S)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def duration(self) -> float:
        return len(self.samples) / RATE

    def changed(self, change: Change) -> Spoken:
        """The same said by another-sounding voice, faster or slower."""
        samples = changed(self.samples, change)
        factor = len(samples) / len(self.samples)
        words = (replace(w, start=w.start * factor, end=w.end * factor) for w in self.words)
        return Spoken(samples, tuple(words))

    def heard_as(self, samples: Samples) -> Spoken:
        """The same words in another sound (noise, a room) of the same length."""
        return replace(self, samples=samples)

    def write(self, path: Path, rate: int = RATE) -> Path:
        soundfile.write(path, resampled(self.samples, RATE, rate), rate)
        return path


def say(*pieces: Piece, voice: str = "slt", lead: float = 0.3, tail: float = 0.3) -> Spoken:
    """Speak the pieces, be silent for the numbers (seconds), with `lead` and `tail` silence."""
    parts: list[Samples] = [_silence(lead)]
    words: list[SpokenWord] = []
    at = lead
    for piece in pieces:
        samples, found = _said(piece, voice)
        words += [replace(word, start=at + word.start, end=at + word.end) for word in found]
        parts.append(samples)
        at += len(samples) / RATE
    parts.append(_silence(tail))
    return Spoken(np.concatenate(parts), tuple(words))


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def _said(piece: Piece, voice: str) -> tuple[Samples, Sequence[SpokenWord]]:
    if isinstance(piece, Filler):
        plain, _ = _phrase(piece.text, voice)
        samples = held(plain, piece.seconds, _pitch_hz(voice) * 2 ** (piece.semitones / 12))
        return samples, (SpokenWord(piece.text, 0.0, len(samples) / RATE),)
    if isinstance(piece, str):
        return _phrase(piece, voice)
    return _silence(piece), ()


@lru_cache(maxsize=16)
def _pitch_hz(voice: str) -> float:
    from workers.training.speech.changes import median_hz

    return median_hz(_phrase("When are we going to see the new number?", voice)[0])


@lru_cache(maxsize=256)
def _phrase(text: str, voice: str) -> tuple[Samples, tuple[SpokenWord, ...]]:
    """One phrase without its outer silence, and its words by the phones' ends."""
    samples, phones = speak(text, voice)
    voiced = [phone for phone in phones if phone.name != PAUSE]
    first, last = voiced[0].start, voiced[-1].end
    cut = samples[round(first * RATE) : round(last * RATE)]
    words = [replace(w, start=w.start - first, end=w.end - first) for w in _words(text, voiced)]
    return cut, tuple(words)


def _words(text: str, phones: Sequence[Phone]) -> list[SpokenWord]:
    """The tokens of `text` laid over its phones.

    A token in a sentence may sound other than by itself ("the", "read", numbers), so the phones
    are matched with those of the tokens said one by one.
    """
    tokens = [token for token in text.split() if any(char.isalnum() for char in token)]
    alone = [(name, n) for n, token in enumerate(tokens) for name in pronounced(token)]
    owner: list[int] = [-1] * len(phones)
    for code in Levenshtein.opcodes([name for name, _ in alone], [p.name for p in phones]):
        for place in range(code.dest_start, code.dest_end):
            into = code.src_start + (place - code.dest_start)
            owner[place] = alone[min(into, max(code.src_start, code.src_end - 1), len(alone) - 1)][
                1
            ]
    words = []
    for n, token in enumerate(tokens):
        own = [phone for phone, belongs in zip(phones, owner, strict=True) if belongs == n]
        if not own:
            raise ValueError(f"{token!r} cannot be found in the speech of {text!r}")
        words.append(SpokenWord(token.strip('.,!?;:"()'), own[0].start, own[-1].end))
    return words
