"""Whether two people speak, as far as the pitch tells.

Each stretch of speech has a median pitch. One person's lie close together; those of a man and a
woman, or of an adult and a child, fall into two groups with nothing between them. Two people of
like pitch are not told apart: that takes a model of voices. The pitch is that of the first pass:
the second looks where the one who talks most has theirs, and hears the other's wrong or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.prosody.pitch import PitchTrack
from workers.engines.timeline import Floats
from workers.engines.types import Span

LEAST_VOICE_S = 0.3
"""Voice a stretch needs to have a pitch of its own."""
APART_SEMITONES = 5.0
APART_SPREADS = 3.5
"""Distance of the groups' means over the spread within them."""
LEAST_SHARE = 0.15
LEAST_STRETCHES = 2
"""What the smaller group must have of the voice, and how many stretches."""


@dataclass(frozen=True)
class Voices:
    """Median pitch of the two groups, the lower first."""

    low_hz: float
    high_hz: float


def two_voices(pitch: PitchTrack, speech: Sequence[Span]) -> Voices | None:
    """The two groups that the pitch falls into; None where it does not."""
    medians, lengths = _stretches(pitch, speech)
    if len(medians) < 2 * LEAST_STRETCHES:
        return None
    order = np.argsort(medians)
    values, weights = medians[order], lengths[order]
    at = max(range(LEAST_STRETCHES, len(values) - LEAST_STRETCHES + 1),
             key=lambda cut: float(values[cut] - values[cut - 1]))  # fmt: skip
    low, high = _mean(values[:at], weights[:at]), _mean(values[at:], weights[at:])
    within = np.concatenate((values[:at] - low, values[at:] - high))
    spread = max(0.5, float(np.sqrt(np.average(within**2, weights=weights))))
    smaller = min(weights[:at].sum(), weights[at:].sum()) / weights.sum()
    gap = float(values[at] - values[at - 1])
    if high - low < max(APART_SEMITONES, APART_SPREADS * spread) or gap < 0.4 * (high - low):
        return None
    if smaller < LEAST_SHARE:
        return None
    return Voices(2 ** (low / 12), 2 ** (high / 12))


def _stretches(pitch: PitchTrack, speech: Sequence[Span]) -> tuple[Floats, Floats]:
    """Median pitch (semitones above 1 Hz) and seconds of voice of each stretch of speech."""
    medians, lengths = [], []
    times = pitch.times
    for span in speech:
        first, end = np.searchsorted(times, (span["start"], span["end"]))
        voiced = pitch.hz[first:end]
        voiced = voiced[voiced > 0]
        if len(voiced) * pitch.step >= LEAST_VOICE_S:
            medians.append(12 * np.log2(np.median(voiced)))
            lengths.append(len(voiced) * pitch.step)
    return np.array(medians), np.array(lengths)


def _mean(values: Floats, weights: Floats) -> float:
    return float(np.average(values, weights=weights))
