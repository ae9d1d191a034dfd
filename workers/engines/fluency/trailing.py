"""Sentences whose end sinks away: the end of the last word far below the words before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.engines.fluency.tracks import LevelTrack
from workers.engines.fluency.words import Token, item
from workers.engines.timeline import rounded
from workers.engines.types import Span

DROP_DB = 6.5
"""Every statement sinks a little at its end, by 2 to 6 dB; more is hard to hear in a room."""
END_S = 0.5
"""Of the last word: a long one begins before the voice sinks."""
LEAST_WORDS = 4
LEAST_SENTENCES = 3


def measure(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], level: LevelTrack
) -> dict[str, Any]:
    """{count, ratio, sentences, items}: sentences whose end lies 6.5 dB or more below.

    The drop is the median of the words' loudest 50 ms without the last two, less that of the last
    0.5 s of the last word.
    `ratio` (of sentences of four words or more) is None under three of them.
    """
    faded, judged = [], 0
    for first, end in sentences:
        drop = drop_db(tokens[first:end], level)
        if drop is None:
            continue
        judged += 1
        if drop >= DROP_DB:
            faded.append(item(tokens, max(first, end - 3), end, drop_db=rounded(drop, 1)))
    return {
        "count": len(faded),
        "ratio": rounded(len(faded) / judged) if judged >= LEAST_SENTENCES else None,
        "sentences": judged,
        "items": faded,
    }


def drop_db(words: Sequence[Token], level: LevelTrack) -> float | None:
    """dB from a sentence's usual word down to its end; None for few words or unsure times.

    A last word that could not be placed, for it is hardly heard, is looked for in all of the time
    that is left to it.
    """
    if len(words) < LEAST_WORDS or words[-1].start is None or words[-1].end is None:
        return None
    before = [
        Span(start=word.start, end=word.end)
        for word in words[:-1]
        if word.sure_times and not word.filled_pause and word.start is not None
        and word.end is not None
    ]  # fmt: skip
    start, end = words[-1].start, words[-1].end
    if len(before) < LEAST_WORDS - 1 or words[-1].filled_pause or not words[-2].sure_times:
        return None
    if words[-1].sure_times:
        start = max(start, end - END_S)
    peaks = [peak for span in before[:-1] if (peak := level.peak(span)) is not None]
    last = level.peak(Span(start=start, end=end))
    return None if last is None or not peaks else float(np.median(peaks)) - last
