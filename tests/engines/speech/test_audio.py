from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import clips, synthesis
from tests.clips import Look
from tests.data import shared
from tests.engines.speech.jobs import artifact, listened
from workers.engines.types import EngineError


def test_it_works(tmp_path: Path):
    spoken = synthesis.answer()
    output = listened(spoken.write(tmp_path / "answer.wav", 44_100))
    section = output["section"]
    assert section["duration_s"] == pytest.approx(spoken.duration, abs=0.01)
    with soundfile.SoundFile(artifact(output, "audio")) as flac:
        assert (flac.samplerate, flac.channels, flac.format) == (16_000, 1, "FLAC")
    quiet = [
        (a["end"], b["start"])
        for a, b in zip(section["speech"], section["speech"][1:], strict=False)
    ]
    assert np.array(quiet) == pytest.approx(np.array(spoken.pauses), abs=0.15)


@pytest.mark.parametrize("snr_db", [25, 15, 5])
def test_it_measures_the_noise_that_was_added(tmp_path: Path, snr_db: int):
    path = tmp_path / "noisy.wav"
    soundfile.write(path, synthesis.with_noise(synthesis.answer().samples, snr_db), 16_000)
    measured = listened(path)["section"]["signal_to_noise_db"]
    assert measured == pytest.approx(snr_db, abs=2.5)


def test_it_counts_clipping(tmp_path: Path):
    clean = synthesis.answer().samples
    soundfile.write(tmp_path / "clean.wav", clean, 16_000)
    soundfile.write(tmp_path / "hot.wav", np.clip(clean * 6, -1, 1), 16_000)
    assert listened(tmp_path / "clean.wav")["section"]["clipping_ratio"] == 0
    assert listened(tmp_path / "hot.wav")["section"]["clipping_ratio"] > 0.02


def test_it_counts_clipping_that_was_turned_down_afterwards(tmp_path: Path):
    clean = synthesis.answer().samples
    cut = np.clip(clean / np.quantile(np.abs(clean), 0.98), -1, 1) * 0.4
    soundfile.write(tmp_path / "cut.wav", cut, 16_000)
    assert listened(tmp_path / "cut.wav")["section"]["clipping_ratio"] > 0.01


def test_a_limiter_and_a_steady_tone_are_no_clipping(tmp_path: Path):
    clean = synthesis.answer().samples
    limited = np.tanh(4 * clean / np.abs(clean).max()) * 0.5
    tone = 0.5 * np.sin(2 * np.pi * 140 * np.arange(48_000) / 16_000)
    for name, samples in (("limited", limited), ("tone", tone)):
        soundfile.write(tmp_path / f"{name}.wav", samples, 16_000)
        assert listened(tmp_path / f"{name}.wav")["section"]["clipping_ratio"] == 0


def test_silence_is_a_result_with_a_reason(tmp_path: Path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(32_000), 16_000)
    output = listened(tmp_path / "silence.wav")
    assert output["section"]["speech"] == []
    assert output["section"]["signal_to_noise_db"] is None
    assert output["withheld"][0]["code"] == "no_speech"


def test_noise_is_not_taken_for_speech(tmp_path: Path):
    soundfile.write(tmp_path / "noise.wav", synthesis.noise(8.0, -25), 16_000)
    assert listened(tmp_path / "noise.wav")["section"]["speech_s"] < 0.5


@pytest.mark.parametrize("look", [Look(channels=6), Look(rate=11_025), Look(rate=96_000)])
def test_any_rate_and_channels_will_do(tmp_path: Path, look: Look):
    spoken = synthesis.answer()
    path = clips.clip(tmp_path / "odd.wav", spoken.samples, look=look)
    assert listened(path)["section"]["speech_s"] == pytest.approx(14.4, abs=0.5)


def test_the_waveform_is_small_and_true(tmp_path: Path):
    spoken = synthesis.answer()
    wave = json.loads(
        Path(artifact(listened(spoken.write(tmp_path / "a.wav")), "waveform")).read_text()
    )
    assert len(wave["peaks"]) <= 2000
    highest = max(high for _, high in wave["peaks"])
    assert highest == pytest.approx(float(spoken.samples.max()), abs=0.01)
    pause = [high - low for n, (low, high) in enumerate(wave["peaks"])
             if 4.4 < n / len(wave["peaks"]) * wave["duration_s"] < 4.8]  # fmt: skip
    assert max(pause) < 0.01


def test_damaged_sound_is_told(tmp_path: Path):
    path = clips.corrupt_middle(tmp_path / "damaged.mp4", synthesis.answer().samples)
    assert listened(path)["section"]["warnings"][0]["code"] == "corrupt_sound"


def test_no_sound_is_an_error_a_person_understands(tmp_path: Path):
    path = clips.clip(tmp_path / "mute.mp4", None, seconds=1)
    with pytest.raises(EngineError) as caught:
        listened(path)
    assert caught.value.code == "no_sound"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(tmp_path: Path):
    import psutil

    minute = np.tile(synthesis.answer().samples, 4)[: 16_000 * 60]
    short, long = tmp_path / "short.wav", tmp_path / "long.wav"
    for path, minutes in ((short, 2), (long, 12)):
        with soundfile.SoundFile(path, "w", 16_000, 1) as out:
            for _ in range(minutes):
                out.write(minute)
    listened(short)
    before = psutil.Process().memory_info().rss
    listened(long)
    assert psutil.Process().memory_info().rss - before < 24 * 2**20  # its samples are 46 MB


@pytest.mark.parametrize("name", ["jfk.flac", "radio_address_1.wav", "talking_head.mp4"])
def test_it_hears_people(name: str):
    section = listened(shared(name))["section"]
    assert section["speech_s"] > 0.5 * section["duration_s"]
