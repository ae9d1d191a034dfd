from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.metrics import f1_score

from tests.engines.content.build import read_answers
from workers.engines.meaning import star, traits
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors
from workers.training.suites.answers import lines as lines_of

HERE = Path(__file__).parent
LABELS = {"S": "situation", "T": "task", "A": "action", "R": "result", "N": "none"}


def _macro_f1(name: str, vectors: Vectors) -> float:
    expected: list[str] = []
    found: list[str] = []
    for question, lines, labels in read_answers(HERE / name):
        expected += [LABELS[label] for label in labels]
        found += [one["label"] for one in star.label_answer(lines, vectors, question)]
    return float(f1_score(expected, found, average="macro"))


@pytest.mark.parametrize("name", ["answers.txt", "answers-spoken.txt"])
def test_it_labels_answers_it_was_not_made_on(models_dir: str, name: str) -> None:
    assert _macro_f1(name, Vectors(models_dir)) >= 0.75


def test_it_still_labels_without_the_embedding_model(tmp_path: Path) -> None:
    assert _macro_f1("answers.txt", Vectors(str(tmp_path))) >= 0.7


def test_there_are_enough_varied_cases() -> None:
    answers = read_answers(HERE / "answers.txt") + read_answers(HERE / "answers-spoken.txt")
    assert len(answers) >= 30
    assert sum(set(labels) == {"N"} for _, _, labels in answers) >= 10


def test_an_answer_without_a_story_is_none_throughout(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    wrong = []
    for name in ("answers.txt", "answers-spoken.txt"):
        for question, lines, labels in read_answers(HERE / name):
            if set(labels) == {"N"}:
                got = {one["label"] for one in star.label_answer(lines, vectors, question)}
                wrong += [question] if got != {"none"} else []
    assert wrong == []


def test_confidences_are_probabilities(models_dir: str) -> None:
    for _, lines, _ in read_answers(HERE / "answers-spoken.txt"):
        for one in star.label_answer(lines, Vectors(models_dir)):
            assert 0.2 <= one["confidence"] <= 1


def test_a_complete_answer_is_complete_and_a_lopsided_one_unbalanced() -> None:
    def said(*labels: str) -> list[dict[str, object]]:
        return [{"label": label, "text": "one two three four five"} for label in labels]

    every = said("situation", "situation", "task", *["action"] * 5, "result", "result")
    assert star.completeness(every) == 1
    assert star.balance(every) == pytest.approx(1)
    lopsided = said(*["situation"] * 9, "action")
    assert star.completeness(lopsided) == 0.5
    assert star.balance(lopsided) < 0.4


def test_a_repeated_answer_keeps_its_completeness() -> None:
    once = [{"label": label, "text": "a b"} for label in ("situation", "action", "result")]
    assert star.completeness(once * 2) == star.completeness(once)
    assert star.balance(once * 2) == pytest.approx(star.balance(once))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Tell me about a time you failed.", True),
        ("Can you give me an example of a conflict?", True),
        ("Describe how you motivated a team.", True),
        ("Have you ever missed a deadline?", True),
        ("Tell me about yourself.", False),
        ("What is your greatest strength?", False),
        ("Explain how a vaccine works.", False),
        ("", False),
    ],
)
def test_behavioural_questions_ask_for_a_story(question: str, expected: bool) -> None:
    assert star.expects_story(question) is expected


def test_plans_and_general_truths_are_no_story() -> None:
    def lines(*texts: str) -> list[Line]:
        return [
            Line(n, text, None, None, "", tuple(text.lower().strip(".").split()), text)
            for n, text in enumerate(texts)
        ]

    assert not traits.tells_story(lines("I would call the client.", "Then I would fix it."))
    assert not traits.tells_story(lines("Cells divide.", "The nucleus was discovered in 1831."))
    assert traits.tells_story(lines("It broke.", "I called the client.", "We fixed it."))


@pytest.mark.parametrize(
    ("opening", "labels"),
    [
        ("We threw away ninety loaves a night and I was asked to cut that by half.",
         ["situation", "task"]),
        ("When our biggest client threatened to leave, my manager asked me to win them back.",
         ["situation", "task"]),
        ("I had to migrate the database.", None),
    ],
)  # fmt: skip
def test_two_clauses_may_tell_two_elements(
    models_dir: str, opening: str, labels: list[str] | None
) -> None:
    rest = [
        "I sat down with everybody for an hour.",
        "I wrote a plan with three dates and kept it.",
        "Within a month it was done and they thanked us.",
    ]
    found = star.label_answer(lines_of([opening, *rest]), Vectors(models_dir))
    [first, *others] = found
    assert [one["label"] for one in first["clauses"]] == (labels or [])
    assert [one["clauses"] for one in others] == [[], [], []]
    assert star.elements(found) == [*(labels or ["task"]), "action", "result"]


def test_a_story_with_each_element_in_its_own_sentence_gains_none(models_dir: str) -> None:
    vectors = Vectors(models_dir)
    for question, told, labels in read_answers(HERE / "answers.txt"):
        found = star.label_answer(told, vectors, question)
        gained = set(star.elements(found)) - {one["label"] for one in found}
        assert gained <= {LABELS[label] for label in labels}, question


def test_a_clause_without_words_is_none(models_dir: str) -> None:
    told = ["I sat down with everybody for an hour.", "I wrote a plan and kept it.",
            "... ... ... ... and they all thanked us within a month."]  # fmt: skip
    found = star.label_answer(lines_of(told), Vectors(models_dir))
    assert found[-1]["label"] == "result" and found[-1]["clauses"] == []
