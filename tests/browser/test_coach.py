"""The coach's notes in Chromium: from the offer to the notes, as a learner goes through it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from analysis.models import AnalysisRun
from coaching.accounts.models import User
from tests.analysis import results
from tests.browser.harness import Visitor, check_page
from tests.coach.given import tell, use_llm
from tests.coach.test_pages import written


@pytest.fixture
def run(user: User, settings) -> AnalysisRun:
    use_llm(settings)
    return tell(results.finished(results.make_session(user)))


@pytest.mark.parametrize("path", ["{}coach/", "{}#coach", "/settings/coach/"])
def test_it_fits_and_is_accessible(learner: Visitor, run: AnalysisRun, settings, path: str):
    written(run, use_llm(settings))
    check_page(learner, path.format(run.session.get_absolute_url()))


def test_nothing_goes_out_that_was_not_looked_at(learner: Visitor, run: AnalysisRun):
    page = learner.page()
    page.goto(f"{run.session.get_absolute_url()}#panel-content")
    page.get_by_role("link", name="See what would be sent").click()
    expect(page.get_by_role("group", name="Your words and figures")).to_contain_text("thirty-five")
    expect(page.get_by_role("button", name="Send this")).to_have_count(0)
    page.get_by_role("link", name="Decide in the settings").click()
    page.get_by_label("Show me first, each time").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{run.session.get_absolute_url()}coach/")
    page.get_by_role("button", name="Send this").click()
    notes = page.get_by_role("region", name="Coach's notes")
    expect(notes).to_contain_text("is being asked")
    stage = run.stages.get(name="coach")
    stage.state, stage.error_code, stage.error_message = "failed", "coach_unreachable", "No answer."
    stage.save()
    expect(notes).to_contain_text("The language model did not answer.")
    page.get_by_role("link", name="See what would be sent").click()
    page.get_by_role("button", name="Not for this practice").click()
    expect(notes).to_contain_text("You said no for this practice")
