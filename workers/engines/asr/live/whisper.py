"""Whisper, which hears a whole utterance anew each time.

What two hearings in a row agree on is shown as it is and does not change any more; the rest is
what the newest one makes of it. How often it hears follows from how long one hearing takes.
"""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import Any

import numpy as np

from workers.engines.asr.live.ear import BYTES_PER_S
from workers.engines.asr.whisper import PROMPT, Weights

EVERY_S = 0.8
"""The least new sound before it hears again."""
PAUSE = 1.5
"""New sound before the next hearing, in times of what the last one took."""
SLOW_S = 1.5
"""A hearing that takes longer leaves captions that come too late to be read along."""


class Whisper:
    def __init__(self, weights: Weights, language: str) -> None:
        from faster_whisper import WhisperModel

        kind = "float16" if weights.device == "cuda" else "int8"
        self._whisper: Any = WhisperModel(
            str(weights.folder), device=weights.device, compute_type=kind, local_files_only=True
        )
        self.engine = f"faster-whisper {version('faster-whisper')}"
        self.model = weights.folder.name
        self._language = language or None  # told by the sound
        if not self._whisper.model.is_multilingual:
            self._language = "en"
        self._sound = bytearray()
        self._kept: list[str] = []
        self._before: list[str] = []
        self._heard_bytes, self._took_s = 0, 0.0

    def begin(self) -> None:
        self._sound.clear()
        self._kept, self._before, self._heard_bytes = [], [], 0

    def hear(self, pcm: bytes) -> str | None:
        self._sound += pcm
        fresh_s = (len(self._sound) - self._heard_bytes) / BYTES_PER_S
        if fresh_s < max(EVERY_S, PAUSE * self._took_s):
            return None
        words = self._words()
        self._kept = stable(self._kept, self._before, words)
        self._before = words
        return " ".join([*self._kept, *words[len(self._kept) :]])

    def end(self) -> str:
        return " ".join(self._words())

    def forget(self) -> None:
        self.begin()

    def is_slow(self) -> bool:
        """Whether this machine is too slow for it, as two hearings of silence show."""
        for _ in range(2):  # the first one also warms it up
            self._sound = bytearray(BYTES_PER_S)
            self._words()
        self.forget()
        return self._took_s > SLOW_S

    def _words(self) -> list[str]:
        began = time.monotonic()
        samples = np.frombuffer(self._sound, "<i2").astype(np.float32) / 32768
        segments, _info = self._whisper.transcribe(
            samples, language=self._language, beam_size=1, initial_prompt=PROMPT,
            condition_on_previous_text=False, without_timestamps=True, temperature=0.0,
        )  # fmt: skip
        words = " ".join(segment.text for segment in segments).split()
        self._heard_bytes, self._took_s = len(self._sound), time.monotonic() - began
        return words


def stable(kept: list[str], before: list[str], now: list[str]) -> list[str]:
    """The words on which two hearings agree from the start; never fewer than were kept."""
    agreed = 0
    while agreed < min(len(before), len(now)) and before[agreed] == now[agreed]:
        agreed += 1
    return now[:agreed] if agreed > len(kept) else kept
