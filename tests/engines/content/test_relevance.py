from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.metrics import roc_auc_score

from tests.engines.content.build import read_answers
from workers.engines.meaning.relevance import core, pair, relevance
from workers.engines.meaning.vectors import Vectors
from workers.training.fit_relevance import development

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def answers() -> list:
    return read_answers(HERE / "answers.txt") + read_answers(HERE / "answers-spoken.txt")


def test_right_pairs_rank_above_wrong_ones(models_dir: str, answers: list) -> None:
    vectors = Vectors(models_dir)
    right, found = [], []
    for asked, (question, _, _) in enumerate(answers):
        for given, (_, lines, _) in enumerate(answers):
            right.append(asked == given)
            found.append(relevance(question, lines, vectors))
    assert sum(right) >= 40
    assert roc_auc_score(right, found) >= 0.85


def test_the_scale_is_calibrated(models_dir: str, answers: list) -> None:
    vectors = Vectors(models_dir)
    right = [relevance(question, lines, vectors) for question, lines, _ in answers]
    shifted = answers[7:] + answers[:7]
    wrong = [
        relevance(question, lines, vectors)
        for (question, _, _), (_, lines, _) in zip(answers, shifted, strict=True)
    ]
    assert sum(right) / len(right) > 0.7
    assert sum(wrong) / len(wrong) < 0.4


def test_an_answer_given_twice_is_as_relevant(models_dir: str, answers: list) -> None:
    vectors = Vectors(models_dir)
    question, lines, _ = answers[0]
    once, twice = (relevance(question, told, vectors) for told in (lines, lines * 2))
    assert once == pytest.approx(twice, abs=0.01)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Tell me about a time when you led a team.", "led a team."),
        ("Can you describe a situation in which you made a mistake?", "made a mistake?"),
        ("What is your greatest strength?", "What is your greatest strength?"),
        ("Describe", "Describe"),
    ],
)
def test_the_frame_of_a_question_does_not_count(question: str, expected: str) -> None:
    assert core(question) == expected


def test_there_is_no_number_without_the_model(tmp_path: Path, answers: list) -> None:
    assert pair("What?", answers[0][1], Vectors(str(tmp_path))) is None


def test_development_cases_are_told_apart_and_ask_nothing_twice() -> None:
    found = development()
    assert len({case["id"] for case in found}) == len(found)
    for case in found:
        asked = [case["right"], *case["wrong"]]
        assert len(asked) >= 4, case["id"]
        assert len(set(asked)) == len(asked), case["id"]
