"""Captions of one stream of sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from workers.engines.asr.live.ear import BYTES_PER_S, Ear, Utterance

STEP_BYTES = round(0.25 * BYTES_PER_S)
LEFT_OUT = "…"


class Recogniser(Protocol):
    """Hears one utterance after another; kept up over streams, so that its model stays loaded."""

    engine: str
    model: str

    def begin(self) -> None: ...

    def hear(self, pcm: bytes) -> str | None:
        """The utterance's words so far; None where nothing new is known."""

    def end(self) -> str:
        """The utterance's words."""

    def forget(self) -> None:
        """Another person speaks next."""


@dataclass(frozen=True)
class Said:
    """`partial`: may still change; `line`: an utterance; `gap`: one that was left out."""

    kind: Literal["partial", "line", "gap"]
    start: float
    end: float
    text: str


class Captions:
    """`take` sound as it comes, `step` until it returns None. Times in s on the clock that was
    `at` when the stream began."""

    def __init__(self, recogniser: Recogniser, at: float = 0.0) -> None:
        self._recogniser, self._at = recogniser, at
        self._ear = Ear()
        self._shown = ""
        recogniser.forget()

    @property
    def heard_s(self) -> float:
        return self._ear.heard_s

    def take(self, pcm: bytes) -> None:
        self._ear.take(pcm)

    def close(self) -> None:
        self._ear.close()

    def step(self) -> list[Said] | None:
        """A small piece of work: what came of it; None where there is nothing to do."""
        if not self._ear.utterances:
            return None
        utterance = self._ear.utterances[0]
        if utterance.pieces:
            return self._hear(utterance)
        if not utterance.whole:
            return None
        self._ear.utterances.popleft()
        return self._end(utterance)

    def _hear(self, utterance: Utterance) -> list[Said]:
        if not utterance.begun:
            self._recogniser.begin()
            utterance.begun = True
        piece = bytearray()
        while utterance.pieces and len(piece) < STEP_BYTES:
            piece += utterance.pieces.popleft()
        text = self._recogniser.hear(bytes(piece))
        if not text or text == self._shown:
            return []
        self._shown = text
        return [self._said("partial", utterance, text)]

    def _end(self, utterance: Utterance) -> list[Said]:
        text = self._recogniser.end() if utterance.begun else ""
        self._shown = ""
        if utterance.dropped:
            return [self._said("gap", utterance, f"{text} {LEFT_OUT}".strip())]
        return [self._said("line", utterance, text)]

    def _said(
        self, kind: Literal["partial", "line", "gap"], utterance: Utterance, text: str
    ) -> Said:
        start, end = self._at + utterance.start, self._at + utterance.end
        return Said(kind, round(start, 2), round(end, 2), text)
