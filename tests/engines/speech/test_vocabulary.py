"""Words that question and job description lead to expect are heard in the recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import synthesis
from tests.engines.speech.jobs import job, written
from workers.engines.asr.vocabulary import MOST, Expected, expected
from workers.engines.types import Part

NOBODY_KNOWS = "We wrote it again in Terraform last year."


def told(question: str = "", job_title: str = "", job_description: str = "") -> list[Expected]:
    settings = job(None, "transcribe")["settings"]
    settings["parts"] = [Part(id="1", question=question, start=None, end=None)]
    settings["job_title"], settings["job_description"] = job_title, job_description
    return expected(settings)


def names(found: list[Expected]) -> list[str]:
    return [word.written for word in found]


def test_it_works(tmp_path: Path) -> None:
    path = synthesis.say(NOBODY_KNOWS).write(tmp_path / "a.wav")
    asked = "You run our clusters and write Terraform."
    assert "Terraform" in written(path, job_description=asked)["section"]["text"].split()


def test_a_word_that_nobody_named_stays_unknown(tmp_path: Path) -> None:
    path = synthesis.say(NOBODY_KNOWS).write(tmp_path / "a.wav")
    assert "terraform" not in written(path)["section"]["text"].lower()


def test_a_word_of_any_spelling_does_no_harm(tmp_path: Path) -> None:
    path = synthesis.say("We shipped the new version in March.").write(tmp_path / "a.wav")
    odd = "Naïve O’Neill (C++), 日本 ééé x1_y2 ‘’ ++um++ <s> Zyzzorblax(2) A/B [NOISE] çedilla's"
    assert "version" in written(path, job_description=odd)["section"]["text"]


def test_all_texts_of_the_session_are_read_once() -> None:
    found = names(told("Why Veltrona?", "Ledger clerk", "Ledger work at Veltrona."))
    assert found == ["why", "Veltrona", "ledger", "clerk", "work"]


@pytest.mark.parametrize(
    ("text", "written_as"),
    [
        ("You know Python and lean methods.", ["Python", "lean"]),
        ("Kubernetes is what we run.", ["Kubernetes"]),
        ("Platform for permits.", ["platform"]),
        ("Good SQL and an API.", ["SQL", "API"]),
    ],
)
def test_a_name_is_written_as_it_stands_in_the_text(text: str, written_as: list[str]) -> None:
    assert set(written_as) <= set(names(told(job_description=text)))


def test_initials_may_be_said_letter_by_letter() -> None:
    (api,) = told(job_description="API")
    assert "EY P IY AY" in api.phones


def test_a_long_description_is_read_as_far_as_it_helps() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"word{a}{b}" for a in letters for b in letters]
    assert len(told(job_description=" ".join(words))) == MOST


def test_without_any_text_nothing_is_expected() -> None:
    assert told() == []


def test_it_expects_no_word_it_cannot_read_aloud() -> None:
    """Letters of no known sound would all be "uh", and every "uh" such a word."""
    assert names(told("Как дела? 谁 النظام straße Zürich")) == ["Zürich"]
