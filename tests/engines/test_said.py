"""Emphasis, rising and fading ends: what the voice does with the words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.sounds import silence, voice, with_noise, word
from tests.engines.speaking import measure
from workers.engines.fluency import emphasis, trailing, uptalk
from workers.engines.fluency.tracks import LevelTrack, VoiceTrack
from workers.engines.fluency.words import Token, sentences_of, tokens_of
from workers.engines.types import Span, Word

STEP = 0.01
SENTENCE = ["we", "built", "a", "simple", "service", "for", "our", "clients", "last", "winter."]


class Talk:
    """Sentences whose every word has a pitch, a level and a length, moved where asked."""

    def __init__(self, sentences: int = 8, seed: int = 0) -> None:
        chance = np.random.default_rng(seed)
        self.words: list[Word] = []
        self.at = 0.5
        self.hz: list[np.ndarray] = [np.zeros(50)]
        self.lufs: list[np.ndarray] = [np.full(50, -70.0)]
        self.chance, self.sentences = chance, sentences

    def build(self, leaned: dict[int, tuple[float, float, float]], fades: dict[int, float]) -> Talk:
        """`leaned`: word -> (semitones, dB, times as long); `fades`: sentence -> dB."""
        for number in range(self.sentences):
            for place, text in enumerate(SENTENCE):
                last = place == len(SENTENCE) - 1
                semitones, db, longer = leaned.get(len(self.words), (0.0, 0.0, 1.0))
                if last:
                    db += fades.get(number, 0.0)
                self._word(text, place / 9, last, semitones, db, longer)
            self._gap(0.5)
        return self

    def _word(
        self, text: str, place: float, last: bool, semitones: float, db: float, longer: float
    ) -> None:
        steps = round((6 + 4 * len(text)) * longer * (1.2 if last else 1))
        base = 140 * 2 ** ((3 - 4 * place + semitones + self.chance.normal(0, 0.5)) / 12)
        arc = np.sin(np.linspace(0.3, np.pi - 0.3, steps))
        self.hz.append(base * 2 ** (arc * 0.5 / 12))
        self.lufs.append(-25 - 3 * place + db + self.chance.normal(0, 0.8) + 6 * (arc - 1))
        self.words.append(word(text, self.at, self.at + steps * STEP))
        self.at += steps * STEP

    def _gap(self, seconds: float) -> None:
        self.hz.append(np.zeros(round(seconds / STEP)))
        self.lufs.append(np.full(round(seconds / STEP), -70.0))
        self.at += seconds

    @property
    def tokens(self) -> list[Token]:
        return tokens_of(self.words, lambda _: True)

    @property
    def voice(self) -> VoiceTrack:
        return VoiceTrack(np.concatenate(self.hz), STEP / 2, STEP)

    @property
    def level(self) -> LevelTrack:
        return LevelTrack(np.concatenate(self.lufs), STEP / 2, STEP)


def leaned_on(talk: Talk, voice: VoiceTrack | None = None, level: LevelTrack | None = None):
    tokens = talk.tokens
    found = emphasis.measure(
        tokens, sentences_of(tokens, []), voice or talk.voice, level or talk.level
    )
    assert found is not None
    return [item["first_word"] for item in found["items"]]


LEANED = {3: (4.0, 6.0, 1.3), 24: (5.0, 4.0, 1.4), 47: (3.5, 6.0, 1.3)}


def test_it_finds_the_words_the_voice_leans_on() -> None:
    assert leaned_on(Talk().build(LEANED, {})) == sorted(LEANED)


@pytest.mark.parametrize("seed", range(4))
def test_an_even_voice_leans_on_nothing(seed: int) -> None:
    assert len(leaned_on(Talk(seed=seed).build({}, {}))) <= 1


def test_one_cue_alone_is_no_emphasis() -> None:
    talk = Talk().build({13: (0.0, 9.0, 1.0), 33: (6.0, 0.0, 1.0)}, {})
    assert not {13, 33} & set(leaned_on(talk))


def test_an_item_says_how_the_word_stands_out() -> None:
    talk = Talk().build(LEANED, {})
    tokens = talk.tokens
    found = emphasis.measure(tokens, sentences_of(tokens, []), talk.voice, talk.level)
    assert found is not None
    [first, *_] = found["items"]
    assert first["text"] == "simple"
    assert first["pitch_semitones"] == pytest.approx(4, abs=1.5)
    assert first["loudness_db"] == pytest.approx(6, abs=2)
    assert first["length_ratio"] == pytest.approx(1.3, abs=0.2)
    assert found["per_100_words"] == pytest.approx(100 * 3 / 80, abs=0.01)


@settings(max_examples=20)
@given(gain=st.floats(-20, 20), transpose=st.floats(-12, 12))
def test_neither_gain_nor_register_changes_what_is_emphasised(
    gain: float, transpose: float
) -> None:
    talk = Talk().build(LEANED, {2: -15.0})
    louder = replace(talk.level, lufs=talk.level.lufs + gain)
    higher = replace(talk.voice, hz=talk.voice.hz * 2 ** (transpose / 12))
    assert leaned_on(talk, higher, louder) == sorted(LEANED)
    tokens = talk.tokens
    sentences = sentences_of(tokens, [])
    assert trailing.measure(tokens, sentences, louder)["count"] == 1


@settings(max_examples=20)
@given(shift=st.integers(0, 500))
def test_a_later_start_changes_nothing(shift: int) -> None:
    talk = Talk().build(LEANED, {2: -15.0, 5: -12.0})
    moved = Talk().build(LEANED, {2: -15.0, 5: -12.0})
    for one in moved.words:
        one["start"], one["end"] = one["start"] + shift * STEP, one["end"] + shift * STEP
    moved.hz.insert(0, np.zeros(shift))
    moved.lufs.insert(0, np.full(shift, -70.0))
    assert leaned_on(moved) == leaned_on(talk)
    ends = [
        [item["first_word"] for item in found["items"]]
        for one in (talk, moved)
        if (found := trailing.measure(one.tokens, sentences_of(one.tokens, []), one.level))
    ]
    assert ends[0] == ends[1] and len(ends[0]) == 2


def test_few_words_are_too_few_to_know_what_is_usual() -> None:
    talk = Talk(sentences=2).build({3: (6.0, 9.0, 1.5)}, {})
    tokens = talk.tokens
    assert emphasis.measure(tokens, sentences_of(tokens, []), talk.voice, talk.level) is None


def test_a_last_word_far_below_the_sentence_trails_off() -> None:
    talk = Talk().build({}, {1: -14.0, 4: -10.0})
    tokens = talk.tokens
    found = trailing.measure(tokens, sentences_of(tokens, []), talk.level)
    assert (found["count"], found["sentences"], found["ratio"]) == (2, 8, 0.25)
    assert found["items"][0]["text"] == "clients last winter"
    assert found["items"][0]["drop_db"] == pytest.approx(14 + 2, abs=3)


def test_a_sentence_that_sinks_as_all_do_does_not_trail_off() -> None:
    talk = Talk().build({}, {})
    assert trailing.measure(talk.tokens, sentences_of(talk.tokens, []), talk.level)["count"] == 0


def test_words_with_lent_times_are_not_judged() -> None:
    talk = Talk().build(LEANED, {1: -15.0})
    for one in talk.words:
        one["interpolated"] = True
    tokens = talk.tokens
    sentences = sentences_of(tokens, [])
    assert trailing.measure(tokens, sentences, talk.level)["sentences"] == 0
    assert emphasis.measure(tokens, sentences, talk.voice, talk.level) is None


def test_a_rise_is_measured_in_semitones() -> None:
    rise = np.concatenate((np.full(60, 120.0), 120 * 2 ** (np.linspace(0, 5, 30) / 12)))
    track = VoiceTrack(np.concatenate((rise, np.zeros(30))), 0.0, STEP)
    ending = uptalk.ending_at(track, 0.0, 0.9)
    assert ending is not None and ending.is_rise
    assert ending.rise == pytest.approx(4.6, abs=0.5)
    assert ending.above == pytest.approx(4.6, abs=0.5)


def test_a_voice_that_only_comes_back_from_its_bottom_does_not_rise() -> None:
    """Three semitones up, and still two below the rest of the statement."""
    fall = 120 * 2 ** (np.linspace(0, -5, 30) / 12)
    back = 120 * 2 ** (np.linspace(-5, -2, 20) / 12)
    track = VoiceTrack(np.concatenate((np.full(90, 120.0), fall, back, np.zeros(30))), 0.0, STEP)
    ending = uptalk.ending_at(track, 0.0, 1.4)
    assert ending is not None and not ending.is_rise
    assert ending.rise == pytest.approx(2.7, abs=0.4)


def test_creak_after_the_end_does_not_hide_a_rise() -> None:
    rise = np.concatenate((np.full(60, 120.0), 120 * 2 ** (np.linspace(0, 5, 30) / 12)))
    creak = np.concatenate((np.zeros(3), np.full(3, 70.0), np.zeros(30)))
    track = VoiceTrack(np.concatenate((rise, creak)), 0.0, STEP)
    ending = uptalk.ending_at(track, 0.0, 0.9)
    assert ending is not None and ending.is_rise


def test_a_long_last_word_that_sinks_away_trails_off() -> None:
    """Its loud beginning does not hide its end."""
    words = [Span(start=0.5 * i, end=0.5 * i + 0.4) for i in range(5)]
    words.append(Span(start=2.5, end=3.3))
    lufs = np.full(400, -60.0)
    for span in words:
        lufs[round(span["start"] * 100) : round(span["end"] * 100)] = -20.0
    lufs[275:330] = -30.0
    tokens = tokens_of(
        [word(f"w{i}", one["start"], one["end"]) for i, one in enumerate(words)], lambda _: True
    )
    assert trailing.drop_db(tokens, LevelTrack(lufs, 0.005, 0.01)) == pytest.approx(10, abs=0.5)


def spoken_sentences(tmp_path: Path, marks: str, count: int = 4):
    words, pieces, at = [], [], 0.0
    for number in range(count):
        for place, text in enumerate(["my", "team", "built", "a", "new", "bridge"]):
            last = place == 5
            level = 0.04 if last and number == 1 else 0.2
            pieces.append(voice(150 - 4 * place, 0.3, level=level))
            words.append(word(text + (marks if last else ""), at, at + 0.3))
            at += 0.3
        pieces.append(silence(0.6))
        at += 0.6
    return measure(tmp_path, words, with_noise(np.concatenate(pieces), -65))


def test_the_stage_gives_all_three_with_their_reasons(tmp_path: Path) -> None:
    output = spoken_sentences(tmp_path, ".")
    section = output["section"]
    assert section["trailing_off"]["count"] == 1
    assert section["trailing_off"]["items"][0]["last_word"] == 11
    assert section["uptalk"]["statements"] == 4
    assert section["emphasis"]["count"] is None, "24 words are too few"
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/emphasis/count"] == "too_few_timed_words"


def test_ends_need_sentences_and_emphasis_does_not(tmp_path: Path) -> None:
    output = spoken_sentences(tmp_path, "", count=6)
    assert output["section"]["emphasis"]["count"] is not None
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/trailing_off/count"] == "no_punctuation"
    assert codes["/fluency/uptalk/count"] == "no_punctuation"


def test_unsure_words_carry_no_emphasis(tmp_path: Path) -> None:
    words = [word(text, i * 0.3, i * 0.3 + 0.3) for i, text in enumerate(SENTENCE * 4)]
    output = measure(tmp_path, words, with_noise(voice(150, 12), -65), reliability=0.4)
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/emphasis/count"] == "transcript_uncertain"
    assert codes["/fluency/trailing_off/ratio"] == "transcript_uncertain"
