"""How near a voice came to a melody: on contours that are known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from drills.melody import Phrase, imitation, phrases_of, text_of

LINES = [
    "The/0.2/0 door/0.4/2,4 is/0.2/1 locked/0.5/0,-5",
    "Is/0.2/-1 it/0.2/-1 really/0.5/0,1 locked/0.6/1,6",
]
STEP_S = 0.01
REST_S = 0.6
Shape = Callable[[float], float]


def spoken(
    phrases: tuple[Phrase, ...], shape: Shape = lambda st: st, *, hz: float = 110, slower: float = 1
):
    """The track and the words of somebody who sings each target's tone through `shape`."""
    values: list[float | None] = [None] * 30
    words = []
    for phrase in phrases:
        start = len(values) * STEP_S
        for n in range(round(phrase.length_s * slower / STEP_S)):
            at = n * STEP_S / slower
            values.append(hz * 2 ** (shape(_tone(phrase, at)) / 12))
        for word in phrase.words:
            words.append({"text": word.text, "start": start + slower * word.start,
                          "end": start + slower * word.end})  # fmt: skip
        values += [None] * round(REST_S / STEP_S)
    return {"start": 0.005, "step": STEP_S, "unit": "Hz", "values": values}, words


def _tone(phrase: Phrase, at: float) -> float:
    before = [target for target in phrase.targets if target[0] <= at]
    after = [target for target in phrase.targets if target[0] > at]
    if not before or not after:
        return (after or before[-1:])[0][1]
    (a, low), (b, high) = before[-1], after[0]
    return low + (high - low) * (at - a) / (b - a)


@pytest.fixture
def model() -> tuple[Phrase, ...]:
    return phrases_of(LINES)


@pytest.mark.parametrize("by_words", [True, False])
def test_it_works(model, by_words: bool):
    track, words = spoken(model)
    found = imitation(model, track, words if by_words else None)
    assert found.match > 0.98 and found.correlation > 0.98 and found.apart_semitones < 0.4
    assert found.way == ("words" if by_words else "warped")
    assert [len(tones) for tones in found.tones] == [65, 75]


@pytest.mark.parametrize("by_words", [True, False])
@pytest.mark.parametrize("hz", [80, 220, 330])
def test_the_level_of_a_voice_does_not_count(model, by_words: bool, hz: float):
    at_110, words = spoken(model)
    other, _ = spoken(model, hz=hz)
    how = words if by_words else None
    assert imitation(model, other, how).match == pytest.approx(
        imitation(model, at_110, how).match, abs=0.002
    )


@pytest.mark.parametrize("by_words", [True, False])
@pytest.mark.parametrize("slower", [0.75, 1.0, 1.4])
def test_nor_does_its_pace(model, by_words: bool, slower: float):
    track, words = spoken(model, slower=slower)
    assert imitation(model, track, words if by_words else None).match > 0.97


@pytest.mark.parametrize("by_words", [True, False])
def test_the_opposite_melody_matches_nothing(model, by_words: bool):
    track, words = spoken(model, lambda st: -st)
    found = imitation(model, track, words if by_words else None)
    assert found.match < 0.25 and found.correlation < 0.3


def test_a_voice_that_does_not_move_matches_nothing(model):
    track, words = spoken(model, lambda _st: 0.0)
    for how in (words, None):
        assert imitation(model, track, how).match == 0


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_half_and_twice_the_movement_are_four_fifths(model, size: float):
    track, words = spoken(model, lambda st: size * st)
    found = imitation(model, track, words)
    assert found.match == pytest.approx(0.8, abs=0.02) and found.correlation > 0.98


@pytest.mark.parametrize("seed", range(5))
def test_the_more_a_voice_strays_the_less_it_matches(model, seed: int):
    matches = []
    for stray in (0, 1, 2, 4, 8):
        rng = random.Random(seed)
        wave = [rng.uniform(2, 5) for _ in range(2)]

        def shape(st: float, stray=stray, wave=wave) -> float:
            return st + stray * math.sin(wave[0] * st + wave[1])

        track, words = spoken(model, shape)
        matches.append(imitation(model, track, words).match)
    assert matches == sorted(matches, reverse=True)


def test_a_word_that_was_not_said_is_left_out(model):
    track, words = spoken(model)
    found = imitation(model, track, [word for word in words if word["text"] != "really"])
    assert found.match > 0.97
    assert None in found.tones[1] and None not in found.tones[0][1:-1]


def test_an_added_word_moves_nothing(model):
    track, words = spoken(model)
    um = {"text": "um", "start": 0.0, "end": 0.2}
    assert imitation(model, track, [um, *words]).match > 0.98


def test_too_little_voice_is_said(model):
    track, words = spoken(model)
    silent = {**track, "values": [v if n % 4 == 0 else None for n, v in enumerate(track["values"])]}
    for how in (words, None):
        assert "Too little voice" in imitation(model, silent, how)
    nothing = {**track, "values": [None] * 100}
    assert "Too little voice" in imitation(model, nothing, None)


def test_other_words_are_said_to_be_others(model):
    track, words = spoken(model)
    other = [{**word, "text": "banana"} for word in words]
    assert "Other words" in imitation(model, track, other)


def test_without_words_a_pause_inside_a_phrase_is_borne(model):
    track, _words = spoken(model)
    values = track["values"]
    broken = {**track, "values": [*values[:70], *[None] * 60, *values[70:]]}
    assert imitation(model, broken, None).match > 0.95


def test_its_words_are_the_text():
    assert text_of(LINES) == "The door is locked\nIs it really locked"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("Yes/1/2", "list of lines"), ([7], "list of lines"), (["Yes"], "Line 1"),
        (["Yes/0.5/0,5", "No/0.5"], "Line 2"), (["Yes/nan/0,5"], "Line 1"),
        (["Yes/0.5/inf,0"], "Line 1"), (["Yes/9/0,5"], "Line 1"), (["Yes/0.5/0,50"], "Line 1"),
        (["well-known/0.5/0,5"], "Line 1"), ([""], "Line 1"), (["…/0.5/0,5"], "Line 1"),
        (["Yes/0.5/0,1"], "moves by less"), (["Yes/0.5/0,5"] * 13, "at most 12"),
        ([" ".join(["Yes/0.5/0,5"] * 21)], "Line 1"),
    ],
)  # fmt: skip
def test_what_is_no_melody_is_refused_with_its_line(lines, why: str):
    with pytest.raises(ValidationError, match=why):
        phrases_of(lines)
