"""Who says which word, given turns or a text with names (with a real model: test_whisper.py)."""

from __future__ import annotations

import pytest

from tests import synthesis
from tests.engines.speech.jobs import attached, written
from workers.engines.asr.speakers import Turn, assign, heard_enough
from workers.engines.types import StageOutput, Word

NAMED = "Ann: We met\nBob: at the station.\n"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> StageOutput:
    """A text with names, on a machine whose model is of no use."""
    root = tmp_path_factory.mktemp("models")
    (root / "speakers").mkdir()
    path = synthesis.say("We met at the station.").write(root / "a.wav")
    return written(path, attached(NAMED), models_dir=str(root))


def timed(*words: tuple[str, float, float]) -> list[Word]:
    return [
        Word(text=text, start=start, end=end, confidence=1.0, speaker=None)
        for text, start, end in words
    ]


def test_names_in_the_text_rule_over_a_model(named: StageOutput):
    assert [one["id"] for one in named["section"]["speakers"]] == ["Ann", "Bob"]
    assert not named["withheld"]


def test_who_speaks_most_is_the_learner_until_one_is_chosen(named: StageOutput):
    learner = {one["id"]: one["is_learner"] for one in named["section"]["speakers"]}
    assert learner == {"Ann": False, "Bob": True}


def test_a_word_is_said_by_who_speaks_longest_during_it():
    words = timed(("so", 0.1, 0.4), ("yes", 0.9, 1.4), ("and", 2.6, 2.9), ("then", 9.0, 9.2))
    assign(words, [Turn(0.0, 1.0, "B"), Turn(1.0, 2.0, "A"), Turn(3.0, 4.0, "A")])
    assert [word["speaker"] for word in words] == ["S1", "S2", "S2", "S2"]


def test_nobody_is_made_of_a_cough():
    found = [Turn(0.0, 8.0, "A"), Turn(8.0, 8.4, "B"), Turn(8.4, 20.0, "A")]
    assert {turn.speaker for turn in heard_enough(found, 20.0)} == {"A"}
