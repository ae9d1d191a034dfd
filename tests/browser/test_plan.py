"""The plan in a browser: empty, with something behind it, and set by its learner."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from drills.models import SkillWish
from drills.services import load_drills
from tests.browser.harness import Visitor, Watch, assert_accessible, assert_fits, check_page
from tests.drills.test_attempts import begun, finished


@pytest.fixture(autouse=True)
def library(transactional_db) -> None:
    load_drills()


def test_it_works(learner: Visitor, user, watch: Watch):
    watch.expect(r"404.*/media/")  # these attempts have a row for their recording and no bytes
    check_page(learner, "/plan/")
    for rate in (230.0, 228.0, 140.0):
        attempt = finished(begun(user, "pace-metronome"), fluency={"words_per_minute": rate})
    check_page(learner, "/plan/")
    page = learner.page(width=390)
    page.goto(attempt.get_absolute_url())
    expect(page.get_by_role("heading", name="What it changed")).to_be_visible()
    expect(page.get_by_text("Your best speaking rate in a drill")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Open your plan").click()
    expect(page.get_by_text("3 of 2 drills").first).to_be_visible()
    page.get_by_role("link", name="Evidence: Keep the beat").first.click()
    expect(page.get_by_role("heading", name="Passed")).to_be_visible()


def test_a_wish_changes_the_plan_where_it_stands(learner: Visitor, user):
    page = learner.page()
    page.goto("/plan/")
    page.get_by_text("Choose what to work on").click()
    skill = page.locator("#skill-structure")
    skill.get_by_text("Set it yourself").click()
    skill.get_by_label("In the plan").select_option("Focus on it")
    skill.get_by_label("Level").select_option("Demanding")
    with page.expect_response("**/plan/"):
        skill.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You asked to work on Structure.")).to_be_visible()
    expect(skill.get_by_text("Focus on it").first).to_be_visible()
    expect(page.get_by_role("heading", name="Ask for it")).to_be_visible()
    assert SkillWish.objects.get(owner=user).level == 3


def test_it_is_set_without_scripts_too(learner: Visitor, user, watch: Watch):
    watch.expect("422")
    page = learner.page(java_script_enabled=False)
    page.goto("/plan/")
    page.get_by_text("Change goal, rest days, camera").click()
    page.get_by_label("Goal for a day").fill("0")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".errorlist").first).to_be_visible()
    page.get_by_label("Goal for a day").fill("5")
    page.get_by_label("Counted in").select_option("minutes")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("0 of 5 minutes").first).to_be_visible()
