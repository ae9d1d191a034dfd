"""How clearly a recording carries the voice: planted faults, and what is not said."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfilt

from tests.data import shared
from workers.engines.prosody import clarity
from workers.engines.prosody.clarity import (
    FEATURES,
    FRAMES,
    KINDS,
    VALUES,
    Heard,
    by_rule,
    classifier,
    upper_db,
    windows,
)
from workers.engines.timeline import Floats
from workers.engines.trained import Unusable, packed
from workers.engines.types import Span
from workers.training.draws import HELD_OUT, INSIDE
from workers.training.speech import faults
from workers.training.speech.noise import with_noise
from workers.training.speech.rooms import Room, in_room
from workers.training.speech.say import say
from workers.training.speech.voices import Samples, resampled


@lru_cache
def talk() -> Samples:
    lines = ("We moved the whole team to one floor last year", 0.7,
             "and now people talk to each other before they write", 0.8,
             "so most of the mistakes are found on the same day", 0.7,
             "which saved us a week before the last release")  # fmt: skip
    samples = say(*lines, voice="awb").samples
    return samples / np.float32(2 * np.abs(samples).max())


def dull(samples: Samples) -> Samples:
    return sosfilt(butter(3, 900, fs=16_000, output="sos"), samples).astype(np.float32)


def share_muffled(path: Path, samples: Samples) -> float | None:
    soundfile.write(path, samples, 16_000)
    whole: list[Span] = [{"start": 0.0, "end": len(samples) / 16_000}]
    classify = clarity.loaded({}).value
    assert classify is not None
    return clarity.muffled(str(path), whole, classify)


def rule_on(path: Path, samples: Samples) -> tuple[str, dict[str, float]]:
    soundfile.write(path, samples, 16_000)
    got = faults.measured(path)
    found = windows(samples)
    row = [got.clipping, got.reverberation_s or 0.0, got.snr_db or 99.0, 0.0,
           got.variation_db or 0.0]  # fmt: skip
    measures = np.tile(row, (len(found), 1))
    measures[:, 3] = upper_db(found)
    told = by_rule(Heard(found, lambda: measures))[0]
    kind = KINDS[int(told[: len(KINDS)].argmax())]
    return kind, dict(zip(VALUES, told[len(KINDS) :], strict=True))


def test_it_works(tmp_path: Path) -> None:
    """The rule names a planted fault, and none in a plain recording."""
    made = {
        "clear": talk(),
        "noisy": with_noise(talk(), 5.0, kind="pink"),
        "echoing": in_room(talk(), Room(1.0, 2.0, (7.0, 5.0, 3.0))),
        "distorted": np.clip(talk(), -0.1, 0.1),
        "muffled": dull(talk()),
    }
    got = {name: rule_on(tmp_path / f"{name}.flac", one)[0] for name, one in made.items()}
    assert got == {name: name for name in made}


def test_the_share_is_of_the_windows_that_are_surely_muffled_and_half_speech(
    tmp_path: Path,
) -> None:
    def by_bands(heard: Heard) -> Floats:
        return np.eye(len(KINDS))[(upper_db(heard.features) < clarity.DULL_DB).astype(int)]

    half = np.concatenate([talk()] * 8 + [dull(talk())] * 8)
    path = tmp_path / "half.flac"
    soundfile.write(path, half, 16_000)
    end = len(half) / 16_000
    for spans, share in ((((0, end),), 0.5), (((0, end / 2),), 0.0), (((end / 2, end),), 1.0)):
        speech: list[Span] = [{"start": a, "end": b} for a, b in spans]
        got = clarity.muffled(str(path), speech, by_bands)
        assert got == pytest.approx(share, abs=0.15)
    assert clarity.muffled(str(path), [{"start": 1.0, "end": 4.0}], by_bands) is None


def test_the_weights_that_ship_hear_the_upper_bands_go() -> None:
    classify = clarity.loaded({}).value
    assert classify is not None
    plain, without = (
        float(classify(Heard(windows(one)))[:, clarity.MUFFLED].mean())
        for one in (talk(), dull(talk()))
    )
    assert plain < 0.2 and without > plain + 0.4


@pytest.mark.parametrize("name", ["jfk.flac", "radio_address_1.wav", "radio_address_2.wav"])
def test_people_on_the_radio_are_not_muffled_but_behind_a_cloth_they_are(
    name: str, tmp_path: Path
) -> None:
    samples = heard(shared(name))
    assert share_muffled(tmp_path / "plain.flac", samples) == 0
    assert share_muffled(tmp_path / "noisy.flac", with_noise(samples, 15.0, kind="pink")) == 0
    assert share_muffled(tmp_path / "dull.flac", dull(samples)) == 1


def heard(path: Path) -> Samples:
    """At 16 kHz, twice where it is too short."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = resampled(samples.mean(axis=1), rate, 16_000)
    return np.tile(mono, 1 + (len(mono) < 8.1 * 16_000))


def test_less_of_the_voice_is_audible_in_more_noise(tmp_path: Path) -> None:
    found = [
        rule_on(tmp_path / f"{snr}.flac", with_noise(talk(), snr))[1]["audible"]
        for snr in (25.0, 10.0, 0.0)
    ]
    assert found == sorted(found, reverse=True) and found[0] > found[-1] + 0.3


def test_the_level_of_a_recording_is_no_fault() -> None:
    assert windows(0.03 * talk()) == pytest.approx(windows(talk()), abs=0.02)


def test_under_eight_seconds_nothing_is_said() -> None:
    assert windows(talk()[: 7 * 16_000]).shape == (0, FRAMES, FEATURES)
    assert windows(np.zeros(0)).shape == (0, FRAMES, FEATURES)
    assert np.isfinite(windows(np.zeros(9 * 16_000))).all(), "silence is a sound too"


def test_weights_of_another_shape_are_unusable() -> None:
    with pytest.raises(Unusable):
        classifier(packed("clarity", 1, {"w1": np.zeros((3, 2, 1))}))


def test_a_recording_follows_from_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "made_dir", lambda name: tmp_path)
    monkeypatch.setattr(faults, "SPEAKERS", {INSIDE: ("slt",), HELD_OUT: ("awb",)})
    faults._bank.cache_clear()
    first, other = (faults.recording(3, far=far) for far in (INSIDE, HELD_OUT))
    assert len(first.samples) == round(faults.SECONDS * 16_000)
    assert 0 <= first.audible <= 1 and first.variation_db > 0 and 0 <= first.kind < len(KINDS)
    assert not np.array_equal(first.samples, other.samples)
    before = first.path.read_bytes()
    first.path.unlink()
    assert faults.recording(3, far=INSIDE).path.read_bytes() == before
    faults._bank.cache_clear()
