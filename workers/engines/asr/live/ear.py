"""Cutting a stream of sound into utterances, and keeping no more of it than can be caught up.

Telling speech from silence costs nearly nothing, recognising it does: so the cutting is always up
to date, and where the recogniser falls behind, whole utterances are left out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workers.engines.types import SAMPLE_RATE

BYTES_PER_S = 2 * SAMPLE_RATE
WINDOW_S = 0.3
"""So much speech, or silence, tells that it begins or ends."""
LATE_S = 6.0
"""With more speech than this waiting, what waits is left out."""
LONG_S, LONGEST_S = 8.0, 15.0
"""An utterance ends at the first quiet moment after the one, and anywhere at the other."""
BEFORE = 8
"""Frames of 30 ms before what was told for speech that belong to it: soft beginnings of words."""
QUIET = 0.25
"""Of the utterance's own loudness: quiet enough to cut there."""


@dataclass
class Utterance:
    """Speech between two silences. Times in s from the start of the stream."""

    start: float
    end: float
    pieces: deque[bytes] = field(default_factory=deque)
    """Sound the recogniser has not taken yet."""
    whole: bool = False
    """Nothing more of it comes."""
    dropped: bool = False
    """Left out, or its rest is."""
    begun: bool = False
    """The recogniser has taken a part of it."""

    @property
    def waiting_s(self) -> float:
        return sum(map(len, self.pieces)) / BYTES_PER_S

    def drop(self) -> None:
        self.pieces.clear()
        self.dropped = True


class Ear:
    """Takes sound as it comes; `utterances` wait for the recogniser, oldest first."""

    def __init__(self) -> None:
        from pocketsphinx import Endpointer, Vad

        self._endpointer: Any = Endpointer(
            window=WINDOW_S, vad_mode=Vad.MEDIUM_LOOSE, sample_rate=SAMPLE_RATE
        )
        self._rest = b""
        self._window = round(WINDOW_S / self._endpointer.frame_length)
        self._before: deque[bytes] = deque(maxlen=self._window + BEFORE)
        self._ended = 0.0
        self._loudness: list[float] = []
        self.heard_s = 0.0
        self.utterances: deque[Utterance] = deque()

    def take(self, pcm: bytes) -> None:
        size = self._endpointer.frame_bytes
        self._rest += pcm
        for at in range(0, len(self._rest) - size + 1, size):
            self._frame(self._rest[at : at + size])
        self._rest = self._rest[len(self._rest) // size * size :]
        if sum(utterance.waiting_s for utterance in self.utterances) > LATE_S:
            for utterance in self.utterances:
                utterance.drop()

    def close(self) -> None:
        """The stream is over: what is being spoken is an utterance as it stands."""
        if self._endpointer.in_speech:
            self._hear(self._endpointer.end_stream(self._rest) or b"")
            self._end()
        self._rest = b""

    def _frame(self, frame: bytes) -> None:
        speaking = self._endpointer.in_speech
        self._before.append(frame)
        speech = self._endpointer.process(frame)
        self.heard_s += len(frame) / BYTES_PER_S
        if speech is None:
            return
        if not speaking:
            self._begin_softly(self._endpointer.speech_start)
        self._hear(speech)
        if not self._endpointer.in_speech:
            self._end()
        elif self._may_cut():
            self._end()
            self._begin(self._ended)

    def _begin_softly(self, start: float) -> None:
        frame_s = self._endpointer.frame_length
        count = max(
            0, min(BEFORE, int((start - self._ended) / frame_s), len(self._before) - self._window)
        )
        first = len(self._before) - self._window - count
        self._begin(start - count * frame_s)
        for frame in list(self._before)[first : first + count]:
            self._hear(frame)

    def _begin(self, start: float) -> None:
        self.utterances.append(Utterance(start, start))
        self._loudness = []

    def _hear(self, speech: bytes) -> None:
        utterance = self.utterances[-1]
        utterance.end += len(speech) / BYTES_PER_S
        if not utterance.dropped:
            utterance.pieces.append(speech)
        self._loudness.append(loudness(speech))

    def _end(self) -> None:
        self.utterances[-1].whole = True
        self._ended = self.utterances[-1].end

    def _may_cut(self) -> bool:
        spoken_s = self.utterances[-1].end - self.utterances[-1].start
        if spoken_s < LONG_S:
            return False
        usual = float(np.percentile(self._loudness, 75))
        return spoken_s >= LONGEST_S or max(self._loudness[-3:]) < QUIET * usual


def loudness(pcm: bytes) -> float:
    """Root mean square of 16-bit samples; 0 for none."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
