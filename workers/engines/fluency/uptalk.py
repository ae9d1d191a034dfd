"""Rises at the end of statements, from the pitch track and the transcript's sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workers.engines.fluency.asking import is_question
from workers.engines.fluency.tracks import VoiceTrack
from workers.engines.fluency.words import Token, item
from workers.engines.prosody import octaves
from workers.engines.timeline import Floats, rounded
from workers.engines.types import Span

RISE_SEMITONES = 1.5
"""Least rise that is looked at; how high it ends decides."""
LEAST_SUM = 1.5
"""Semitones: the rise, and how far above the statement's own median it ends, together. A voice that
only comes back from the bottom of its range, as at the end of many statements, has less."""
TURN_SEMITONES = 0.5
"""A voice that has fallen back by more before it ends does not rise at the end."""
MOST_SEMITONES = 11.0
"""A rise beyond this is the tracker's, in noise or reverberation after the voice."""
TAIL_S = 0.6
STRAY_S = 0.04
"""Voice up to this long after a break or a jump, at the very end, is creak or noise."""
LEAST_STATEMENTS = 3


@dataclass(frozen=True)
class Ending:
    """How a statement ends, in semitones."""

    rise: float
    """Median of the last 60 ms of voice over the lowest 60 ms median before it in the tail."""
    above: float
    """The same median over that of the whole statement."""

    @property
    def is_rise(self) -> bool:
        return self.rise >= RISE_SEMITONES and self.rise + self.above >= LEAST_SUM


def measure(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], voice: VoiceTrack
) -> dict[str, Any]:
    """{count, ratio, statements, items}: statements whose last 0.6 s rise, to end above the rest.

    `ratio` (of statements with a voiced end) is None under three such statements.
    """
    rises, statements = [], 0
    for first, end in sentences:
        last = tokens[end - 1]
        if is_question(tokens, first, end) or last.end is None or end - first < 3:
            continue
        starts = (token.start for token in tokens[first:end] if token.start is not None)
        ending = ending_at(voice, next(starts, last.end), last.end)
        if ending is None or ending.rise > MOST_SEMITONES:
            continue
        statements += 1
        if ending.is_rise:
            rises.append(
                item(tokens, max(first, end - 3), end, rise_semitones=rounded(ending.rise, 1))
            )
    return {
        "count": len(rises),
        "ratio": rounded(len(rises) / statements) if statements >= LEAST_STATEMENTS else None,
        "statements": statements,
        "items": rises,
    }


def ending_at(voice: VoiceTrack, start: float, end: float) -> Ending | None:
    """How the statement from `start` to `end` ends; None where its tail has little voice."""
    tail = _without_stray(voice.between(Span(start=end - TAIL_S, end=end + 0.05)), voice.step)
    voiced = tail[tail > 0]
    if len(voiced) * voice.step < 0.15:
        return None
    values = 12 * np.log2(voiced)
    width = max(2, round(0.06 / voice.step))
    medians = np.array(
        [np.median(values[i : i + width]) for i in range(max(1, len(values) - width + 1))]
    )
    if len(medians) < 2:
        return None
    whole = voice.between(Span(start=min(start, end - TAIL_S), end=end))
    above = float(medians[-1] - 12 * np.log2(np.median(whole[whole > 0]))) if whole.any() else 0.0
    low = int(np.argmin(medians[:-1]))
    turned = medians[low:].max() - medians[-1] > TURN_SEMITONES
    return Ending(0.0 if turned else float(medians[-1] - medians[low]), above)


def _without_stray(hz: Floats, step_s: float) -> Floats:
    """Without the last piece of voice where it is too short to be heard as a pitch."""
    pieces = octaves.pieces(hz)
    if len(pieces) < 2 or (pieces[-1][1] - pieces[-1][0]) * step_s > STRAY_S + 1e-9:
        return hz
    return hz[: pieces[-1][0]]
