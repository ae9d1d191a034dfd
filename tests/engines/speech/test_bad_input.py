"""Sound and text that are not one person speaking English: noticed, said, and nothing made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import synthesis
from tests.engines.sounds import RATE, with_noise, write
from workers.engines.asr.language import of_text
from workers.engines.types import GATE, StageOutput
from workers.training.evaluation.pipeline import Recording
from workers.training.speech.noise import KINDS, mixed

GERMAN = (
    "Als ich in der Firma anfing, verlor das Team jede Woche Kunden. Meine Aufgabe war es, den "
    "Grund zu finden und die Zahlen wieder zu verbessern. Ich habe mit zwanzig Kunden gesprochen "
    "und einen kleinen Bericht gebaut, der das Problem zeigte."
)
OTHER_TEXT = (
    "The quick brown fox jumps over the lazy dog while many people are watching birds. " * 3
)
QUESTIONS = (
    "Tell me about a time when you had a conflict with a colleague, and what you did about it.",
    "And what would you do differently today, when you look back at it?",
)
SOUND = ("audio", "prosody", "transcribe", "fluency")


def tune(seconds: float) -> np.ndarray:
    """Chords that change every second and a half, each note with its harmonics."""
    chance = np.random.default_rng(2)
    sound = np.zeros(round(seconds * RATE))
    for start in np.arange(0, seconds, 1.5):
        first, end = round(start * RATE), min(len(sound), round((start + 1.5) * RATE))
        times = np.arange(end - first) / RATE
        fall = np.minimum(1, times / 0.01) * np.exp(-times)
        for step in (0, 4, 7, 12 + chance.integers(12)):
            hz = 196 * 2 ** ((step + chance.choice([-4, 0, 3, 5])) / 12)
            for part in range(1, 7):
                sound[first:end] += fall * np.sin(2 * np.pi * hz * part * times) / part
    return (0.4 * sound / np.abs(sound).max()).astype(np.float32)


def analysed(path: Path | str, *stages: str, **given: Any) -> dict[str, StageOutput]:
    with Recording(Path(path), transcriber="pocketsphinx", **given) as recording:
        return recording.run(*stages)


def codes(found: StageOutput) -> set[str]:
    return {warning["code"] for warning in found["section"]["warnings"]}


def reasons(found: StageOutput) -> dict[str, str]:
    return {entry["path"]: entry["code"] for entry in found["withheld"]}


def test_music_is_said_and_not_scored(tmp_path: Path):
    path = write(tmp_path / "music.flac", tune(12))
    found = analysed(path, *SOUND, "content", "score")
    assert codes(found["audio"]) == {"only_music"}
    assert "music" in found["transcribe"]["withheld"][0]["message"]
    scores = found["score"]["section"]
    assert {name: one["value"] for name, one in scores.items() if one["value"] is not None} == {}


def test_music_under_a_voice_is_said(tmp_path: Path):
    voice = synthesis.answer().samples
    music = tune(len(voice) / RATE)[: len(voice)]
    path = write(tmp_path / "both.flac", mixed(voice, music, 8.0))
    found = analysed(path, "audio", "prosody")
    assert codes(found["audio"]) == {"music"}
    (warning,) = [w for w in found["prosody"]["section"]["warnings"] if w["code"] == "music"]
    assert "prosody.pitch" in warning["affects"]


def test_a_hum_is_no_music(tmp_path: Path):
    hum = KINDS["hum"](8 * RATE, np.random.default_rng(1)) * 0.1
    found = analysed(write(tmp_path / "hum.flac", hum), "audio", "transcribe")
    assert codes(found["audio"]) == {"sound_without_speech"}
    assert "closer to the microphone" in found["transcribe"]["withheld"][0]["message"]


def test_a_silent_recording_asks_for_the_microphone(tmp_path: Path):
    silent = with_noise(np.zeros(5 * RATE), -80)
    found = analysed(write(tmp_path / "silent.flac", silent), "audio", "transcribe")
    assert codes(found["audio"]) == {"silent"}
    assert "microphone" in found["transcribe"]["withheld"][0]["message"]


def test_two_people_are_noticed_by_their_pitch(tmp_path: Path):
    lines = synthesis.INTERVIEW_ANSWER
    turns = [
        synthesis.say(line, voice=("slt", "rms")[n % 2]).samples for n, line in enumerate(lines)
    ]
    found = analysed(write(tmp_path / "two.flac", np.concatenate(turns)), "audio", "prosody")
    (warning,) = found["prosody"]["section"]["warnings"]
    assert warning["code"] == "two_voices"
    assert "Attach a transcript with names" in warning["message"]


def test_an_interviewers_few_questions_are_another_voice(tmp_path: Path):
    """Whose pitch lies below what is looked for in the one who talks most."""
    asked = [synthesis.say(line, voice="rms").samples for line in QUESTIONS]
    told = synthesis.answer().samples
    turns = np.concatenate((asked[0], told, asked[1], told[: 8 * RATE]))
    found = analysed(write(tmp_path / "asked.flac", turns), "audio", "prosody")
    assert codes(found["prosody"]) == {"two_voices"}
    (warning,) = found["prosody"]["section"]["warnings"]
    assert {"fluency", "content", "prosody.pitch"} <= set(warning["affects"])


@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_one_person_is_not_two(tmp_path: Path, voice: str):
    found = analysed(synthesis.answer(voice).write(tmp_path / "a.wav"), "audio", "prosody")
    assert not codes(found["audio"]) | codes(found["prosody"])


def test_another_language_is_named_and_only_the_sound_measured(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    found = analysed(path, *SOUND, "content", text=GERMAN)
    assert found["transcribe"]["section"]["language"] == "de"
    assert codes(found["transcribe"]) <= {"language_unaligned"}
    assert reasons(found["fluency"])["/fluency/hedges/count"] == "language_unsupported"
    assert reasons(found["content"])["/content/star/completeness"] == "language_unsupported"
    assert found["fluency"]["section"]["pauses"]["count"] == 3
    assert found["prosody"]["section"]["pitch"]["median_hz"] > 100


def test_clear_speech_that_is_not_english_is_not_called_english(tmp_path: Path):
    """English said backwards, which no language is, from a voice that is understood otherwise."""
    said = synthesis.say(*synthesis.INTERVIEW_ANSWER[2:4]).samples[::-1]
    found = analysed(write(tmp_path / "a.flac", said), "audio", "transcribe")["transcribe"]
    assert codes(found) == {"not_english"}
    assert "say which one" in found["section"]["warnings"][0]["message"]
    assert found["section"]["language"] is None
    assert reasons(found)["/transcript/language"] == "language_unknown"
    assert found["section"]["reliability"] < GATE


def test_a_language_no_recogniser_knows_is_not_guessed_at(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    found = analysed(path, *SOUND, language="de")
    assert found["transcribe"]["section"]["words"] == []
    assert reasons(found["transcribe"])["/transcript/text"] == "language_unsupported"
    assert "German" in found["transcribe"]["withheld"][0]["message"]
    assert found["fluency"]["section"]["pauses"]["count"] == 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"),
        ("Quand je suis arrivé, l'équipe perdait des clients chaque semaine.", "fr"),
        ("Cuando llegué a la empresa, el equipo perdía clientes cada semana.", "es"),
        ("私が会社に入ったとき、チームは毎週顧客を失っていました。", "ja"),
        (" ".join(synthesis.INTERVIEW_ANSWER), "en"),
        ("Revenue grew because Kubernetes rollouts stopped failing and churn fell.", None),
        ("Zyzzyva, Qix.", None),
    ],
)
def test_a_texts_language_is_told_by_its_small_words(text: str, language: str | None):
    assert of_text(text.split()) == language


def test_a_text_of_another_recording_closes_the_gate(tmp_path: Path):
    path = synthesis.answer().write(tmp_path / "a.wav")
    found = analysed(path, *SOUND, "content", text=OTHER_TEXT)
    (warning,) = found["transcribe"]["section"]["warnings"]
    assert warning["code"] == "transcript_mismatch"
    assert "remove this one" in warning["message"]
    assert reasons(found["fluency"])["/fluency/hedges/count"] == "transcript_mismatch"
    assert reasons(found["content"])["/content/star/completeness"] == "transcript_mismatch"
    assert found["fluency"]["section"]["pauses"]["count"] == 3


@pytest.mark.parametrize("said", ["Yes.", "I led a team of four people for two years."])
def test_few_words_are_a_result_with_reasons(tmp_path: Path, said: str):
    path = synthesis.say(said).write(tmp_path / "a.wav")
    found = analysed(path, *SOUND, "content", "score", text=said)
    assert found["transcribe"]["section"]["text"] == said
    assert reasons(found["fluency"])["/fluency/words_per_minute"] == "too_short"
    assert reasons(found["score"])["/scores/pace/value"] == "too_short"
    assert reasons(found["score"])["/scores/overall/value"] == "too_short"
