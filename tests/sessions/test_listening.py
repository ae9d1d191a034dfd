"""What the studio hears while somebody speaks, held against what was said and against the engines.

The modules under static/js/studio/room/measure run in Node here, as they do in the browser.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.sounds import silence, voice
from tests.engines.sounds import with_noise as in_noise
from tests.synthesis import RATE, Spoken, answer, resampled, with_noise
from workers.engines.fluency import steady
from workers.engines.fluency.grammar.harper import node
from workers.training.speech.changes import Change, median_hz
from workers.training.speech.say import Filler, say
from workers.training.speech.voices import vowels

VOICES = ("slt", "rms", "kal16")
DRIVER = Path(__file__).with_name("listening.mjs")
SYLLABLES_A_WORD = 1.4
SLOWER = Change(stretch=1.25)


def hesitating(name: str) -> Spoken:
    """Three filled pauses, each held at one pitch as people hold them."""
    return say(
        "When I joined the company the support team was losing customers every week.", 0.5,
        "We opened the office in the spring and hired", 0.3, Filler("um", 0.45), 0.25,
        "twelve people in the first month.", 0.6, "The next year was", 0.2, Filler("uh", 0.4),
        "harder than we had planned and", Filler("um", 0.5), 0.4,
        "nobody could tell us why the numbers fell.", voice=name,
    )  # fmt: skip


def tune(semitones: float, seconds: float = 17.0) -> np.ndarray:
    """A voice that goes up and down by so many semitones, with a breath every second."""
    t = np.arange(round(seconds * RATE)) / RATE
    sung = voice(140 * 2 ** (semitones / 12 * np.sin(2 * np.pi * 0.4 * t)))
    return np.where(t % 1.0 < 0.85, sung, 0.0)


def sine(level_db: float, seconds: float = 2.0) -> np.ndarray:
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return wave * np.sqrt(2) * 10 ** (level_db / 20)


SOUNDS: dict[str, Callable[[], np.ndarray]] = {
    **{name: lambda name=name: answer(name).samples for name in VOICES},
    "noisy": lambda: with_noise(answer("slt").samples, 25),
    "slow": lambda: answer("rms").changed(SLOWER).samples,
    "hesitating awb": lambda: hesitating("awb").samples,
    "monotone": partial(tune, 1.0),
    "lively": partial(tune, 5.0),
    "level": partial(sine, -20.0),
    "clipped": lambda: np.clip(sine(3.0), -1, 1),
    "silent": lambda: in_noise(silence(3.0), -60),
    "whispered": lambda: 0.01 * answer("slt").samples,
    "loud room": lambda: with_noise(answer("slt").samples, 8),
    "turns": lambda: np.concatenate(
        [answer("slt").samples, silence(6.0), answer("slt").samples]
    ),
}  # fmt: skip


def run(jobs: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [node(), "--no-warnings", "--experimental-detect-module", str(DRIVER)],
        input=json.dumps(jobs), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sounds")
    jobs = {}
    for n, (name, make) in enumerate(SOUNDS.items()):
        # the rates browsers have; one of them does not divide into the one that is listened at
        rate = (48_000, 44_100)[n % 2]
        path = folder / f"{n}.raw"
        resampled(make().astype(np.float32), RATE, rate).astype("<f4").tofile(path)
        jobs[name] = {"run": "heard", "path": str(path), "rate": rate}
    return run(jobs)


@pytest.fixture(scope="module")
def heard(told: dict[str, Any]) -> dict[str, Any]:
    return dict(told["answers"])


def events(found: dict[str, Any], kind: str) -> list[tuple[float, float]]:
    return [(one["start"], one["end"]) for one in found["events"] if one["kind"] == kind]


def last(found: dict[str, Any], name: str) -> float:
    """The last figure there was."""
    return float([f[name] for f in found["figures"] if f[name] is not None][-1])


@pytest.mark.parametrize("name", [*VOICES, "noisy"])
def test_it_counts_syllables(heard: dict[str, Any], name: str):
    true = sum(vowels(word.text) for word in answer("slt").words)
    assert heard[name]["nuclei"] == pytest.approx(true, rel=0.07)


@pytest.mark.parametrize("name", [*VOICES, "slow"])
def test_the_pace_is_that_of_the_words_of_the_last_15_seconds(heard: dict[str, Any], name: str):
    said = answer("rms").changed(SLOWER) if name == "slow" else answer(name)
    end = said.words[-1].end
    syllables = sum(vowels(word.text) for word in said.words if word.start >= end - 15)
    true = syllables / SYLLABLES_A_WORD / min(15, end - said.words[0].start) * 60
    # what stretches a voice leaves ripples in it, which look like syllables
    assert last(heard[name], "words") == pytest.approx(true, rel=0.12 if name == "slow" else 0.06)


def test_a_silence_that_ends_a_turn_slows_no_pace_and_a_rate_waits_for_speech(
    heard: dict[str, Any],
):
    rates = {f["t"]: f["words"] for f in heard["turns"]["figures"]}
    silent = [rate for t, rate in rates.items() if 20.5 < t < 23]
    assert silent and set(silent) == {None}
    again = [rate for t, rate in rates.items() if 26 < t < 34 and rate is not None]
    assert again and min(again) > 130
    assert all(rate is None for t, rate in rates.items() if t < 5)


@pytest.mark.parametrize("name", [*VOICES, "noisy"])
def test_pauses_are_where_they_are(heard: dict[str, Any], name: str):
    found = events(heard[name], "pause")
    for start, end in answer(name if name in VOICES else "slt").pauses:
        near = [one for one in found if one[0] < end and start < one[1]]
        # a sentence dies away before the synthesiser says that its last sound is over
        assert len(near) == 1 and near[0] == pytest.approx((start, end), abs=0.16)


@pytest.mark.parametrize("name", VOICES)
def test_the_pitch_is_that_of_praat(heard: dict[str, Any], name: str):
    true = median_hz(answer(name).samples)
    assert 12 * abs(np.log2(last(heard[name], "hz") / true)) < 0.7


def test_a_voice_that_stays_on_its_tone_is_monotone_after_15_seconds(heard: dict[str, Any]):
    flat = [f["t"] for f in heard["monotone"]["figures"] if f["flatFor"] >= 5]
    assert flat and 14.5 < flat[0] < 16.5
    assert max(f["flatFor"] for f in heard["lively"]["figures"]) == 0
    # a sine's tenth and ninetieth percentile lie 0.95 of its height from its middle
    assert last(heard["lively"], "spread") == pytest.approx(5 * 0.951 * 2 / 2.56, rel=0.06)


def test_a_held_um_ticks_and_words_do_not(heard: dict[str, Any]):
    true = [(w.start, w.end) for w in hesitating("awb").words if w.text in {"um", "uh"}]
    ticks = events(heard["hesitating awb"], "filler")
    assert len(ticks) >= 2
    for start, end in ticks:
        assert any(start < b and a < end for a, b in true)
    assert [events(heard[name], "filler") for name in (*VOICES, "noisy")] == [[]] * 4


def test_the_ticks_are_told_by_the_first_model_of_filled_pauses(told: dict[str, Any]):
    file = steady.MODEL.with_name("hesitation-1.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert told["model"] == {"bias": kept["bias"], "weights": kept["weights"]}


def test_a_level_is_in_dbfs(heard: dict[str, Any]):
    assert np.median(heard["level"]["levels"]) == pytest.approx(-20, abs=0.2)
    assert heard["level"]["peak"] == pytest.approx(np.sqrt(2) * 0.1, rel=0.02)


def test_what_is_cut_off_is_counted(heard: dict[str, Any]):
    assert heard["clipped"]["clipped"] > 1000
    assert [heard[name]["clipped"] for name in (*VOICES, "level", "silent")] == [0] * 5


def test_where_nobody_speaks_nothing_is_measured_but_noise(heard: dict[str, Any]):
    found = heard["silent"]
    assert found["nuclei"] == 0 and found["events"] == []
    assert last(found, "noise") == pytest.approx(-60, abs=1.5)
    assert [f["words"] for f in found["figures"]] == [None] * len(found["figures"])


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("slt", "clear"), ("whispered", "quiet"), ("loud room", "noisy"), ("clipped", "clipped"),
        ("silent", "nothing"),
    ],
)  # fmt: skip
def test_a_test_recording_is_judged_by_what_is_wrong_with_it(
    heard: dict[str, Any], name: str, verdict: str
):
    assert heard[name]["trial"]["verdict"] == verdict


def test_the_noise_of_a_room_is_its_level_unless_somebody_speaks_in_it(heard: dict[str, Any]):
    assert heard["silent"]["room"] == {"noise": pytest.approx(-60, abs=2), "verdict": "still"}
    assert heard["slt"]["room"]["verdict"] == "spoke"


def test_the_signal_to_noise_of_a_test_is_that_which_was_made(heard: dict[str, Any]):
    assert heard["noisy"]["trial"]["snr"] == pytest.approx(25, abs=3)
