"""Speech the tests share: words, times and pauses are known (workers.training.speech.say)."""

from __future__ import annotations

from functools import cache

from workers.training.speech.noise import noise, with_noise
from workers.training.speech.say import RATE, Spoken, SpokenWord, say
from workers.training.speech.voices import Samples, resampled

__all__ = ["RATE", "Samples", "Spoken", "SpokenWord", "noise", "resampled", "say", "with_noise"]
VOICES = ("slt", "rms", "awb", "kal16")

INTERVIEW_ANSWER = (
    "When I joined the company the support team was losing customers every week.",
    "My task was to find the reason and to bring the numbers back.",
    "I talked to twenty customers and I built a small report that showed the problem.",
    "As a result we kept most of them and the team grew again.",
)
"""One STAR answer, a sentence a label; plain words which every engine's dictionary has."""


@cache
def answer(voice: str = "slt", pause: float = 0.7) -> Spoken:
    """About 15 s: `INTERVIEW_ANSWER` with a `pause` between its sentences."""
    pieces: list[str | float] = []
    for sentence in INTERVIEW_ANSWER:
        pieces += [sentence, pause]
    return say(*pieces[:-1], voice=voice)


@cache
def hesitant(voice: str = "slt") -> Spoken:
    """Three filled pauses, one repetition and a 1.5 s pause inside a sentence."""
    return say(
        "So I wanted to", 0.35, "um", 0.3, "talk about the new plan.", 0.8,
        "We we started in March and", 1.5, "finished it in June.", 0.6,
        "uh", 0.3, "that was a good year for", 0.3, "um", 0.3, "the whole team.",
        voice=voice,
    )  # fmt: skip
