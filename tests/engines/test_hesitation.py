"""Filled pauses heard in the sound: found without any word, never made of words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import synthesis
from tests.synthesis import Spoken
from workers.engines.envelope import read_envelope, silence_threshold_db
from workers.engines.fluency import steady
from workers.engines.fluency.steady import FACTS, MODEL, Steady, model
from workers.engines.fluency.tracks import VoiceTrack
from workers.engines.prosody.pitch import two_pass
from workers.engines.types import Span
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.scores import Counts, events
from workers.training.speech.say import Filler

VOICES = ("slt", "rms")


def heard(folder: Path, spoken: Spoken, text: str | None = None) -> list[tuple[float, float]]:
    """Where fillers are heard between the words of `text`; without it none are known (German)."""
    found = sections(
        spoken.write(folder / "a.wav"), text=text, language="en" if text else "de",
        transcriber="pocketsphinx",
    )  # fmt: skip
    items = found["fluency"]["fillers"]["items"]
    return [(item["start"], item["end"]) for item in items if item["source"] == "sound"]


@pytest.mark.parametrize("voice", VOICES)
def test_it_works(tmp_path: Path, voice: str) -> None:
    spoken = synthesis.say(
        "So I wanted to", 0.3, Filler("um", 0.5, -2.0), 0.2, "talk about the new plan.", 0.8,
        "We started in March", 0.2, Filler("uh", 0.4, -1.0), 0.3, "finished in June.",
        voice=voice,
    )  # fmt: skip
    fillers = [word for word in spoken.words if word.text in {"um", "uh"}]
    text = " ".join(word.text for word in spoken.words if word not in fillers)
    true = [(word.start, word.end) for word in fillers]
    assert events(true, heard(tmp_path, spoken, text)) == Counts(right=2)


@pytest.mark.parametrize("voice", VOICES)
def test_words_are_no_fillers(tmp_path: Path, voice: str) -> None:
    spoken = synthesis.answer(voice)
    assert heard(tmp_path, spoken) == []
    assert heard(tmp_path, spoken, spoken.text) == []


def found_in(path: Path, gain: float = 1.0) -> list[Steady]:
    """The stretches of a recording whose speech is known to lie in its middle."""
    samples, rate = soundfile.read(path)
    soundfile.write(path, samples * gain, rate)
    envelope = read_envelope(str(path))
    speech = [Span(start=0.3, end=1.9)]
    pitch = two_pass(str(path), envelope, speech)
    voice = VoiceTrack(pitch.hz, pitch.start, pitch.step)
    threshold = silence_threshold_db(envelope, speech)
    return steady.stretches(steady.ground(str(path), voice, envelope, threshold, speech))


def test_the_facts_do_not_depend_on_the_recordings_gain(tmp_path: Path) -> None:
    spoken = synthesis.say("We started in the spring", 0.3, Filler("um", 0.5), 0.3, "again.")
    loud = found_in(spoken.write(tmp_path / "a.wav"))
    soft = found_in(spoken.write(tmp_path / "a.wav"), gain=0.25)
    assert [one.span for one in loud] == [one.span for one in soft]
    facts = [np.array([one.facts for one in found]) for found in (loud, soft)]
    assert facts[1] == pytest.approx(facts[0], abs=0.1)


def test_the_weights_are_of_the_facts() -> None:
    assert list(json.loads(MODEL.read_text())["weights"]) == list(FACTS)


def test_a_livelier_pitch_makes_a_filler_less_likely() -> None:
    flat = dict.fromkeys(FACTS, 0.0) | {"pitch_range": 1.5}
    lively = flat | {"pitch_range": 5.0}
    span = Span(start=0.0, end=0.4)
    chances = [model().chance(Steady(span, tuple(facts.values()))) for facts in (flat, lively)]
    assert 0 <= chances[1] < chances[0] <= 1
