"""Speaking spans, speaking and articulation rate, and pace along the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.fluency.syllables import said
from workers.engines.fluency.words import Token
from workers.engines.timeline import MAX_POINTS, merge, overlap, rounded, total
from workers.engines.types import Series, Span

TURN_GAP_S = 3.0
"""A speaking span ends at a silence longer than this, or at another speaker."""
LEAST_S = 10.0
PACE_WINDOW_S = 10.0


@dataclass(frozen=True)
class Rates:
    """None where there are no times or under 10 s of speech (speaking_s always stands)."""

    words: int
    syllables: int
    speaking_s: float
    phonation_s: float
    words_per_minute: float | None
    words_per_minute_overall: float | None
    articulation_rate: float | None


def count(tokens: Sequence[Token]) -> tuple[int, int]:
    """(words, syllables) as spoken: without filled pauses and fragments."""
    counts = [
        said(token.lower) for token in tokens if not token.filled_pause and not token.fragment
    ]
    return sum(words for words, _ in counts), sum(syllables for _, syllables in counts)


def speaking_spans(
    tokens: Sequence[Token],
    silences: Sequence[Span],
    others: Sequence[Span],
    speech: Sequence[Span],
) -> list[Span]:
    """The learner's turns: from word to word, ended by over 3 s of silence or another speaker.

    A gap over 3 s in which voice activity hears the learner on is a gap in the transcript, not in
    the speech, and does not end a span; one filled with noise or music does.
    """
    timed = [token for token in tokens if token.start is not None and token.end is not None]
    spans: list[Span] = []
    long_silences = [s for s in silences if s["end"] - s["start"] > TURN_GAP_S]
    for token in timed:
        start, end = float(token.start or 0.0), float(token.end or 0.0)
        if spans and not _turn_ends(
            Span(start=spans[-1]["end"], end=start), long_silences, others, speech
        ):
            spans[-1]["end"] = max(spans[-1]["end"], end)
        else:
            spans.append(Span(start=start, end=end))
    return merge(_trimmed(span, long_silences) for span in spans)


def _turn_ends(
    gap: Span, long_silences: Sequence[Span], others: Sequence[Span], speech: Sequence[Span]
) -> bool:
    if gap["end"] <= gap["start"]:
        return False
    if any(overlap(gap, other) > 0 for other in others):
        return True
    length = gap["end"] - gap["start"]
    if any(overlap(gap, silence) > TURN_GAP_S - 0.3 for silence in long_silences):
        return True
    return length > TURN_GAP_S and sum(overlap(gap, span) for span in speech) < 0.3 * length


def _trimmed(span: Span, long_silences: Sequence[Span]) -> Span:
    """`span` without a long silence that the recogniser put into its edge words."""
    start, end = span["start"], span["end"]
    for silence in long_silences:
        if silence["start"] <= start < silence["end"] < end:
            start = silence["end"]
        if start < silence["start"] < end <= silence["end"]:
            end = silence["start"]
    return Span(start=start, end=end)


def measure(
    tokens: Sequence[Token], spans: Sequence[Span], pauses: Sequence[Span], filled: Sequence[Span]
) -> Rates:
    """Rates from words, speaking spans, pauses and filled pauses."""
    words, syllables = count(tokens)
    speaking = total(spans)
    unspoken = merge([*pauses, *filled])
    phonation = max(0.0, speaking - sum(overlap(s, gap) for s in spans for gap in unspoken))
    if speaking < LEAST_S or not words:
        return Rates(words, syllables, speaking, phonation, None, None, None)
    overall = spans[-1]["end"] - spans[0]["start"]
    return Rates(
        words, syllables, speaking, phonation,
        rounded(words / speaking * 60, 1),
        rounded(words / overall * 60, 1),
        rounded(syllables / phonation, 2) if phonation > 1.0 else None,
    )  # fmt: skip


def pace(tokens: Sequence[Token], spans: Sequence[Span], duration_s: float) -> Series:
    """Words a minute in a window of 10 s about each point, over the speaking time in it.

    Null where less than 3 s of the window are speaking time.
    """
    step = max(1.0, duration_s / (MAX_POINTS - 1))
    centres = np.arange(0.0, max(duration_s, step), step)[:MAX_POINTS]
    timed = [t for t in tokens if t.start is not None and not t.filled_pause and not t.fragment]
    middles = np.array([((t.start or 0.0) + (t.end or t.start or 0.0)) / 2 for t in timed])
    order = np.argsort(middles)
    counts = np.array([said(t.lower)[0] for t in timed])
    cumulated = np.concatenate(([0], np.cumsum(counts[order] if len(timed) else [])))
    values: list[float | None] = []
    for centre in centres:
        window = Span(
            start=float(centre) - PACE_WINDOW_S / 2, end=float(centre) + PACE_WINDOW_S / 2
        )
        speaking = sum(overlap(window, span) for span in spans)
        low, high = np.searchsorted(middles[order], (window["start"], window["end"]))
        words = float(cumulated[high] - cumulated[low])
        values.append(rounded(words / speaking * 60, 1) if speaking >= 3.0 else None)
    return {"start": 0.0, "step": round(step, 4), "unit": "words/min", "values": values}


def pace_variation(pace_series: Series) -> float | None:
    """SD of the pace along the recording over its mean; None under ten points."""
    values = np.array([value for value in pace_series["values"] if value is not None])
    if len(values) < 10 or not values.mean():
        return None
    return rounded(float(values.std() / values.mean()))
