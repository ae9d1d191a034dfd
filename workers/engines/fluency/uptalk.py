"""Rises at the end of statements, from the pitch track and the transcript's sentences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.engines.fluency.hesitation import VoiceTrack
from workers.engines.fluency.lexicon import ASKING, AUXILIARIES, CONJUNCTIONS, SUBJECTS
from workers.engines.fluency.words import Token, item
from workers.engines.timeline import rounded
from workers.engines.types import Span

RISE_SEMITONES = 2.5
TURN_SEMITONES = 0.5
"""A voice that has fallen back by more before it ends does not rise at the end."""
MOST_SEMITONES = 11.0
"""A rise beyond this is the tracker's, in noise or reverberation after the voice."""
TAIL_S = 0.6
LEAST_STATEMENTS = 3
_ASKED = (SUBJECTS - {"the", "a", "an"}) | {"anyone", "anybody", "someone", "everybody"}


def is_question(tokens: Sequence[Token], first: int, end: int) -> bool:
    """Ends in a question mark, or, unmarked, is put like a question: "how do you", "is it"."""
    if tokens[end - 1].edge == "question":
        return True
    if tokens[end - 1].edge == "stop":
        return False
    words = [t.lower for t in tokens[first:end] if not t.filled_pause]
    words = list(itertools.dropwhile(CONJUNCTIONS.__contains__, words))[:5]
    if len(words) < 3:
        return False
    if words[0] in AUXILIARIES and words[1] in _ASKED:
        return True
    if words[0] not in ASKING or words[1] in SUBJECTS:  # "what you do is you add"
        return False
    pairs = itertools.pairwise(words[1:])
    return any(a in AUXILIARIES and b in SUBJECTS for a, b in pairs)


def measure(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], voice: VoiceTrack
) -> dict[str, Any]:
    """{count, ratio, statements, items}: statements whose last 0.6 s rise by 2.5 semitones or more.

    The rise is the median of the last 60 ms of voice over the lowest 60 ms median before it in the
    tail. `ratio` (of statements with a voiced end) is None under three such statements.
    """
    rises, statements = [], 0
    for first, end in sentences:
        last = tokens[end - 1]
        if is_question(tokens, first, end) or last.end is None or end - first < 3:
            continue
        rise = rise_at(voice, last.end)
        if rise is None or rise > MOST_SEMITONES:
            continue
        statements += 1
        if rise >= RISE_SEMITONES:
            rises.append(item(tokens, max(first, end - 3), end, rise_semitones=rounded(rise, 1)))
    return {
        "count": len(rises),
        "ratio": rounded(len(rises) / statements) if statements >= LEAST_STATEMENTS else None,
        "statements": statements,
        "items": rises,
    }


def rise_at(voice: VoiceTrack, time: float) -> float | None:
    """Semitones by which the pitch rises into `time`; None where the tail has little voice."""
    tail = voice.between(Span(start=time - TAIL_S, end=time + 0.05))
    voiced = np.flatnonzero(tail > 0)
    if len(voiced) * voice.step < 0.15:
        return None
    values = 12 * np.log2(tail[voiced])
    width = max(2, round(0.06 / voice.step))
    medians = np.array(
        [np.median(values[i : i + width]) for i in range(max(1, len(values) - width + 1))]
    )
    if len(medians) < 2:
        return None
    low = int(np.argmin(medians[:-1]))
    if medians[low:].max() - medians[-1] > TURN_SEMITONES:
        return 0.0
    return float(medians[-1] - medians[low])
