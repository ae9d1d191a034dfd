"""What the learner trimmed away: to whoever measures, sound and picture that never were.

The clock stays that of the whole recording. The decoded sound is silent outside the trim, which
every engine of sound takes as it takes a gap in the container: no speech, no noise, no pause.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from workers.engines.types import SAMPLE_RATE, Series, Span, StageSettings, Word


def trim_of(settings: StageSettings) -> Span | None:
    """The span that counts; None: all of it. Settings kept from before there were trims have
    none."""
    return settings.get("trim")


def clipped(spans: Iterable[Span], trim: Span | None) -> list[Span]:
    """What of `spans` lies inside."""
    if trim is None:
        return list(spans)
    cut = (
        Span(start=max(span["start"], trim["start"]), end=min(span["end"], trim["end"]))
        for span in spans
    )
    return [span for span in cut if span["end"] > span["start"]]


def silenced(samples: NDArray[np.float32], first: int, trim: Span | None) -> NDArray[np.float32]:
    """`samples`, of which the first is number `first` of the sound, silent outside the trim."""
    if trim is None:
        return samples
    low = max(0, round(trim["start"] * SAMPLE_RATE) - first)
    high = max(low, round(trim["end"] * SAMPLE_RATE) - first)
    heard = np.zeros_like(samples)
    heard[low:high] = samples[low:high]
    return heard


def words_inside(words: list[Word], trim: Span | None) -> list[Word]:
    """Those whose middle lies inside, none reaching out; words without times are all kept."""
    if trim is None:
        return words
    kept: list[Word] = []
    for word in words:
        start, end = word["start"], word["end"]
        if start is None or end is None:
            kept.append(word)
        elif trim["start"] <= (start + end) / 2 <= trim["end"]:
            kept.append({**word, "start": max(start, trim["start"]), "end": min(end, trim["end"])})
    return kept


def series_inside(found: Series, trim: Span | None) -> Series:
    """The series with nothing measured outside."""
    if trim is None:
        return found
    times = (found["start"] + place * found["step"] for place in range(len(found["values"])))
    values = [
        value if trim["start"] <= time <= trim["end"] else None
        for time, value in zip(times, found["values"], strict=True)
    ]
    return {**found, "values": values}
