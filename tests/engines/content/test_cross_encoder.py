from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.content.build import read_answers
from workers.engines.meaning import cross_encoder
from workers.engines.meaning.cross_encoder import CrossEncoder, shortened
from workers.engines.meaning.relevance import relevance
from workers.engines.meaning.vectors import Vectors
from workers.engines.trained import packed
from workers.training import train_relevance

HERE = Path(__file__).parent
QUESTION, LINES, _ = read_answers(HERE / "answers.txt")[0]
CASES = [
    {
        "field": "baking",
        "answer": f"I {did} the {thing}. Nobody had asked me to, and it took all night.",
        "right": f"When did you last see to the {thing}?",
        "wrong": ["Why are you a baker?", "What would you change?", "Who taught you?"],
    }
    for did, thing in (("mended", "oven"), ("cleaned", "mixer"), ("sold", "van"))
]


@pytest.fixture(scope="module")
def encoder() -> CrossEncoder:
    found = cross_encoder.loaded({}).value
    assert found is not None
    return found


@pytest.fixture(scope="module")
def texts(models_dir: str, tmp_path_factory: pytest.TempPathFactory) -> train_relevance.Texts:
    every = {text for one in CASES for text in (one["answer"], one["right"], *one["wrong"])}
    return train_relevance.Texts(sorted(every), models_dir, tmp_path_factory.mktemp("cache"))


def _packed(network: train_relevance.Encoder) -> bytes:
    arrays = cross_encoder.quantised(network.arrays() | {"blend": np.array([0.0, 0.0, 1.0])})
    return packed(cross_encoder.NAME, cross_encoder.FORMAT, arrays)


def test_the_engine_reads_as_the_network_that_was_trained(
    models_dir: str, texts: train_relevance.Texts
) -> None:
    network = train_relevance.trained(CASES, texts, 0)
    engine = cross_encoder.parsed(_packed(network))
    vectors = Vectors(models_dir)
    expected = train_relevance.log_odds(network, CASES)
    found = [
        engine.log_odds(question, case["answer"], vectors)
        for case in CASES
        for question in (case["right"], *case["wrong"])
    ]
    assert np.std(expected) > 0.5
    assert found == pytest.approx(expected, abs=0.1)


def test_training_is_the_same_each_time(texts: train_relevance.Texts) -> None:
    assert _packed(train_relevance.trained(CASES, texts, 3)) == _packed(
        train_relevance.trained(CASES, texts, 3)
    )


def test_every_answer_is_trained_on_with_its_own_question_first() -> None:
    made = train_relevance.batches(CASES * 9, random.Random(0))
    assert sorted(len(batch) for batch in made) == [3, 12, 12]
    answer, asked = train_relevance.pack(CASES[0], {"Other?"}, random.Random(0))
    assert answer == CASES[0]["answer"]
    assert asked == [CASES[0]["right"], *CASES[0]["wrong"], "Other?"]


def test_a_long_answer_is_read_at_both_ends() -> None:
    words = [str(number) for number in range(1000)]
    read = shortened(" ".join(words)).split()
    assert read == words[: cross_encoder.FIRST] + words[-cross_encoder.LAST :]
    assert shortened("A  short one.") == "A  short one."


@pytest.mark.parametrize("said", ["", "🙂" * 40, "word " * 30_000, "\x00"])
def test_whatever_is_said_there_is_a_number(
    models_dir: str, encoder: CrossEncoder, said: str
) -> None:
    odds = encoder.log_odds(QUESTION, said, Vectors(models_dir))
    assert odds is not None and np.isfinite(odds)


def test_without_states_the_form_decides_alone(
    models_dir: str, encoder: CrossEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.engines.embeddings.has_states", lambda models_dir: False)
    vectors = Vectors(models_dir)
    assert encoder.log_odds(QUESTION, "We did.", vectors) is None
    assert relevance(QUESTION, LINES, vectors, encoder) == relevance(QUESTION, LINES, vectors)


def test_both_have_a_say(models_dir: str, encoder: CrossEncoder) -> None:
    vectors = Vectors(models_dir)
    form_alone = replace(encoder, blend=np.array([0.0, 1.0, 0.0]))
    alone, both = relevance(QUESTION, LINES, vectors), relevance(QUESTION, LINES, vectors, encoder)
    assert relevance(QUESTION, LINES, vectors, form_alone) == alone
    assert both is not None and both != alone
    assert encoder.blend[1] > 0 and encoder.blend[2] > 0


def test_the_result_names_the_encoder_or_says_that_it_is_missing(
    read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = " ".join(line.text for line in LINES)
    whole = read(answer, QUESTION)
    assert whole["model"] == "all-MiniLM-L6-v2, relevance 1" and not whole["passing"]
    monkeypatch.setattr(cross_encoder, "SHIPPED", tmp_path / "missing.npz")
    lacking = read(answer, QUESTION)
    assert lacking["model"] == "all-MiniLM-L6-v2, relevance by rule" and lacking["passing"]
    assert 0.5 < lacking["section"]["relevance"] != whole["section"]["relevance"]
    unasked = read(answer, "")
    assert unasked["model"] == "all-MiniLM-L6-v2" and not unasked["passing"]
