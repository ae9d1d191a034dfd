"""What to do next and a skill's page in a browser: answered by keys, taken back, played."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from drills.models import Recommendation
from drills.services import load_drills, load_questions
from tests.browser.harness import Visitor, assert_accessible, check_page, comes_true
from tests.browser.studied import PLAYER_TIME, SOUND, give_player, player_ready
from workers.demo.practices import scripts
from workers.management.commands.load_demo import load


@pytest.fixture
def practised(transactional_db, user) -> None:
    load_drills()
    load_questions()
    for script in scripts():
        at = timezone.now() - timedelta(days=43 - script["day"])
        load(user, script, at=at)


def test_it_works(learner: Visitor, user, practised):
    for session in user.practice_sessions.all():
        give_player(session.runs.get(), SOUND)
    page = learner.page(width=390)
    page.goto("/skills/")
    card = page.locator(".advice").first
    title = card.get_by_role("heading").inner_text()
    summary = card.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Not for me").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("status")).to_contain_text("Put away.")
    assert comes_true(page, "document.activeElement.value === 'undo'"), "the keys go on"
    assert_accessible(page)
    assert Recommendation.objects.filter(state="dismissed").count() == 1
    page.reload()
    expect(page.locator(".advice").first.get_by_role("heading")).not_to_have_text(title)
    held = page.locator("section", has=page.get_by_role("heading", name="Put off or put away"))
    expect(held).to_contain_text(title)
    held.get_by_role("button", name="Undo").press("Enter")
    expect(held.get_by_role("button", name="Take it on")).to_be_visible()
    page.goto("/skills/pace/?scenario=interview")
    page.locator(".skill-moments a").first.press("Enter")
    page.wait_for_url("**/sessions/**#t=*")
    player_ready(page)
    assert comes_true(page, f"{PLAYER_TIME} >= Number(location.hash.slice(3).split(',')[0])")


def test_the_pages_are_for_everybody(learner: Visitor, practised):
    check_page(learner, "/skills/")
    check_page(learner, "/skills/vocal_variety/")


def test_they_are_there_before_the_first_practice(learner: Visitor, transactional_db):
    load_drills()
    check_page(learner, "/skills/")
    check_page(learner, "/skills/storytelling/")
