"""Voices from Debian's speech synthesisers, which say where each phone of theirs ends.

flite: slt (female), rms, awb (Scottish), kal16; festival: ked (male), slt-hts (slt's speaker by
another synthesis). Phones are ARPAbet in lower case, `pau` is silence.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from workers.engines.types import SAMPLE_RATE
from workers.training.evaluation.types import Unavailable

Samples = NDArray[np.float32]
PAUSE = "pau"


@dataclass(frozen=True)
class Phone:
    name: str
    start: float
    end: float


def speak(text: str, voice: str) -> tuple[Samples, list[Phone]]:
    """Mono float32 at 16 kHz and its phones. Raises Unavailable where the machine lacks a voice."""
    if voice not in VOICES:
        raise ValueError(f"no voice is called {voice}")
    if not _is_there(voice):
        raise Unavailable(f"the voice {voice} is missing (Debian package {VOICES[voice].package})")
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "speech.wav"
        phones = VOICES[voice].say(text, wave)
        samples, rate = soundfile.read(wave, dtype="float32")
    return resampled(samples, rate, SAMPLE_RATE), phones


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    if rate == wanted:
        return samples
    from scipy.signal import resample_poly

    return resample_poly(samples, wanted, rate).astype(np.float32)


@cache
def pronounced(token: str) -> tuple[str, ...]:
    """The phones of one token said by itself, by flite's smallest voice."""
    return tuple(phone.name for phone in _by_flite("kal16", token, None) if phone.name != PAUSE)


def vowels(token: str) -> int:
    """Syllables of a token as the synthesiser says it."""
    return sum(phone[0] in "aeiou" for phone in pronounced(token))


def installed(voices: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `voices` that this machine has; raises Unavailable for none."""
    found = tuple(voice for voice in voices if _is_there(voice))
    if not found:
        packages = sorted({VOICES[voice].package for voice in voices})
        raise Unavailable(
            f"none of its voices is installed (Debian packages {', '.join(packages)})"
        )
    return found


def _by_flite(name: str, text: str, wave: Path | None) -> list[Phone]:
    done = subprocess.run(
        ["flite", "-voice", name, "-psdur", "-t", text, "-o", str(wave) if wave else "none"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ends = (item.rsplit(":", 1) for item in done.stdout.split())
    return _phones([(name, float(end)) for name, end in ends])


def _by_festival(name: str, text: str, wave: Path | None) -> list[Phone]:
    segments = f"{wave}.seg"
    quoted = text.replace("\\", " ").replace('"', " ")
    script = (
        f'(voice_{name}) (set! u (Utterance Text "{quoted}")) (utt.synth u)'
        f'(utt.save.wave u "{wave}") (utt.save.segs u "{segments}")'
    )
    command = ["festival", "--pipe"]
    subprocess.run(command, input=script, capture_output=True, text=True, check=True)
    rows = Path(segments).read_text(encoding="utf-8").splitlines()
    fields = [row.split() for row in rows[rows.index("#") + 1 :]]
    return _phones([(name, float(end)) for end, _, name in fields])


def _phones(ends: list[tuple[str, float]]) -> list[Phone]:
    starts = [0.0, *(end for _, end in ends)]
    return [Phone(name, start, end) for (name, end), start in zip(ends, starts, strict=False)]


@dataclass(frozen=True)
class _Voice:
    by: Callable[[str, str, Path | None], list[Phone]]
    name: str
    needs: str
    """A program, or a folder."""
    package: str
    """The Debian package it comes in."""

    def say(self, text: str, wave: Path) -> list[Phone]:
        return self.by(self.name, text, wave)


_FESTIVAL = "/usr/share/festival/voices"
VOICES = {
    **{name: _Voice(_by_flite, name, "flite", "flite") for name in ("slt", "rms", "awb", "kal16")},
    "ked": _Voice(
        _by_festival, "ked_diphone", f"{_FESTIVAL}/english/ked_diphone", "festvox-kdlpc16k",
    ),
    "slt-hts": _Voice(
        _by_festival, "cmu_us_slt_arctic_hts",
        f"{_FESTIVAL}/us/cmu_us_slt_arctic_hts", "festvox-us-slt-hts",
    ),
}  # fmt: skip
DEV_VOICES, HELDOUT_VOICES = ("slt", "rms", "slt-hts"), ("awb", "kal16", "ked")
"""Never one of the other's: rules are built on the first, quoted figures come from the second."""


def _is_there(voice: str) -> bool:
    needed = VOICES[voice].needs
    return Path(needed).is_dir() if needed.startswith("/") else shutil.which(needed) is not None
