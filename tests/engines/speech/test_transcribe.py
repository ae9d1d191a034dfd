from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile

from tests import synthesis
from tests.data import shared
from tests.engines.speech.jobs import Seen, attached, written
from tests.synthesis import Spoken
from workers.engines.types import EngineError, StageOutput

OTHER_TEXT = """the quick brown fox jumps over the lazy dog while many people in the park are
watching birds and eating lunch under a tree in the sun"""
JFK = "And so, my fellow Americans: ask not what your country can do for you; ask what you can do for your country."  # noqa: E501


def plain(text: str) -> str:
    return re.sub(r"[^a-z' ]", "", text.lower())


def edges_off(output: StageOutput, spoken: Spoken) -> np.ndarray:
    """Seconds by which each word's start and end differ from the truth."""
    words = output["section"]["words"]
    assert [plain(word["text"]) for word in words] == [plain(word.text) for word in spoken.words]
    return np.abs(
        [
            (word["start"] - true.start, word["end"] - true.end)
            for word, true in zip(words, spoken.words, strict=True)
        ]
    )


@pytest.mark.parametrize("voice", ["slt", "rms", "awb"])
def test_it_works(tmp_path: Path, voice: str):
    spoken = synthesis.answer(voice)
    seen = Seen()
    section = written(spoken.write(tmp_path / "a.wav"), seen=seen)["section"]
    assert jiwer.wer(plain(spoken.text), plain(section["text"])) <= 0.12
    assert section["timing"] == "recognised"
    assert section["reliability"] >= 0.7
    assert section["language"] == "en"
    assert not section["warnings"]
    assert len(section["sentences"]) == 4
    assert [word["text"] for word in seen.words] == [word["text"] for word in section["words"]]
    assert seen.ratios == sorted(seen.ratios)


def test_noise_lowers_reliability(tmp_path: Path):
    path = tmp_path / "noisy.wav"
    soundfile.write(path, synthesis.with_noise(synthesis.answer().samples, 12), 16_000)
    assert written(path)["section"]["reliability"] < 0.7


@pytest.mark.parametrize("voice", ["slt", "kal16"])
def test_given_text_is_aligned(tmp_path: Path, voice: str):
    spoken = synthesis.answer(voice)
    output = written(spoken.write(tmp_path / "a.wav"), attached(spoken.text))
    off = edges_off(output, spoken)
    assert np.median(off) < 0.03
    assert off.max() < 0.12
    assert output["section"]["timing"] == "aligned"
    assert output["section"]["reliability"] == 1.0


def test_pauses_stand_between_the_aligned_words(tmp_path: Path):
    spoken = synthesis.answer()
    words = written(spoken.write(tmp_path / "a.wav"), attached(spoken.text))["section"]["words"]
    gaps = [
        (a["end"], b["start"])
        for a, b in itertools.pairwise(words)
        if b["start"] - a["end"] >= 0.25
    ]
    assert np.array(gaps) == pytest.approx(np.array(spoken.pauses), abs=0.1)


@pytest.mark.parametrize("voice", ["slt", "rms", "awb"])
def test_fillers_of_a_given_text_are_kept(tmp_path: Path, voice: str):
    spoken = synthesis.hesitant(voice)
    output = written(spoken.write(tmp_path / "h.wav"), attached(spoken.text))
    off = edges_off(output, spoken)
    assert np.median(off) < 0.03
    assert off.max() < 0.15
    assert sum(word["text"] in {"um", "uh"} for word in output["section"]["words"]) == 3


def test_no_word_is_lost(tmp_path: Path):
    spoken = synthesis.say("We shipped the new version in March.", 0.5, "It was a good year.")
    text = "We shipped the Zyzzorblax — version in March 2019. It was 日本 a good year."
    words = written(spoken.write(tmp_path / "a.wav"), attached(text))["section"]["words"]
    assert " ".join(word["text"] for word in words) == text
    starts = [word["start"] for word in words]
    assert starts == sorted(starts)


def test_a_text_of_another_recording_is_noticed(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    section = written(path, attached(OTHER_TEXT))["section"]
    assert section["reliability"] < 0.5
    assert section["timing"] == "none"
    assert section["warnings"][0]["code"] == "transcript_mismatch"
    assert section["words"][0]["start"] is None


def test_cues_of_a_file_are_aligned_closer_than_they_came(tmp_path: Path):
    spoken = synthesis.answer()
    cues = [
        f"{n + 1}\n00:00:{4 * n:02d},000 --> 00:00:{4 * n + 4:02d},000\n{sentence}\n"
        for n, sentence in enumerate(synthesis.INTERVIEW_ANSWER)
    ]
    output = written(spoken.write(tmp_path / "a.wav"), attached("\n".join(cues), "srt"))
    assert np.median(edges_off(output, spoken)) < 0.03


def test_a_file_of_another_recording_keeps_its_own_times(tmp_path: Path):
    text = f"WEBVTT\n\n00:01.000 --> 00:05.000\n{OTHER_TEXT}\n"
    section = written(synthesis.answer().write(tmp_path / "a.wav"), attached(text, "vtt"))[
        "section"
    ]
    assert section["timing"] == "caption"
    assert 1.0 <= section["words"][0]["start"] < section["words"][-1]["end"] <= 5.0


def test_an_edit_keeps_times_outside_its_span(tmp_path: Path):
    spoken = synthesis.answer()
    words = [{"text": w.text, "start": w.start, "end": w.end} for w in spoken.words]
    changed = range(10, 13)
    for n in changed:
        words[n] = {"text": words[n]["text"], "start": None, "end": None}
    text = attached(json.dumps({"words": words}), "json", "edited")
    output = written(spoken.write(tmp_path / "a.wav"), text)
    off = edges_off(output, spoken)
    assert np.delete(off, list(changed), axis=0).max() < 1e-9
    assert off[list(changed)].max() < 0.12
    assert output["section"]["reliability"] == 1.0


def test_speakers_of_a_given_text_are_kept(tmp_path: Path):
    one, two = synthesis.INTERVIEW_ANSWER[:2]
    spoken = synthesis.say(one, 0.7, two)
    text = attached(f"Ann: {one}\nBob: {two}\n")
    speakers = written(spoken.write(tmp_path / "a.wav"), text)["section"]["speakers"]
    assert [speaker["id"] for speaker in speakers] == ["Ann", "Bob"]


def test_silence_is_a_result_with_a_reason(tmp_path: Path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(48_000), 16_000)
    output = written(tmp_path / "silence.wav")
    assert output["section"]["text"] is None
    assert {item["code"] for item in output["withheld"]} == {"no_speech"}


def test_text_without_a_recording_is_trusted():
    section = written(None, attached(" ".join(synthesis.INTERVIEW_ANSWER)))["section"]
    assert (section["reliability"], section["timing"], section["source"]) == (1.0, "none", "text")
    assert len(section["sentences"]) == 4
    assert section["language"] == "en"
    assert all(word["start"] is None for word in section["words"])


def test_whisperx_without_weights_says_what_to_do(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    with pytest.raises(EngineError) as caught:
        written(path, transcriber="whisperx", models_dir=str(tmp_path))
    assert caught.value.code == "no_whisper_model"
    assert "models install" in caught.value.message


def test_a_broken_transcript_is_refused(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    with pytest.raises(EngineError) as caught:
        written(path, attached("{", "json"))
    assert caught.value.code == "bad_transcript"


def test_a_persons_speech_is_aligned():
    section = written(shared("jfk.flac"), attached(JFK))["section"]
    words = section["words"]
    assert section["reliability"] > 0.8
    assert len(words) == 22
    assert words[4]["end"] < words[5]["start"] - 0.5, "the pause after Americans"


@pytest.mark.parametrize(
    "name", ["jfk.flac", "radio_address_1.wav", "talking_head.mp4", "stage_performance.mp4"]
)
def test_people_are_recognised_with_honest_reliability(name: str):
    section = written(shared(name))["section"]
    assert section["words"]
    assert 0 < section["reliability"] < 0.95
