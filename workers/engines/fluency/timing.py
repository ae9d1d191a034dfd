"""Everything with a time: speaking spans, pauses, fillers and rates, from words and from sound."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workers.engines.asr.pronounce import english
from workers.engines.envelope import loud_db
from workers.engines.fluency import clauses, markers, pauses, rates, steady
from workers.engines.fluency.edges import sharpened
from workers.engines.fluency.inputs import Sound, Text, voiced_turns
from workers.engines.fluency.lexicon import FUNCTION
from workers.engines.fluency.words import Token, item, with_pauses
from workers.engines.timeline import merge, overlap, rounded, total
from workers.engines.trim import series_inside
from workers.engines.types import Series, Span

SURE_WORD = 0.5
"""Confidence from which a word is taken to stand where its times say ..."""
PHONE_S, EDGES_S = 0.12, 0.1
"""... unless it is a function word and lasts longer than this a phone, and this for its ends."""
GAP_CHANCE, WORD_CHANCE, SURE_CHANCE, ALONE_CHANCE = 0.06, 0.3, 0.8, 0.5
"""Chance asked of a steady voice between two words, where a word is unsure, under one that seems
sure, and without words."""
AGREE_RATIO = 1.4
"""Unsure words may still be counted where sound alone hears as many syllables, give or take."""


@dataclass(frozen=True)
class Timing:
    spans: list[Span]
    pauses: list[dict[str, Any]] | None
    """None where there is no sound."""
    word_fillers: list[dict[str, Any]] | None
    """None where the words are unsure."""
    sound_fillers: list[dict[str, Any]] | None
    marker_ranges: list[tuple[int, int]]
    rates: rates.Rates
    syllables_from: Literal["words", "sound"]
    words_agree: bool
    """Whether the count of words can be trusted."""
    pace: Series | None
    """None where words have no times."""


def time_measures(text: Text, sound: Sound | None) -> Timing:
    """Work out all of them; a text without sound has words and fillers only."""
    if sound is None:
        found, ranges = _word_fillers(text, [])
        return Timing([], None, found, None, ranges, rates.measure(text.tokens, [], [], []),
                      "words", True, None)  # fmt: skip
    spans = _speaking_spans(text, sound)
    by_words = text.sure and bool(text.timed)
    located = (
        pauses.find(sound.silences, text.timed, text.others)
        if by_words
        else pauses.find_by_voice(sound.silences, spans)
    )
    silent = [
        pause for pause in sharpened(sound.path, located, loud_db(sound.envelope, sound.speech))
        if pause["end"] - pause["start"] >= pauses.LEAST_S - 1e-6
    ]  # fmt: skip
    word_fillers, ranges = _word_fillers(text, silent) if text.sure else (None, [])
    heard = _sound_fillers(text, sound, by_words=by_words)
    filled = [
        Span(start=filler["start"], end=filler["end"])
        for filler in [*(word_fillers or []), *(heard or [])]
        if filler["start"] is not None and filler.get("kind") == "filled_pause"
    ]
    measured = rates.measure(text.tokens, spans, silent, filled)
    measured, source, agree = _checked_by_sound(measured, text, sound, spans)
    after, opening = None, set[int]()
    if by_words and text.spoken:
        after = pauses.places(silent, text.spoken)
        opening = clauses.openings(text.spoken, _sentence_ends(text), {i + 1 for i in after})
    described = pauses.describe(silent, after, opening)
    pace = None
    if text.timed:
        pace = series_inside(rates.pace(text.timed, spans, sound.envelope.duration_s), sound.trim)
    return Timing(spans, described, word_fillers, heard, ranges, measured, source, agree, pace)


def _speaking_spans(text: Text, sound: Sound) -> list[Span]:
    """By the words where they are sure, or where somebody else speaks too; else by the voice."""
    if text.timed and (text.sure or text.others):
        return rates.speaking_spans(text.timed, sound.silences, text.others, sound.speech)
    return voiced_turns(sound)


def _word_fillers(
    text: Text, silent: Sequence[Span]
) -> tuple[list[dict[str, Any]], list[tuple[int, int]]]:
    """Fillers among the words, in order, and the ranges of all of them."""
    tokens = with_pauses(text.tokens, silent)
    marks = [
        (first, end, "discourse_marker")
        for first, end in markers.find(tokens, text.sentences, text.models_dir)
    ]
    marks += [(i, i + 1, "filled_pause") for i, token in enumerate(tokens) if token.filled_pause]
    marks.sort()
    fillers = [
        item(text.tokens, first, end, source="word", kind=kind) for first, end, kind in marks
    ]
    return fillers, [(first, end) for first, end, _ in marks]


def _sound_fillers(text: Text, sound: Sound, *, by_words: bool) -> list[dict[str, Any]] | None:
    """Filled pauses that the recogniser dropped, heard in the sound; None without a pitch."""
    if sound.voice is None:
        return None
    on = steady.ground(sound.path, sound.voice, sound.envelope, sound.threshold_db, sound.speech)
    spans = _between_words(text, on) if by_words else _anywhere(text, on)
    return [
        {
            "text": "um",
            "start": rounded(span["start"]),
            "end": rounded(span["end"]),
            "source": "sound",
            "kind": "filled_pause",
        }
        for span in spans
    ]


def _between_words(text: Text, on: steady.Ground) -> list[Span]:
    """In the gaps, and where no word surely is: there a stretch must be surer to be one, and surer
    still where a word seems to be, for aligners lay words over an "um" without a doubt."""
    counted = [_place(token) for token in text.timed if token.filled_pause]
    taken = merge([*text.others, *counted])
    sure = merge([*taken, *(_place(token) for token in text.timed if _is_sure(token))])
    gaps = text.gaps()

    def asked(span: Span) -> float:
        if _is_covered(span, taken):
            return math.inf
        if _is_covered(span, sure):
            return SURE_CHANCE
        return GAP_CHANCE if _is_covered(span, gaps) else WORD_CHANCE

    return steady.find(on, asked)


def _anywhere(text: Text, on: steady.Ground) -> list[Span]:
    return steady.find(
        on, lambda span: math.inf if _is_covered(span, text.others) else ALONE_CHANCE
    )


def _is_sure(token: Token) -> bool:
    """A word that was surely heard where it stands.

    Aligners lay words they did not hear, and short ones they did, over the "um" beside them.
    """
    length = (token.end or 0.0) - (token.start or 0.0)
    usual = PHONE_S * len(english().phones(token.lower).split()) + EDGES_S
    drawn_out = token.lower in FUNCTION and length > usual
    heard = (1.0 if token.confidence is None else token.confidence) >= SURE_WORD
    return token.sure_times and heard and not drawn_out


def _place(token: Token) -> Span:
    return Span(start=token.start or 0.0, end=token.end or 0.0)


def _is_covered(span: Span, others: Sequence[Span]) -> bool:
    """Whether more than half of it lies in `others`, which are in order and do not overlap."""
    shared, at = 0.0, bisect_right(others, span["start"], key=lambda other: other["end"])
    while at < len(others) and others[at]["start"] < span["end"]:
        shared += overlap(span, others[at])
        at += 1
    return shared > 0.5 * (span["end"] - span["start"])


def _checked_by_sound(
    measured: rates.Rates, text: Text, sound: Sound, spans: list[Span]
) -> tuple[rates.Rates, Literal["words", "sound"], bool]:
    """Where words are unsure, syllables are counted in the sound, and words only if they agree."""
    if text.sure:
        return measured, "words", True
    heard = sound.syllables(spans if text.others else None)
    ratio = measured.syllables / heard if heard else 0.0
    agree = bool(text.tokens) and 1 / AGREE_RATIO <= ratio <= AGREE_RATIO
    long_enough = measured.speaking_s >= rates.LEAST_S and measured.phonation_s > 1.0
    return (
        rates.Rates(
            words=measured.words,
            syllables=heard,
            speaking_s=measured.speaking_s,
            phonation_s=measured.phonation_s,
            words_per_minute=measured.words_per_minute if agree else None,
            words_per_minute_overall=measured.words_per_minute_overall if agree else None,
            articulation_rate=(
                rounded(heard / measured.phonation_s, 2) if heard and long_enough else None
            ),
        ),
        "sound",
        agree,
    )


def _sentence_ends(text: Text) -> set[int]:
    """Indices among the spoken words after which a sentence ends, where the text marks them.

    Without marks sentences were cut at pauses, which says nothing about where pauses stand.
    """
    if not text.punctuated:
        return set()
    last_words = {text.tokens[end - 1].index for _, end in text.sentences}
    ends = set()
    for i, token in enumerate(text.spoken):
        following = text.spoken[i + 1].index if i + 1 < len(text.spoken) else token.index + 1
        if any(index in last_words for index in range(token.index, following)):
            ends.add(i)
    return ends


def speaking_seconds(timing: Timing) -> float | None:
    """Speaking time if it is enough for a rate."""
    seconds = total(timing.spans)
    return seconds if seconds >= rates.LEAST_S else None
