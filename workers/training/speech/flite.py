"""Speech whose words, times and pauses are known, made by flite.

`say("Good morning.", 0.8, "um", "let us begin.")` speaks each string and leaves each number as
that many seconds of silence. flite says where each phone ends, so word times are the truth and
not an estimate. Everything is cached for the test session; treat the samples as read-only.
"""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 16_000
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class SpokenWord:
    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Spoken:
    """`samples` is mono float32 in -1..1 at 16 kHz; times are seconds from its first sample."""

    samples: Samples
    words: tuple[SpokenWord, ...]
    pauses: tuple[tuple[float, float], ...]
    """Silences between words: (start, end), each at least 0.25 s."""

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def duration(self) -> float:
        return len(self.samples) / RATE

    def write(self, path: Path, rate: int = RATE) -> Path:
        soundfile.write(path, resampled(self.samples, rate), rate)
        return path


def say(*pieces: str | float, voice: str = "slt", lead: float = 0.3, tail: float = 0.3) -> Spoken:
    """Speak the strings, be silent for the numbers (seconds), with `lead` and `tail` silence."""
    parts: list[Samples] = [_silence(lead)]
    words: list[SpokenWord] = []
    at = lead
    for piece in pieces:
        if isinstance(piece, str):
            samples, found = _phrase(piece, voice)
            words += [SpokenWord(w.text, at + w.start, at + w.end) for w in found]
        else:
            samples = _silence(piece)
        parts.append(samples)
        at += len(samples) / RATE
    parts.append(_silence(tail))
    gaps = ((a.end, b.start) for a, b in itertools.pairwise(words))
    return Spoken(
        np.concatenate(parts),
        tuple(words),
        tuple((start, end) for start, end in gaps if end - start >= 0.25),
    )


def resampled(samples: Samples, rate: int) -> Samples:
    if rate == RATE:
        return samples
    from scipy.signal import resample_poly

    return resample_poly(samples, rate, RATE).astype(np.float32)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


@cache
def _phrase(text: str, voice: str) -> tuple[Samples, tuple[SpokenWord, ...]]:
    """One phrase without its outer silence, and its words by the phones' ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phrase.wav"
        phones = _phones(_flite(text, voice, "-psdur", str(path)))
        samples, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise ValueError(f"voice {voice} speaks at {rate} Hz, not {RATE}")
    spoken = [phone for phone in phones if phone[0] != "pau"]
    first, last = spoken[0][1], spoken[-1][2]
    tokens = text.split()
    counts = [_phone_count(token, voice) for token in tokens]
    if sum(counts) != len(spoken):
        raise ValueError(f"flite joins words in {text!r}; choose other words")
    words = []
    for token, count in zip(tokens, counts, strict=True):
        own, spoken = spoken[:count], spoken[count:]
        clean = token.strip('.,!?;:"()')
        words.append(SpokenWord(clean, own[0][1] - first, own[-1][2] - first))
    cut = samples[round(first * RATE) : round(last * RATE)]
    return cut, tuple(words)


@cache
def _phone_count(token: str, voice: str) -> int:
    return sum(1 for name, _, _ in _phones(_flite(token, voice, "-psdur", "none")) if name != "pau")


def _phones(line: str) -> list[tuple[str, float, float]]:
    """`pau:0.224 w:0.260` as (phone, start, end)."""
    found = []
    start = 0.0
    for item in line.split():
        name, end = item.rsplit(":", 1)
        found.append((name, start, float(end)))
        start = float(end)
    return found


def _flite(text: str, voice: str, *options: str) -> str:
    *flags, out = options
    done = subprocess.run(
        ["flite", "-voice", voice, *flags, "-t", text, "-o", out],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
