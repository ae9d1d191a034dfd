"""A recording joined to itself, word to word, scores what it scored once: sound, words and all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import soundfile

from tests.synthesis import INTERVIEW_ANSWER, RATE, answer
from workers.engines import score
from workers.engines.types import SKILLS, Scenario
from workers.training.evaluation.pipeline import SOUND, Recording, quiet

STAGES = ("probe", *SOUND, "content")
QUESTION = "Tell me about a time you solved a problem for a customer."


def scores(path: Path, times: int, models_dir: str) -> dict[str, dict[str, Any]]:
    """The sections `score` makes of the recording at `path` in every scenario."""
    text = " ".join(INTERVIEW_ANSWER * times)
    with Recording(path, text=text, question=QUESTION, models_dir=models_dir) as recording:
        recording.run(*STAGES)
        return {
            scenario: score.run(recording.job("score", scenario=scenario), quiet)["section"]
            for scenario in get_args(Scenario)
        }


@pytest.fixture(scope="module", params=["slt", "rms"])
def once_and_twice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: str
) -> list[dict[str, dict[str, Any]]]:
    spoken = answer(request.param)
    # cut where the words begin and end, so that the seam adds no silence of its own
    begin, end = (round(at * RATE) for at in (spoken.words[0].start, spoken.words[-1].end))
    found = []
    for times in (1, 2):
        path = tmp_path_factory.mktemp("joined") / f"{times}.wav"
        soundfile.write(path, np.tile(spoken.samples[begin:end], times), RATE)
        found.append(scores(path, times, models_dir))
    return found


@pytest.mark.parametrize("scenario", get_args(Scenario))
def test_no_score_moves_by_more_than_1(
    once_and_twice: list[dict[str, dict[str, Any]]], scenario: str
) -> None:
    once, twice = (found[scenario] for found in once_and_twice)
    assert once["overall"]["value"] is not None
    for skill in (*SKILLS, "overall"):
        if once[skill]["value"] is not None:
            assert twice[skill]["value"] == pytest.approx(once[skill]["value"], abs=1), skill


def test_a_report_said_twice_is_no_more_of_a_story(read: Callable[..., dict[str, Any]]) -> None:
    """Two sentences in the past are no story, nor are they where they are said again."""
    text = (
        "Today I want to show you where the project stands. I moved half of the services. "
        "The rest follows in March. We need one more engineer. I measured the cost every week. "
        "The plan holds. Please approve the budget."
    )
    once, twice = (
        read(told, question="Where does the project stand?")["section"]
        for told in (text, f"{text} {text}")
    )
    assert twice["relevance"] == once["relevance"]
    labels = [one["label"] for one in once["star"]["sentences"]]
    assert [one["label"] for one in twice["star"]["sentences"]] == labels * 2


def test_a_sentence_said_again_does_what_it_did(read: Callable[..., dict[str, Any]]) -> None:
    text = " ".join(INTERVIEW_ANSWER)
    sentences = read(f"{text} {text}")["section"]["star"]["sentences"]
    labels = [one["label"] for one in sentences]
    assert labels[:4] == labels[4:]
    assert set(labels) == {"situation", "task", "action", "result"}
