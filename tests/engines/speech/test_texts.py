"""Reading given texts, saying numbers, cutting sentences: pure functions and their properties."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.speech.jobs import attached
from workers.engines.asr import given as given_text
from workers.engines.asr.pronounce import english
from workers.engines.asr.reliability import GIVEN, WHISPER, Evidence, from_evidence, reliability
from workers.engines.asr.sentences import sentences
from workers.engines.asr.spoken import spoken_words
from workers.engines.asr.whisper import interpolated
from workers.engines.types import EngineError, Word


def word(text: str, start: float | None = None, end: float | None = None) -> Word:
    return Word(text=text, start=start, end=end, confidence=None, speaker=None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("In 2019 we grew 25%", "in twenty nineteen we grew twenty five percent"),
        ("$3.5m", "three point five million dollars"),
        ("the 2nd, at 3:05", "the second at three oh five"),
        ("1,200 people — & more", "one thousand two hundred people and more"),
        ("well-known B2B", "well known b two b"),
        ("don’t", "don't"),
        ("1990s", "nineteen nineties"),
        ("-5°C, minus $3", "minus five degrees c minus three dollars"),
        ("k8s on 16GB at 3.5GHz", "k eight s on sixteen gigabytes at three point five gigahertz"),
        ("C# and C++, v2.1.3", "c sharp and c plus plus v two point one point three"),
        ("24/7 in 1/2 the time, 2x", "twenty four seven in one half the time two times"),
        ("me@example.com, the U.S.", "me at example dot com the us"),
        ("#1 of extension 0199", "number one of extension zero one nine nine"),
        ("It ended.Then COVID-19", "it ended then covid nineteen"),
    ],
)
def test_numbers_are_said(text: str, said: str):
    assert " ".join(spoken_words(text)) == said


@given(st.text(max_size=200))
def test_any_text_can_be_said(text: str):
    for said in spoken_words(text):
        assert said == said.strip()
        assert not any(char.isspace() for char in said)


@given(st.text(min_size=1, max_size=30))
@settings(deadline=None)
def test_any_word_can_be_pronounced(text: str):
    phones = english().phones(text).split()
    assert phones
    assert all(phone.isalpha() and phone.isupper() for phone in phones)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("nordvik", "N AO R D V IH K"),  # by its letters
        ("figma", "F IH G M AH"),
        ("quillbase", "K W IH L B EY S"),  # of two known ones
        ("bvq", "B IY V IY K Y UW"),  # initials
    ],
)
def test_a_name_is_read_as_its_like_are_in_the_dictionary(word: str, phones: str):
    assert english().phones(word) == phones


@given(st.sampled_from(["txt", "srt", "vtt", "json"]), st.text(max_size=300))
@settings(deadline=None)
def test_any_transcript_is_read_or_refused(format: str, text: str):
    try:
        found = given_text.read(attached(text, format))
    except EngineError as error:
        assert error.code == "bad_transcript"
        return
    assert found.words
    assert all(item.spoken for item in found.words)


@given(st.lists(st.from_regex(r"[a-z]{1,8}[.?!]?", fullmatch=True), min_size=1, max_size=200))
def test_sentences_cover_every_word_once(texts: list[str]):
    found = sentences([word(text) for text in texts])
    covered = [n for item in found for n in range(item["first_word"], item["last_word"] + 1)]
    assert covered == list(range(len(texts)))
    assert " ".join(item["text"] for item in found) == " ".join(texts)


def test_a_pause_ends_a_sentence_where_nothing_is_written():
    words = [word("yes", 0.0, 0.3), word("we", 1.5, 1.7), word("did", 1.7, 2.0)]
    assert [item["text"] for item in sentences(words)] == ["yes", "we did"]


def test_a_writers_full_stops_hold():
    texts = ["Mr.", "Smith", "came.", "He", "left."]
    assert [item["text"] for item in sentences([word(t) for t in texts])] == [
        "Mr. Smith came.", "He left.",
    ]  # fmt: skip


def test_webvtt_voices_and_asides():
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann>[music] Hello <i>there</i>\n"
    found = given_text.read(attached(text, "vtt"))
    assert [(item.text, item.speaker) for item in found.words] == [
        ("Hello", "Ann"), ("there", "Ann"),
    ]  # fmt: skip


def test_whisper_json_is_read():
    text = json.dumps({"segments": [{"words": [{"word": " Hi ", "start": 0.1, "end": 0.4}]}]})
    found = given_text.read(attached(text, "json")).words[0]
    assert (found.text, found.start, found.end) == ("Hi", 0.1, 0.4)


@given(
    st.lists(st.booleans(), min_size=1, max_size=30),
    st.floats(0, 100),
    st.floats(0.1, 50),
)
def test_interpolated_words_stay_in_order_and_are_marked(
    timed: list[bool], start: float, length: float
):
    step = length / len(timed)
    words = [
        word("w", start + n * step, start + (n + 1) * step) if has else word("w")
        for n, has in enumerate(timed)
    ]
    found = interpolated(words, start, start + length)
    starts = [item["start"] for item in found]
    assert all(b >= a - 1e-6 for a, b in itertools.pairwise(starts))
    assert [item.get("interpolated", False) for item in found] == [not has for has in timed]


@given(st.sampled_from([GIVEN, WHISPER]), st.floats(0, 1), st.floats(-10, 60))
def test_reliability_is_a_ratio_that_noise_never_raises(curve, certainty: float, snr: float):
    value = reliability(curve, certainty, snr)
    assert 0 <= value <= reliability(curve, certainty) <= 1


@given(st.floats(0, 1), st.floats(0.01, 8), st.floats(-10, 60), st.floats(0, 40))
def test_less_certain_sparser_or_noisier_words_are_never_more_reliable(
    certainty: float, words_per_s: float, snr: float, less: float
):
    sure = from_evidence(Evidence(certainty, words_per_s, snr))
    assert 0 <= sure <= 1
    assert from_evidence(Evidence(certainty, words_per_s, snr - less)) <= sure
    assert from_evidence(Evidence(certainty / (1 + less), words_per_s, snr)) <= sure
    assert from_evidence(Evidence(certainty, words_per_s / (1 + less), snr)) <= sure
