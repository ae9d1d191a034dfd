"""Sentences whose end sinks away: the last word far below the loudness of the words before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.engines.fluency.tracks import LevelTrack
from workers.engines.fluency.words import Token, item
from workers.engines.timeline import rounded
from workers.engines.types import Span

DROP_DB = 9.0
"""Every statement sinks a little at its end, by 2 to 6 dB; more is hard to hear in a room."""
LEAST_WORDS = 4
LEAST_SENTENCES = 3


def measure(
    tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], level: LevelTrack
) -> dict[str, Any]:
    """{count, ratio, sentences, items}: sentences whose last word lies 9 dB or more below.

    The drop is the median of the words' loudest 50 ms without the last two, less the last word's.
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
    """dB from a sentence's usual word down to its last; None for few words or unsure times."""
    timed = [
        Span(start=word.start, end=word.end)
        for word in words
        if word.sure_times and not word.filled_pause and word.start is not None
        and word.end is not None
    ]  # fmt: skip
    if len(timed) < LEAST_WORDS or timed[-1]["end"] != words[-1].end:
        return None
    peaks = [peak for span in timed[:-2] if (peak := level.peak(span)) is not None]
    last = level.peak(timed[-1])
    return None if last is None or not peaks else float(np.median(peaks)) - last
