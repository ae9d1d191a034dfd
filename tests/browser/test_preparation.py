"""Preparing for a real interview, in Chromium."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from coaching.accounts.models import User
from drills import services
from drills.models import Preparation
from tests.browser.harness import Visitor, assert_accessible, check_page, elsewhere
from tests.drills.test_prepared_answers import SAID, analysed


@pytest.fixture
def preparation(user: User, settings, tmp_path: Path) -> Preparation:
    settings.MODELS_DIR = tmp_path  # chosen without meaning: the whole bank need not be read
    services.load_questions()
    return services.create_preparation(
        owner=user, token=uuid.uuid4(), job_title="Backend engineer", company="Acme"
    )


def test_its_pages_fit_and_are_accessible(learner: Visitor, preparation: Preparation):
    services.add_question(preparation=preparation, text="Whywouldyou" * 20)
    for path in ("/prepare/", "/prepare/new/", preparation.get_absolute_url()):
        check_page(learner, path)


def test_questions_are_ordered_and_removed_with_the_keyboard(
    learner: Visitor, preparation: Preparation
):
    page = learner.page(width=390)
    page.goto(preparation.get_absolute_url())
    texts = page.locator(".asked__text")
    first, second = texts.nth(0).inner_text(), texts.nth(1).inner_text()
    page.get_by_role("button", name="Later").first.press("Enter")
    expect(texts.nth(0)).to_have_text(second)
    focused = page.locator("button:focus")
    expect(focused).to_have_accessible_name("Later")
    expect(focused).to_have_accessible_description(first)
    page.get_by_role("button", name="Remove").nth(1).press("Enter")
    expect(page.get_by_role("heading", name="Removed just now")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(texts.nth(1)).to_have_text(first)


def test_an_answer_is_written_read_changed_and_compared(learner: Visitor, preparation: Preparation):
    first = preparation.questions.first()
    page = learner.page(width=390)
    page.goto(preparation.get_absolute_url())
    page.get_by_role("link", name="Prepare").first.click()
    page.get_by_label("Your answer").fill(SAID)
    page.get_by_role("button", name="Get feedback").click()
    expect(page.get_by_role("heading", name="Being analysed")).to_be_visible()
    elsewhere(lambda: analysed(first.answers.get()))
    expect(page.get_by_role("heading", name="Feedback on version 1")).to_be_visible()
    expect(page.get_by_text("Our releases failed every week", exact=True)).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Your answer").fill(SAID.replace("40", "sixty"))
    page.get_by_role("button", name="Get feedback").click()
    expect(page.get_by_role("heading", name="Being analysed")).to_be_visible()
    elsewhere(lambda: analysed(first.answers.get(number=2), relevance=0.9))
    page.get_by_text("What changed since version 1").click()
    expect(page.locator("ins")).to_have_text("sixty")
    page.close()
    check_page(learner, f"/prepare/questions/{first.pk}/")
