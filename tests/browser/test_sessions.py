"""The pages of practice sessions in Chromium: they fit, are accessible, and work at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sessions import services
from sessions.models import Session
from tests.browser.harness import Visitor, check_page


@pytest.fixture
def sessions(user) -> list[Session]:
    made = [
        services.create_session(owner=user, kind=kind, title=title)
        for kind, title in (
            ("interview", "Second-round interview at Acme"),
            ("lecture", "Guest lecture: how tides work and why the moon is only half of it"),
            ("pitch", "Seed round"),
        )
    ]
    Session.objects.filter(title="Seed round").update(state="failed")
    services.delete_session(
        session=services.create_session(owner=user, kind="free", title="Deleted")
    )
    return made


@pytest.fixture
def page(learner: Visitor, sessions) -> Page:
    page = learner.page()
    page.goto("/sessions/")
    return page


@pytest.mark.parametrize("path", ["", "new/", "deleted/", "?q=zzz", "{}/", "{}/edit/", "{}/text/"])
def test_it_fits_and_is_accessible(learner, sessions, path):
    check_page(learner, f"/sessions/{path.format(sessions[0].pk)}")


def test_an_empty_list_fits_and_is_accessible(learner):
    check_page(learner, "/sessions/")


def titles(page: Page):
    return page.locator(".session-title > a:first-child")


def test_it_searches_while_one_types(page):
    expect(titles(page)).to_have_count(3)
    page.get_by_label("Search").fill("tid")
    expect(titles(page)).to_have_text([re.compile("Guest lecture")])
    expect(page).to_have_url(re.compile("q=tid"))
    page.get_by_label("Search").fill("")
    page.get_by_label("Kind").select_option("interview")
    expect(titles(page)).to_have_text([re.compile("Second-round")])


def test_it_renames_in_place(page):
    page.get_by_role("link", name="Rename Seed round").click()
    page.locator(".rename input[name=title]").fill("Series A")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_visible()
    page.get_by_role("link", name="Rename Series A").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_visible()


def test_it_takes_a_deletion_back(page, sessions):
    page.get_by_role("button", name="Delete Seed round").click()
    expect(titles(page)).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_count(3)


def test_it_shows_interview_fields_for_interviews_alone(page):
    page.goto("/sessions/new/")
    expect(page.get_by_label("Company")).to_be_visible()
    page.get_by_label("Pitch").check()
    expect(page.get_by_label("Company")).to_be_hidden()


def test_it_makes_a_practice_and_asks_for_its_recording(page):
    page.goto("/sessions/new/")
    page.get_by_label("Presentation").check()
    page.get_by_role("textbox", name="Title", exact=True).fill("All hands")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="All hands")).to_be_visible()
    expect(page.get_by_label("Drop a video or sound file here")).to_be_visible()
