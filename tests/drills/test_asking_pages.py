"""Pages where a language model may be asked for questions: seen before it is sent, and whose each
question is."""

from __future__ import annotations

import json
import re
import uuid
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from analysis.coach.site import Site
from analysis.models import CoachCall, CoachConsent
from analysis.services.coach import give_consent
from analysis.services.coach_calls import settle
from coaching.accounts.models import User
from drills import services
from drills.asking.answer import read_questions
from drills.models import Preparation, QuestionExchange, QuestionJob
from drills.services import asking
from drills.services.preparation import MOST_PREPARED
from tests.coach.given import use_llm
from tests.drills.suggested import ADVERT, GOOD, allow, ask, prepared, suggested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture(autouse=True)
def no_meaning(settings, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path


@pytest.fixture
def site(settings) -> Site:
    return use_llm(settings)


@pytest.fixture
def preparation(user: User) -> Preparation:
    return prepared(user)


def page(client: Client, name: str, preparation: Preparation) -> str:
    answer = client.get(reverse(f"prepare:{name}", args=[preparation.pk]))
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def answered(preparation: Preparation, site: Site) -> None:
    """As a worker does it."""
    allow(preparation.owner)
    ask(preparation, site)
    job = asking.leases.claim(worker="w")
    mine = {"preparation_id": job.pk, "attempt": job.attempt}
    plan = asking.decide(**mine)
    text = json.dumps(suggested(*GOOD))
    settle(call=plan.call, site=site, outcome=CoachCall.Outcome.ANSWERED, tokens=(1200, 340),
           latency_s=2.0, response=text, kept=plan.kept)  # fmt: skip
    assert asking.finish(**mine, request=plan.request, answer=read_questions(text))


def test_it_works(site: Site, user_client: Client, preparation: Preparation):
    allow(preparation.owner)
    assert "Ask 127.0.0.1 for questions" in page(user_client, "detail", preparation)
    shown = page(user_client, "model", preparation)
    assert "design and operate payment interfaces" in shown and "THE DATA IS DATA" in shown
    digest = re.search(r'name="digest" value="(\w+)"', shown)[1]
    url = reverse("prepare:model-ask", args=[preparation.pk])
    assert user_client.post(url, {"digest": digest})["location"] == preparation.get_absolute_url()
    assert QuestionJob.objects.get().state == "waiting"
    assert "is asked next" in page(user_client, "detail", preparation)
    user_client.post(url, {"digest": digest})
    assert QuestionJob.objects.get().attempt == 0, "a double click asks once"


def test_each_question_says_whose_it_is(site: Site, user_client: Client, preparation: Preparation):
    answered(preparation, site)
    shown = page(user_client, "detail", preparation)
    assert "5 questions came from the language model at 127.0.0.1" in shown
    assert "It was asked for 8; the question bank makes up the rest." in shown
    assert shown.count("By a language model</a>") == 5
    assert shown.count("From the question bank") == 3
    assert "The description asks for “write automated tests”." in shown
    sent = page(user_client, "model", preparation)
    assert "What was sent, and what came back" in sent and "1200 tokens read" in sent
    assert f"sent-{QuestionExchange.objects.get().pk}" in sent


def test_where_none_is_named_nothing_of_it_is_on_a_page(
    user_client: Client, preparation: Preparation
):
    for path in (preparation.get_absolute_url(), reverse("prepare:new")):
        assert "language model" not in user_client.get(path).text
    for name in ("model", "model-ask"):
        url = reverse(f"prepare:{name}", args=[preparation.pk])
        assert user_client.get(url).status_code in {404, 405}


def test_nothing_goes_out_that_was_not_allowed(
    site: Site, user_client: Client, preparation: Preparation
):
    shown = page(user_client, "model", preparation)
    assert "Nothing goes to 127.0.0.1 unless you allow it." in shown and "Send this" not in shown
    give_consent(user=preparation.owner, mode="always", follow_ups=True)
    assert "Send this" not in page(user_client, "model", preparation), "another purpose"
    url = reverse("prepare:model-ask", args=[preparation.pk])
    assert user_client.post(url, {"digest": "x"})["location"].endswith("/model/")
    assert not QuestionJob.objects.exists()


def test_what_was_not_seen_is_not_sent(site: Site, user_client: Client, preparation: Preparation):
    allow(preparation.owner)
    url = reverse("prepare:model-ask", args=[preparation.pk])
    answer = user_client.post(url, {"digest": "0" * 64}, follow=True)
    assert "has changed since you looked at it" in answer.text
    assert QuestionJob.objects.filter(state="waiting").count() == 0


@pytest.mark.parametrize("name", ["model", "model-ask", "model-stop", "model-forget"])
def test_it_checks_object_ownership(
    site: Site, other_client: Client, preparation: Preparation, name: str
):
    answered(preparation, site)
    url = reverse(f"prepare:{name}", args=[preparation.pk])
    send = other_client.get if name == "model" else other_client.post
    assert send(url).status_code == 404
    assert QuestionExchange.objects.count() == 1


def test_the_form_offers_it_only_where_it_was_allowed(site: Site, user: User, user_client: Client):
    new = reverse("prepare:new")
    assert "ask_model" not in user_client.get(new).text
    allow(user)
    assert "Ask 127.0.0.1 for questions too" in user_client.get(new).text
    told = {"job_title": "Engineer", "job_description": ADVERT, "ask_model": "on",
            "token": uuid.uuid4()}  # fmt: skip
    answer = user_client.post(new, told)
    made = Preparation.objects.get()
    assert answer["location"] == reverse("prepare:model", args=[made.pk])
    assert made.questions.count() == 8 and not QuestionJob.objects.exists(), (
        "seen before it is sent"
    )


def test_without_a_description_it_says_what_to_do(site: Site, user: User, user_client: Client):
    allow(user)
    shown = page(user_client, "model", prepared(user, description=""))
    assert "Paste the job description first" in shown and "Send this" not in shown


def test_a_failure_is_said_and_what_was_sent_can_be_removed(
    site: Site, user_client: Client, preparation: Preparation
):
    answered(preparation, site)
    QuestionJob.objects.update(state="failed", error_code="coach_over_budget",
                               error_message="This month's budget is spent.")  # fmt: skip
    shown = page(user_client, "detail", preparation)
    assert "budget is spent. The questions below are of the question bank." in shown
    user_client.post(reverse("prepare:model-forget", args=[preparation.pk]))
    assert not QuestionExchange.objects.exists() and CoachCall.objects.count() == 1
    assert preparation.questions.filter(source="model", exchange=None).count() == 5
    assert "By a language model" in page(user_client, "detail", preparation)


def test_hostile_text_is_only_text(site: Site, user: User, user_client: Client):
    evil = ADVERT + "\nYou like <script>alert(1)</script> and {{ settings.SECRET_KEY }}."
    preparation = prepared(user, description=evil)
    answered(preparation, site)
    for name in ("model", "detail"):
        shown = user_client.get(reverse(f"prepare:{name}", args=[preparation.pk])).text
        assert "<script>alert(1)" not in shown


def test_its_pages_cost_the_same_however_much_was_sent(
    site: Site, user_client: Client, preparation: Preparation, django_assert_max_num_queries
):
    answered(preparation, site)
    first = QuestionExchange.objects.get()
    for _each in range(8):
        call = CoachCall.objects.create(owner=preparation.owner, recipient="x", provider="openai",
                                        model="m", cost=0)  # fmt: skip
        QuestionExchange.objects.create(call=call, preparation=preparation, digest="x",
                                        instructions="i", data=first.data)  # fmt: skip
    with django_assert_max_num_queries(12):
        page(user_client, "model", preparation)


def test_three_times_no_is_an_answer(site: Site, user: User, user_client: Client):
    settings = reverse("analysis:coach-settings")
    user_client.post(settings, {"mode": "", "questions": "on"})
    consent = CoachConsent.objects.get()
    assert (consent.mode, consent.questions, consent.follow_ups) == ("", True, False)
    assert user_client.get(settings).context["form"]["questions"].value() is True
    user_client.post(settings, {})
    assert not CoachConsent.objects.exists()


def test_a_list_that_is_all_done_gets_one_more_and_a_full_one_is_not_asked_about(
    site: Site, user_client: Client, preparation: Preparation
):
    """What was paid for is never thrown away."""
    for one in preparation.questions.all():
        services.act_on(question=one, verb="ready")
    assert "Number of questions: 1 " in page(user_client, "model", preparation)
    answered(preparation, site)
    assert QuestionJob.objects.get().found["model"] == 1
    for number in range(MOST_PREPARED - 9):
        services.add_question(preparation=preparation, text=f"And question {number}?")
    services.act_on(question=preparation.questions.get(source="model"), verb="pin")
    shown = page(user_client, "model", preparation)
    assert "The list is full." in shown and "Back to the questions" in shown
    assert "Send this" not in shown and "Add the description" not in shown


def test_a_question_that_was_removed_is_not_sent(
    site: Site, user_client: Client, preparation: Preparation
):
    first = preparation.questions.first()
    assert first.text in page(user_client, "model", preparation)
    services.act_on(question=first, verb="remove")
    assert first.text not in page(user_client, "model", preparation)
