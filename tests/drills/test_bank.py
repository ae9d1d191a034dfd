"""The question bank: what ships, how it is loaded, what survives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from drills import meaning
from drills.models import Question
from drills.services import learn, load_questions
from drills.services.bank import FOLDER, shipped_questions
from workers.engines import embeddings

FIRST = """
[behavioural.deadline]
level = "mid"
text = "Tell me about a deadline you kept."
why = "Shows planning."
good = "A plan and its result."
follow_ups = ["What slipped?"]

[case.bakery]
text = "How would you shorten a queue?"
why = "Shows structure."
good = "Counting first."
follow_ups = ["Whom would it annoy?"]
"""


@pytest.fixture(scope="module")
def shipped() -> list[Question]:
    return list(shipped_questions())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "general.toml").write_text(FIRST)
    return tmp_path


@pytest.mark.django_db
def test_it_works(folder: Path):
    assert load_questions(folder).added == 2
    question = Question.objects.get(key="general/deadline")
    assert (question.field, question.kind, question.level) == ("general", "behavioural", "mid")
    assert question.follow_ups == ["What slipped?"]
    assert Question.objects.get(key="general/bakery").level == "any"


def test_four_hundred_questions_ship_in_twelve_fields_and_for_any(shipped: list[Question]):
    fields = Counter(question.field for question in shipped)
    assert len(shipped) >= 400
    assert set(fields) == set(Question.Field) and min(fields.values()) >= 30


def test_each_field_has_each_kind_and_its_own_names(shipped: list[Question]):
    kinds = {(question.field, question.kind) for question in shipped}
    without = {("general", "technical")}
    assert {(f, k) for f in Question.Field for k in Question.Kind} - kinds == without
    assert len({question.key for question in shipped}) == len(shipped)


def test_each_question_is_whole_and_fits_its_row(shipped: list[Question]):
    for question in shipped:
        question.clean_fields(exclude=["embedding"])
        assert 20 <= len(question.text) <= 160, question.key
        assert question.text[-1] in ".?" and question.good[-1] == "." and question.why[-1] == "."
        assert len(question.follow_ups) == 2 and len(set(question.follow_ups)) == 2
        assert all(one[-1] in ".?" and len(one) <= 120 for one in question.follow_ups)


def test_no_question_asks_what_nobody_may_ask(shipped: list[Question]):
    """Age, family, origin, faith, health: but for the one that is about such a case."""
    private = re.compile(
        r"\b(how old|your age|married|spouse|husband|wife|pregnan|children\?|religio|church|"
        r"nationality|where are you (really )?from|native|accent|disabilit|your health|"
        r"young and|salesman|salesmen|chairman|manpower|he or she|guys)", re.IGNORECASE,
    )  # fmt: skip
    about_it = {"people/candidate-question", "design/accessibility", "product/accessibility"}
    asked = [(q.key, line) for q in shipped for line in (q.text, *q.follow_ups)]
    assert [key for key, line in asked if private.search(line) and key not in about_it] == []


def test_no_two_questions_mean_the_same(shipped: list[Question]):
    vectors = meaning.vectors([question.text for question in shipped])
    near = vectors @ vectors.T - 2 * np.eye(len(shipped))
    first, second = np.unravel_index(near.argmax(), near.shape)
    assert near.max() < 0.8, (shipped[first].text, shipped[second].text)


@pytest.mark.django_db
def test_loading_again_changes_nothing(folder: Path):
    load_questions(folder)
    before = list(Question.objects.values_list("pk", "text"))
    again = load_questions(folder)
    assert (again.added, again.changed, again.retired, again.kept) == (0, 0, 0, 0)
    assert list(Question.objects.values_list("pk", "text")) == before


@pytest.mark.django_db
def test_a_newer_file_changes_what_nobody_touched_and_nothing_else(folder: Path):
    load_questions(folder)
    Question.objects.filter(key="general/deadline").update(text="Which deadline did you keep?")
    Question.objects.filter(key="general/bakery").update(is_active=False)
    Question.objects.create(field="general", kind="case", text="Ours?", why="Ours.", good="Ours.")
    newer = FIRST.replace("you kept", "you met").replace("shorten", "cut")
    (folder / "general.toml").write_text(newer)
    done = load_questions(folder)
    assert (done.changed, done.kept) == (1, 1)
    assert Question.objects.get(key="general/deadline").text == "Which deadline did you keep?"
    changed = Question.objects.get(key="general/bakery")
    assert changed.text == "How would you cut a queue?" and not changed.is_active
    assert Question.objects.filter(text="Ours?", is_active=True).exists()


@pytest.mark.django_db
def test_what_left_the_files_is_asked_no_more_but_stays(folder: Path):
    load_questions(folder)
    (folder / "general.toml").write_text(FIRST.split("[case")[0])
    assert load_questions(folder).retired == 1
    assert not Question.objects.get(key="general/bakery").is_active


@pytest.mark.django_db
def test_a_vector_is_of_the_text_that_is_there(folder: Path, django_assert_num_queries):
    load_questions(folder)
    assert learn(Question.objects.all())
    first = Question.objects.get(key="general/deadline")
    assert first.embedding is not None and meaning.MODEL in first.embedding_model
    with django_assert_num_queries(1):
        learn(Question.objects.all())  # nothing new: it is read, and not written
    first.text = "Which deadline did you miss?"
    first.save()
    learn(Question.objects.all())
    again = Question.objects.get(pk=first.pk)
    assert again.embedding_model != first.embedding_model
    assert not np.allclose(again.embedding, first.embedding)


@pytest.mark.django_db
def test_without_the_model_the_bank_is_there_all_the_same(settings, tmp_path: Path, capsys):
    settings.MODELS_DIR = tmp_path
    call_command("load_questions")
    assert Question.objects.filter(embedding=None).count() >= 400
    assert "no model of meaning" in capsys.readouterr().out


def test_the_model_is_named_as_the_engine_names_it():
    assert meaning.MODEL == embeddings.MODEL


def test_every_file_is_a_field():
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(Question.Field)
