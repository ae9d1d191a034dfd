from __future__ import annotations

import json

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from analysis import given
from analysis.given import TranscriptError

SRT = """1
00:00:00,400 --> 00:00:02,500
So I led the move.

2
00:00:03,600 --> 00:00:05,000
May.
"""
VTT = "WEBVTT\n\n00:00.400 --> 00:02.500\nSo I led the move.\n"


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("talk.txt", b"So I led the move.", "txt"),
        ("TALK.TXT", "\ufeffSo I led".encode(), "txt"),
        ("talk.txt", "Größe".encode("utf-16"), "txt"),
        ("talk.txt", "He said “go”".encode("cp1252"), "txt"),
        ("talk.srt", SRT.encode(), "srt"),
        ("talk.vtt", VTT.encode(), "vtt"),
        ("../../etc/talk.json", b'["So", "I"]', "json"),
    ],
)
def test_it_works(name: str, data: bytes, format: str) -> None:
    assert given.read(name, data).format == format


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("talk.docx", b"PK\x03\x04", "unknown_format"),
        ("talk", b"words", "unknown_format"),
        ("talk.txt", b"", "empty"),
        ("talk.txt", b" \n\t\xef\xbb\xbf", "no_words"),
        ("talk.txt", b"\xef\xbb\xbf \n", "empty"),
        ("talk.txt", b"-- ... --", "no_words"),
        ("talk.txt", b"\x7fELF\x02\x01\x01\x00\x00", "not_text"),
        ("talk.txt", b"\xff\xfeA", "not_text"),
        ("talk.txt", b"a" * (given.MAX_BYTES + 1), "too_large"),
        ("talk.srt", b"no cues here", "malformed"),
        ("talk.srt", b"1\n00:00:00,400 --> 00:00:02,500\n\n", "no_words"),
        ("talk.vtt", b"1\n00:00.400", "malformed"),
        ("talk.json", b"{", "malformed"),
        ("talk.json", b"[" * 100_000, "malformed"),
        ("talk.json", b'{"title": "x"}', "malformed"),
        ("talk.json", b'{"words": [{"text": ""}]}', "malformed"),
        ("talk.json", b'{"words": []}', "no_words"),
    ],
)
def test_it_says_what_is_wrong_with_it(name: str, data: bytes, code: str) -> None:
    with pytest.raises(TranscriptError) as error:
        given.read(name, data)
    assert error.value.code == code
    assert error.value.message.endswith((".", ";"))


@hypothesis_given(name=st.sampled_from(["a.txt", "a.srt", "a.vtt", "a.json"]), data=st.binary())
def test_whatever_bytes_come_it_takes_them_or_says_why(name: str, data: bytes) -> None:
    try:
        found = given.read(name, data)
    except TranscriptError as error:
        assert error.message
    else:
        assert "\x00" not in found.text
        assert given.spoken(found.format, found.text).strip()


@pytest.mark.parametrize(
    "found",
    [
        [{"text": "So", "start": 0.4, "end": 0.7}],
        {"words": [{"word": "So", "start": 0.4, "end": 0.7}]},
        {"segments": [{"text": "So", "words": [{"word": " So", "start": 0.4, "end": 0.7}]}]},
        {"schema": "rostrum.analysis/1", "transcript": {"words": [
            {"text": "So", "start": 0.4, "end": 0.7}]}},
    ],
)  # fmt: skip
def test_it_reads_the_json_that_recognisers_write(found: object) -> None:
    text = given.read("talk.json", json.dumps(found).encode()).text
    assert json.loads(text) == {"words": [
        {"text": "So", "start": 0.4, "end": 0.7, "confidence": None, "speaker": None}]}  # fmt: skip


@pytest.mark.parametrize("times", [
    '"start": 5, "end": 2', '"start": -1, "end": 2', '"start": NaN, "end": Infinity',
    '"start": true, "end": 2', '"start": "0", "end": 2', '"end": 2'])  # fmt: skip
def test_impossible_times_are_no_times(times: str) -> None:
    (word,) = given.json_words(f'[{{"text": "So", {times}}}]')
    assert (word["start"], word["end"]) == (None, None)
