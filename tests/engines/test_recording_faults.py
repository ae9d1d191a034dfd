"""Drift of the loudness, and warnings of what the recording itself does to the measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import fftconvolve

from tests.engines.sounds import RATE, Progress, job, silence, voice, with_noise, word, write
from workers.engines import fluency, prosody
from workers.engines.asr.denoise import choice
from workers.engines.asr.sound import Sound
from workers.engines.prosody import loudness, reverberation
from workers.engines.prosody.cautions import warnings
from workers.engines.prosody.pitch import PitchTrack
from workers.engines.prosody.talkers import two_voices
from workers.engines.timeline import Floats
from workers.engines.types import MediaInput, Span


def bursts(count: int, seed: int = 0, seconds: float = 1.5) -> tuple[np.ndarray, list[Span]]:
    """Noise that swells and falls like syllables, in phrases with pauses between."""
    chance = np.random.default_rng(seed)
    pieces, spans, at = [silence(0.5)], [], 0.5
    for _ in range(count):
        t = np.arange(round(seconds * RATE)) / RATE
        syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * t)
        pieces += [chance.standard_normal(len(t)) * 0.05 * syllables, silence(0.6)]
        spans.append(Span(start=at, end=at + seconds))
        at += seconds + 0.6
    return np.concatenate(pieces), spans


def drift(folder: Path, sound: np.ndarray, spans: list[Span]) -> float | None:
    return loudness.drift(loudness.read_loudness(write(folder / "a.flac", sound)), spans)


def ramp(sound: np.ndarray, db: float) -> np.ndarray:
    return sound * 10 ** (np.linspace(-db / 2, db / 2, len(sound)) / 20)


@pytest.mark.parametrize("db", [-8.0, -3.0, 0.0, 5.0])
def test_drift_is_the_change_from_first_to_last_word(tmp_path: Path, db: float) -> None:
    sound, spans = bursts(24)
    assert drift(tmp_path, ramp(sound, db), spans) == pytest.approx(db, abs=0.4)


def test_one_shout_is_no_drift(tmp_path: Path) -> None:
    sound, spans = bursts(24)
    sound[-3 * RATE :] *= 5
    assert drift(tmp_path, sound, spans) == pytest.approx(0, abs=0.7)


@given(gain_db=st.floats(-20, 10), lead=st.floats(0, 30))
def test_drift_knows_neither_gain_nor_when_it_begins(
    gain_db: float, lead: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("drift")
    sound, spans = bursts(22)
    sound = ramp(sound, 4.0)
    later = [Span(start=span["start"] + lead, end=span["end"] + lead) for span in spans]
    moved = np.concatenate((silence(lead), sound)) * 10 ** (gain_db / 20)
    assert drift(folder, moved, later) == pytest.approx(drift(folder, sound, spans), abs=0.2)


def test_half_a_minute_is_needed_for_a_drift(tmp_path: Path) -> None:
    sound, spans = bursts(19)
    assert drift(tmp_path, sound, spans) is None


def codes(clipping: float = 0.0, noise_db: float = 30.0, **capture: object) -> dict[str, list[str]]:
    media: list[MediaInput] = [
        {"role": "audio", "path": "a", "filename": "a", "capture": dict(capture)}
    ]
    found = warnings(clipping=clipping, noise_db=noise_db, media=media)
    assert all(one["message"].endswith(".") and one["affects"] for one in found)
    return {one["code"]: one["affects"] for one in found}


def test_a_good_recording_has_no_warning() -> None:
    assert codes() == {}
    assert codes(autoGainControl=False) == {}


def test_each_fault_says_what_it_makes_unreliable() -> None:
    assert "prosody.loudness.variation_db" in codes(clipping=0.01)["clipped"]
    assert "prosody.voice.hnr_db" in codes(noise_db=12)["noisy"]
    assert "prosody.pitch.range_semitones" not in codes(noise_db=12)["noisy"]
    assert "prosody.pitch.range_semitones" in codes(noise_db=3)["noisy"]
    assert "prosody.loudness.drift_db" in codes(autoGainControl=True)["gain_control"]


def test_an_echoing_room_is_warned_of_with_what_it_blurs() -> None:
    [found] = warnings(clipping=0.0, noise_db=30.0, media=[], reverberation_s=0.9)
    assert found["code"] == "echoing"
    assert {"fluency.pauses", "transcript.reliability"} <= set(found["affects"])
    assert not warnings(clipping=0.0, noise_db=30.0, media=[], reverberation_s=0.4)


def ringing(folder: Path, seconds: float, *, cut_s: float, noise_db: float) -> float | None:
    """The RT60 heard of bursts of all frequencies that die away by 60 dB in `seconds`, the fall
    cut off after `cut_s`."""
    chance = np.random.default_rng(4)
    tail = 10 ** (-3 * np.arange(round(cut_s * RATE)) / RATE / seconds)
    tail *= chance.standard_normal(len(tail))
    dry = np.concatenate([
        np.concatenate((chance.standard_normal(RATE), np.zeros(round(1.2 * RATE))))
        for _ in range(8)
    ])  # fmt: skip
    sound = fftconvolve(dry, tail)[: len(dry)]
    path = write(folder / "a.flac", with_noise(0.1 * sound / sound.std(), noise_db))
    return reverberation.measure(path, [Span(start=n * 2.2, end=n * 2.2 + 1.0) for n in range(8)])


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.2])
def test_the_room_is_heard_where_phrases_end(tmp_path: Path, seconds: float) -> None:
    heard = ringing(tmp_path, seconds, cut_s=1.5 * seconds, noise_db=-80)
    assert heard == pytest.approx(seconds, rel=0.15)


def test_an_echo_is_heard_above_noise(tmp_path: Path) -> None:
    heard = ringing(tmp_path, 1.6, cut_s=1.8, noise_db=-34)
    assert heard == pytest.approx(1.6, rel=0.25)


def test_a_gate_that_ends_a_fall_is_no_wall(tmp_path: Path) -> None:
    heard = ringing(tmp_path, 0.9, cut_s=0.75, noise_db=-150)
    assert heard == pytest.approx(0.9, rel=0.15)


def test_too_few_phrase_ends_say_nothing_of_the_room(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", with_noise(voice(150, 3), -60))
    assert reverberation.measure(path, [Span(start=0.0, end=3.0)]) is None


def test_the_stage_warns_of_what_the_sound_stage_found(tmp_path: Path) -> None:
    sound = with_noise(np.concatenate((silence(1), voice(150, 10), silence(1))), -65)
    path = write(tmp_path / "a.flac", sound)
    audio = {"speech": [{"start": 1.0, "end": 11.0}], "clipping_ratio": 0.02}
    given = job("prosody", tmp_path, upstream={"audio": audio}, artifacts={"audio": path})
    section = prosody.run(given, Progress())["section"]
    assert [one["code"] for one in section["warnings"]] == ["clipped"]
    assert section["loudness"]["drift_db"] is None


@pytest.mark.parametrize(
    ("setting", "by_default", "cleaned"),
    [
        ("auto", True, True), ("auto", False, False), ("always", False, True),
        ("never", True, False), (None, True, True), ("nonsense", False, False),
    ],
)  # fmt: skip
def test_the_operator_says_whether_noise_is_taken_off_before_recognition(
    tmp_path: Path, setting: str | None, by_default: bool, cleaned: bool
) -> None:
    noisy = with_noise(np.concatenate((silence(1), voice(150, 1), silence(1))), -35)
    path = write(tmp_path / "a.flac", noisy)
    with Sound(path, choice({"denoise": setting})) as sound:
        heard = sound.clear(0, 3, by_default=by_default)
        as_recorded = sound.between(0, 3)
    assert np.array_equal(heard, as_recorded) != cleaned
    if cleaned:
        assert np.std(heard[:RATE]) < 0.75 * np.std(as_recorded[:RATE]), "the noise is still there"


def test_looking_for_a_second_voice_goes_over_the_pitch_once() -> None:
    class Counted(PitchTrack):
        asked = 0

        @property
        def times(self) -> Floats:
            Counted.asked += 1
            return super().times

    speech = [Span(start=float(n), end=n + 0.8) for n in range(100)]
    hz = np.repeat(np.where(np.arange(100) % 2, 220.0, 110.0), 100)
    found = two_voices(Counted(hz, 0.005, 0.01, 75, 500), speech)
    assert found is not None and found.low_hz == pytest.approx(110)
    assert found.high_hz == pytest.approx(220) and Counted.asked == 1


def test_speech_without_voice_is_whispered(tmp_path: Path) -> None:
    sound, spans = bursts(6)
    path = write(tmp_path / "a.flac", with_noise(sound))
    upstream: dict[str, dict[str, object]] = {"audio": {"speech": spans}}
    output = prosody.run(
        job("prosody", tmp_path, upstream=upstream, artifacts={"audio": path}), Progress()
    )
    (warning,) = output["section"]["warnings"]
    assert warning["code"] == "whispered"
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/prosody/pitch/median_hz"] == codes["/prosody/voice/hnr_db"] == "whispered"
    assert output["section"]["loudness"]["integrated_lufs"] is not None


def test_the_chance_pitch_of_a_whisper_reaches_nothing(tmp_path: Path) -> None:
    """A second of it in 15 s of speech: no measure, no curve, no rises, no emphasis, no fillers."""
    rustling, spans = bursts(10)
    sound = with_noise(np.concatenate((rustling, voice(150, 1.5), silence(0.5))))
    spans.append(Span(start=len(rustling) / RATE, end=len(rustling) / RATE + 1.5))
    words = [
        word(f"word{n}" + "." * (n % 4 == 3), span["start"] + part, span["start"] + part + 0.3)
        for n, (span, part) in enumerate((s, p) for s in spans for p in (0.0, 0.4, 0.8, 1.2))
    ]
    upstream: dict[str, dict[str, Any]] = {
        "audio": {"speech": spans},
        "transcribe": {"words": words, "reliability": 0.9, "source": "machine"},
    }
    artifacts = {"audio": write(tmp_path / "a.flac", sound)}
    heard = prosody.run(job("prosody", tmp_path, upstream=upstream, artifacts=artifacts),
                        Progress())  # fmt: skip
    codes = {entry["path"]: entry["code"] for entry in heard["withheld"]}
    assert codes["/prosody/pitch/median_hz"] == codes["/prosody/voice/jitter"] == "whispered"
    artifacts |= {file["kind"]: file["path"] for file in heard["artifacts"]}
    assert not {"pitch", "series.pitch"} & artifacts.keys() and "loudness" in artifacts
    said = fluency.run(job("fluency", tmp_path, upstream=upstream, artifacts=artifacts),
                       Progress())  # fmt: skip
    codes = {entry["path"]: entry["code"] for entry in said["withheld"]}
    for path in ("uptalk/count", "emphasis/count", "fillers/sound_count"):
        assert codes[f"/fluency/{path}"] == "no_pitch"
    assert "fluency.emphasis" in heard["section"]["warnings"][0]["affects"]
