"""The question bank in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from drills.models import Question
from drills.services import load_questions

pytestmark = pytest.mark.django_db
LIST = reverse("admin:drills_question_changelist")


@pytest.fixture
def admin(user_client: Client, user: User) -> Client:
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return user_client


def said(question: Question, **changes: str) -> dict[str, str]:
    names = ("field", "kind", "level", "text", "why", "good")
    given = {name: getattr(question, name) for name in names}
    return {**given, "follow_ups": "\r\n".join(question.follow_ups), "is_active": "on", **changes}


def test_it_lists_the_bank_in_a_constant_number_of_queries(
    admin: Client, bank: None, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        answer = admin.get(LIST, {"field": "software", "kind": "case"})
    assert "shortens web addresses" in answer.text and "medicine" not in answer.text


def test_what_an_operator_changed_survives_the_next_update(admin: Client, bank: None):
    question = Question.objects.get(key="general/proud-of")
    url = reverse("admin:drills_question_change", args=[question.pk])
    given = said(question, text="What makes you proud?", follow_ups="Why?\n\n  Who   helped?  ")
    assert admin.post(url, given).status_code == 302
    load_questions()
    question.refresh_from_db()
    assert question.text == "What makes you proud?"
    assert question.follow_ups == ["Why?", "Who helped?"]


def test_a_form_that_is_saved_unchanged_is_no_change(admin: Client, bank: None):
    question = Question.objects.get(key="general/proud-of")
    url = reverse("admin:drills_question_change", args=[question.pk])
    admin.post(url, said(question))
    before = question.shipped
    question.refresh_from_db()
    assert question.shipped == before and load_questions().kept == 0


def test_what_ships_is_retired_and_not_deleted(admin: Client, bank: None):
    question = Question.objects.get(key="general/proud-of")
    assert admin.post(f"{LIST}{question.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post(LIST, {"action": "retire", "_selected_action": [question.pk]})
    load_questions()
    question.refresh_from_db()
    assert not question.is_active


def test_a_question_of_ones_own_is_made_and_deleted(admin: Client):
    new = Question(field="sales", kind="case", level="any", text="Sell it?", why="W.", good="G.")
    assert admin.post(f"{LIST}add/", said(new, follow_ups="")).status_code == 302
    made = Question.objects.get()
    assert made.key is None and made.follow_ups == []
    admin.post(f"{LIST}{made.pk}/delete/", {"post": "yes"})
    assert not Question.objects.exists()
