"""Which words the voice leans on: higher, louder and longer than this speaker says such words.

Stress is heard in duration, loudness and pitch together (Fry 1958; Kochanski et al. 2005 find the
first two stronger than the third). What is usual for a word depends on its length, on whether it
is a function word, and on where in the sentence it stands (pitch and loudness sink, the last word
is long), so each cue is measured against a line fitted to the speaker's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workers.engines.asr.pronounce import english
from workers.engines.fluency.syllables import spoken
from workers.engines.fluency.tracks import LevelTrack, VoiceTrack
from workers.engines.fluency.words import Token, item
from workers.engines.timeline import Floats, rounded
from workers.engines.types import Span

LEAST_WORDS = 30
WEIGHTS = np.array([1.0, 1.0, 0.7])
"""Of pitch, loudness and length in the sum."""
LEAST_SUM = 4.5
LEAST_CUE = 0.8
"""At least two of the cues must stand out by this, or it is no emphasis but a loud vowel."""


@dataclass(frozen=True)
class Cues:
    """Of each word: semitones (NaN: unvoiced), dB and log2 of the length above what is usual,
    and the same in units of the speaker's own spread."""

    tokens: list[Token]
    above: Floats
    standard: Floats

    @property
    def prominence(self) -> Floats:
        """Weighted sum of the standardised cues; a word without pitch has two."""
        known = np.isfinite(self.standard)
        scale = WEIGHTS.sum() / np.maximum((known * WEIGHTS).sum(axis=1), 1e-9)
        return np.where(known, self.standard, 0.0) @ WEIGHTS * scale


def measure(
    tokens: Sequence[Token],
    sentences: Sequence[tuple[int, int]],
    voice: VoiceTrack,
    level: LevelTrack,
) -> dict[str, Any] | None:
    """{count, per_100_words, items}: the emphasised words; None under 30 words with sure times.

    An item's `pitch_semitones`, `loudness_db` and `length_ratio` say how the word stands out,
    `prominence` how far in all.
    """
    cues = read_cues(tokens, sentences, voice, level)
    if cues is None:
        return None
    items = []
    prominence = cues.prominence
    for i in emphasised(cues):
        token = cues.tokens[i]
        semitones, db, length = cues.above[i]
        place = tokens.index(token)
        items.append(
            item(
                tokens, place, place + 1,
                pitch_semitones=rounded(float(semitones), 1), loudness_db=rounded(float(db), 1),
                length_ratio=rounded(float(2**length), 2),
                prominence=rounded(float(prominence[i]), 1),
            )
        )  # fmt: skip
    return {
        "count": len(items),
        "per_100_words": rounded(100 * len(items) / len(cues.tokens), 2),
        "items": items,
    }


def emphasised(cues: Cues) -> list[int]:
    """Words that stand out in the sum and in two cues at least, and above their neighbours."""
    sums = cues.prominence
    strong = np.nansum(cues.standard >= LEAST_CUE, axis=1) >= 2
    padded = np.pad(sums, 1, constant_values=-np.inf)
    peak = (sums >= padded[:-2]) & (sums >= padded[2:])
    return [int(i) for i in np.flatnonzero(strong & peak & (sums >= LEAST_SUM))]


def read_cues(
    tokens: Sequence[Token],
    sentences: Sequence[tuple[int, int]],
    voice: VoiceTrack,
    level: LevelTrack,
) -> Cues | None:
    """The cues of every word with times of its own, against the speaker's usual."""
    words: list[Token] = []
    known: list[tuple[float, ...]] = []
    heard: list[tuple[float, ...]] = []
    for first, end in sentences:
        for place in range(first, end):
            token = tokens[place]
            if token.filled_pause or token.fragment or not token.sure_times:
                continue
            found = _heard(token, voice, level, last=place == end - 1)
            if found is not None:
                words.append(token)
                known.append(_known(token, place - first, end - first))
                heard.append(found)
    if len(words) < LEAST_WORDS:
        return None
    usual, cues = np.array(known), np.array(heard)
    above = np.column_stack([_above_usual(usual, cues[:, i]) for i in range(cues.shape[1])])
    spread = 1.4826 * np.nanmedian(np.abs(above), axis=0)
    return Cues(words, above, above / np.maximum(spread, (0.3, 0.5, 0.05)))


def _heard(
    token: Token, voice: VoiceTrack, level: LevelTrack, *, last: bool
) -> tuple[float, ...] | None:
    """Highest pitch (semitones), highest level over 50 ms, log2 of the length.

    The pitch of a sentence's last word says how the sentence ends, and counts for none.
    """
    assert token.start is not None and token.end is not None  # noqa: S101 - sure_times
    span = Span(start=token.start, end=token.end)
    loudest = level.peak(span)
    if loudest is None:
        return None
    hz = voice.between(span)
    hz = hz[hz > 0]
    pitch = 12 * np.log2(np.percentile(hz, 90)) if len(hz) >= 4 and not last else np.nan
    return float(pitch), loudest, float(np.log2(token.end - token.start))


def _known(token: Token, place: int, count: int) -> tuple[float, ...]:
    """What a word's pitch, loudness and length may depend on without any emphasis."""
    from spacy.lang.en.stop_words import STOP_WORDS

    phones = [phone for word in spoken(token.lower) for phone in english().phones(word).split()]
    vowels = sum(phone[0] in "AEIOU" for phone in phones)
    return (
        1.0, float(token.lower in STOP_WORDS), place / max(1, count - 1), float(place == count - 1),
        float(np.log2(max(1, len(phones)))), float(vowels),
    )  # fmt: skip


def _above_usual(known: Floats, heard: Floats) -> Floats:
    """What is left of `heard` by a line through `known`, fitted so that outliers count little."""
    fits = np.isfinite(heard)
    weights: Floats = np.ones(int(fits.sum()))
    line: Floats = np.zeros(known.shape[1])
    for _ in range(6):  # Huber's weights
        root = np.sqrt(weights)
        line, *_rest = np.linalg.lstsq(known[fits] * root[:, None], heard[fits] * root, rcond=None)
        off = np.abs(heard[fits] - known[fits] @ line)
        limit = 1.345 * 1.4826 * np.median(off) + 1e-9
        weights = np.minimum(1.0, limit / np.maximum(off, 1e-9))
    return heard - known @ line
