"""The pages of practice sessions in Chromium: they fit, are accessible, and work at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sessions import services
from sessions.models import Session
from tests.browser.harness import WIDTHS, Visitor, assert_accessible, assert_fits, check_page


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
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Kind").select_option("interview")
    expect(titles(page)).to_have_text([re.compile("Second-round")])
    expect(page.locator("summary", has_text="Filters")).to_have_text(re.compile(r"1\s+on"))
    expect(page.get_by_role("status").filter(has_text="1 session found.")).to_be_visible()
    page.get_by_role("link", name="Clear search and filters").click()
    expect(titles(page)).to_have_count(3)


def test_going_back_shows_the_whole_page_again(page):
    page.get_by_label("Search").fill("tid")
    expect(page).to_have_url(re.compile("q=tid"))
    titles(page).first.click()
    expect(page.get_by_role("heading", name="Guest lecture")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()
    expect(page.get_by_label("Search")).to_have_value("tid")


def test_on_a_phone_the_filters_wait_behind_a_button(learner, sessions):
    for scripts in (True, False):
        page = learner.page(width=390, java_script_enabled=scripts)
        page.goto("/sessions/")
        bar = page.get_by_role("search")
        assert bar.bounding_box()["height"] < 160, "a field, a row of buttons"
        expect(page.get_by_label("Kind")).to_be_hidden()
        page.locator("summary", has_text="Filters").click()
        page.get_by_label("Kind").select_option("pitch")
        if not scripts:
            page.get_by_role("button", name="Show").click()
        expect(titles(page)).to_have_text(["Seed round"])


HOSTILE = [
    "W" * 200,
    "👩🏽‍🚀" * 25,
    "مقابلة العمل الثانية مع شركة كبيرة جدا (أكمي) 2026 " * 3,
    "\u202eevil\u202c https://example.org/" + "very-long-path/" * 11,
    '<b>not bold</b> & "quoted"',
]


@pytest.mark.parametrize("fonts", [True, False], ids=["our fonts", "without fonts"])
def test_no_title_is_too_wide_for_the_page(learner, user, watch, fonts):
    watch.expect("ERR_FAILED")
    made = [
        services.create_session(owner=user, kind="interview", title=title[:200], question=title * 2)
        for title in HOSTILE
    ]
    Session.objects.update(state="failed", score=100, duration_s=360_000)
    services.delete_session(session=made.pop())
    page = learner.page()
    if not fonts:
        page.route("**/*.woff2", lambda route: route.abort())
    for path in ("", "deleted/", f"{made[0].pk}/", f"{made[0].pk}/edit/", f"{made[0].pk}/rename/"):
        page.goto(f"/sessions/{path}")
        for width in (*WIDTHS, 704, 960):
            page.set_viewport_size({"width": width, "height": 800})
            assert_fits(page)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/sessions/")
    page.get_by_role("button", name=re.compile("^Delete W")).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Rename 👩")).click()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert_fits(page)


def test_it_renames_in_place(page):
    page.get_by_role("link", name="Rename Seed round").click()
    page.locator(".rename input[name=title]").fill("Series A")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Edit Series A")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Series A")).to_be_visible()
    page.get_by_role("link", name="Rename Series A").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_visible()


def test_it_takes_a_deletion_back(page, sessions):
    page.get_by_role("button", name="Delete Seed round").click()
    expect(titles(page)).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_count(3)


def test_a_row_works_without_scripts(learner, sessions):
    page = learner.page(java_script_enabled=False)
    page.goto("/sessions/")
    page.get_by_role("button", name="Delete Seed round").click()
    expect(page.get_by_role("heading", name="Recently deleted")).to_be_visible()
    expect(page.get_by_text("Seed round")).to_be_visible()
    page.goto("/sessions/")
    expect(titles(page)).to_have_count(2)
    page.get_by_role("link", name="Rename Second-round interview at Acme").click()
    page.get_by_label("Title").fill("Third round")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Edit Third round")).to_be_visible()


def test_a_row_keeps_its_names_while_it_is_renamed(page):
    page.get_by_role("link", name="Rename Seed round").click()
    expect(page.locator(".rename input[name=title]")).to_be_focused()
    expect(page.get_by_role("button", name="Delete Seed round")).to_be_visible()
    assert_accessible(page)


def test_it_shows_interview_fields_for_interviews_alone(page):
    page.goto("/sessions/new/")
    expect(page.get_by_label("Company")).to_be_visible()
    page.get_by_label("Pitch").check()
    expect(page.get_by_label("Company")).to_be_hidden()


def test_it_makes_a_practice_and_asks_for_its_recording(page):
    page.goto("/sessions/new/")
    page.get_by_label("Presentation").check()
    page.get_by_role("textbox", name="Title", exact=True).fill("All hands")
    page.get_by_role("button", name="Upload a file").click()
    expect(page.get_by_role("heading", name="All hands")).to_be_visible()
    expect(page.get_by_label("Drop a video or sound file here")).to_be_visible()
