"""A real interview beside its preparation, in Chromium."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from coaching.accounts.models import User
from drills import services
from drills.models import Comparison, Preparation
from sessions.models import Session
from sessions.services import create_session
from tests.browser.harness import Visitor, assert_accessible, check_page, elsewhere
from tests.drills.test_actual import POINTS, heard, worked_out


@pytest.fixture
def preparation(user: User, settings, tmp_path: Path) -> Preparation:
    settings.MODELS_DIR = tmp_path
    made = services.create_preparation(
        owner=user, token=uuid.uuid4(), job_title="Engineer", company="Acme", choose_now=False
    )
    failed = services.add_question(preparation=made, text="Tell me about a time you failed.")
    services.note_points(question=failed, points=POINTS)
    services.add_question(preparation=made, text="Why do you want to work here?")
    return made


@pytest.fixture
def interview(user: User) -> Session:
    session = create_session(owner=user, kind="interview", title="The real one")
    heard(session)
    return session


def test_an_interview_is_linked_compared_and_corrected(
    learner: Visitor, preparation: Preparation, interview: Session
):
    page = learner.page(width=390)
    page.goto(preparation.get_absolute_url())
    page.get_by_role("link", name="Compare a recording").press("Enter")
    page.get_by_label("I may use this recording").check()
    page.get_by_label("Recording", exact=True).select_option(str(interview.pk))
    page.get_by_role("button", name="Use this recording").press("Enter")
    expect(page.get_by_text("It is being compared.")).to_be_visible()
    comparison = Comparison.objects.get()
    elsewhere(lambda: worked_out(comparison))
    expect(page.get_by_role("heading", name="How it went")).to_be_visible()
    expect(page.get_by_text("1 of your prepared questions was asked")).to_be_visible()
    assert_accessible(page)
    tools = page.locator("#asked-2")
    tools.get_by_label("This is").select_option(label="Why do you want to work here?")
    tools.get_by_role("button", name="Correct").press("Enter")
    expect(page.get_by_text("Kept. It is compared again.")).to_be_visible()
    elsewhere(lambda: worked_out(comparison))
    expect(page.get_by_text("2 of your prepared questions were asked")).to_be_visible()
    page.get_by_role("link", name="Who says what").press("Enter")
    line = page.locator("#turn-4")
    expect(line.locator(".badge")).to_have_text("You")
    line.get_by_role("button", name="Interviewer, no question").press("Enter")
    expect(page.locator("#turn-4 .badge")).to_have_text("Interviewer")
    assert_accessible(page)


def test_its_pages_fit_and_are_accessible(
    learner: Visitor, preparation: Preparation, interview: Session
):
    services.add_question(preparation=preparation, text="Whywouldyou" * 20)
    made = services.link_interview(preparation=preparation, session=interview, agreed=True)
    elsewhere(lambda: worked_out(made))
    here = made.get_absolute_url()
    for path in (here, f"{here}turns/", f"/prepare/{preparation.pk}/actual/",
                 f"/prepare/interview/{interview.pk}/"):  # fmt: skip
        check_page(learner, path)
