"""Filled pauses heard in the sound: found without any word, never made of words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import synthesis
from tests.synthesis import Spoken
from workers.engines.fluency.steady import FACTS, MODEL, Steady, model
from workers.engines.types import Span
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.scores import Counts, events
from workers.training.speech.say import Filler

VOICES = ("slt", "rms")


def heard(folder: Path, spoken: Spoken) -> list[tuple[float, float]]:
    """Where fillers are heard; German is set so that no words are known."""
    found = sections(spoken.write(folder / "a.wav"), language="de", transcriber="pocketsphinx")
    items = found["fluency"]["fillers"]["items"]
    assert {item["source"] for item in items} <= {"sound"}
    return [(item["start"], item["end"]) for item in items]


@pytest.mark.parametrize("voice", VOICES)
def test_it_works(tmp_path: Path, voice: str) -> None:
    spoken = synthesis.say(
        "So I wanted to", 0.3, Filler("um", 0.5, -2.0), 0.2, "talk about the new plan.", 0.8,
        "We started in March", 0.2, Filler("uh", 0.4, -1.0), 0.3, "and finished in June.",
        voice=voice,
    )  # fmt: skip
    true = [(word.start, word.end) for word in spoken.words if word.text in {"um", "uh"}]
    assert events(true, heard(tmp_path, spoken)) == Counts(right=2)


@pytest.mark.parametrize("voice", VOICES)
def test_words_are_no_fillers(tmp_path: Path, voice: str) -> None:
    assert heard(tmp_path, synthesis.answer(voice)) == []


def test_the_weights_are_of_the_facts() -> None:
    assert list(json.loads(MODEL.read_text())["weights"]) == list(FACTS)


def test_a_livelier_pitch_makes_a_filler_less_likely() -> None:
    flat = dict.fromkeys(FACTS, 0.0) | {"pitch_range": 1.5}
    lively = flat | {"pitch_range": 5.0}
    span = Span(start=0.0, end=0.4)
    chances = [model().chance(Steady(span, tuple(facts.values()))) for facts in (flat, lively)]
    assert 0 <= chances[1] < chances[0] <= 1
