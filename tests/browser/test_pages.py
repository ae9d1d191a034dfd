"""Every page of the house's front: narrow and wide, by day and by night."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from coaching.accounts.models import User
from coaching.accounts.services import create_guest, request_erasure
from sessions.services import create_session
from tests.browser.conftest import sign_in
from tests.browser.harness import Visitor, Watch, assert_fits, check_page

OPEN = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
OPEN += ["/accounts/password/reset/done/", "/accounts/password/reset/key/none-used/"]
OWN = ["/settings/", "/settings/more/", "/accounts/email/", "/accounts/password/change/"]
OWN += [
    "/settings/api/",
    "/settings/leave/",
    "/accounts/2fa/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("path", OPEN)
def test_it_fits_and_is_accessible(visitor: Visitor, path: str):
    check_page(visitor, path)


@pytest.mark.parametrize("path", OWN)
def test_it_fits_and_is_accessible_signed_in(learner: Visitor, path: str):
    check_page(learner, path)


def test_a_guest_is_told_how_to_keep_what_they_made(visitor: Visitor):
    sign_in(visitor, create_guest())
    check_page(visitor, "/settings/keep/")
    page = visitor.page()
    page.goto("/settings/more/")
    expect(page.get_by_role("complementary", name="Guest")).to_contain_text("kept for 7 days")


def test_a_guest_can_have_it_all_deleted(visitor: Visitor):
    sign_in(visitor, create_guest())
    check_page(visitor, "/settings/leave/")


def test_who_asked_to_go_is_told_on_every_page(learner: Visitor, user: User):
    request_erasure(user=user)
    check_page(learner, "/settings/")
    page = learner.page()
    page.goto("/sessions/")
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_contain_text("Your account stays")
    user.refresh_from_db()
    assert user.erase_at is None


def test_an_unknown_address_says_what_to_do(visitor: Visitor, watch: Watch):
    watch.expect("404")
    check_page(visitor, "/nowhere/")


def test_the_skip_link_leads_to_the_content(page: Page):
    page.goto("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    link.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_theme_is_remembered(learner: Visitor, user: User):
    page = learner.page()
    page.goto("/settings/more/")
    with page.expect_response("**/settings/theme/"):
        page.get_by_role("button", name="Night").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    user.refresh_from_db()
    assert user.theme == "dark"
    elsewhere = learner.page()
    elsewhere.goto("/settings/more/")
    assert elsewhere.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_theme_can_be_chosen_without_scripts(visitor: Visitor):
    page = visitor.page(java_script_enabled=False)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Night").click()
    expect(page).to_have_url(re.compile("/accounts/login/$"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_message_becomes_a_toast_that_can_be_dismissed(learner: Visitor):
    page = learner.page()
    page.goto("/settings/")
    page.get_by_label("Name").fill("Anna Lind")
    page.get_by_role("button", name="Save").click()
    toast = page.get_by_role("status").get_by_text("Saved.")
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(toast).to_be_hidden()


def test_it_offers_the_time_zone_of_the_browser(learner: Visitor, user: User):
    page = learner.page(timezone_id="Europe/Stockholm")
    page.goto("/settings/")
    page.get_by_role("button", name="Use that").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    user.refresh_from_db()
    assert user.time_zone == "Europe/Stockholm"


def test_the_bar_marks_where_somebody_is(learner: Visitor):
    page = learner.page(width=390)
    page.goto("/settings/more/")
    bar = page.get_by_role("navigation", name="Main")
    expect(bar.get_by_role("link", name="More")).to_have_attribute("aria-current", "page")


@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_the_styleguide_shows_every_component(visitor: Visitor):
    check_page(visitor, "/styleguide/")


@pytest.mark.parametrize(
    "page", ["400", "403", "404", "405", "413", "429", "500", "503", "csrf", "locked"]
)
@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_an_error_page_fits_and_is_accessible(visitor: Visitor, watch: Watch, page: str):
    watch.expect(r"status of [45]\d\d")
    check_page(visitor, f"/errors/{page}/")


@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_a_dialog_takes_the_focus_and_gives_it_back(page: Page):
    page.goto("/styleguide/")
    opener = page.get_by_role("button", name="Open a dialog")
    opener.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete this session?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_tabs_follow_the_arrow_keys(page: Page):
    page.goto("/styleguide/")
    page.get_by_role("tab", name="Delivery").press("ArrowRight")
    expect(page.get_by_role("tab", name="Voice")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Voice")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Delivery")).to_be_hidden()


@override_settings(ROOT_URLCONF="tests.browser.urls")
def test_a_menu_closes_with_escape(page: Page):
    page.goto("/styleguide/")
    summary = page.locator("summary[aria-label=More]")
    summary.click()
    item = page.get_by_role("link", name="Rename")
    item.focus()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_administration_of_a_session_fits_a_desk(
    visitor: Visitor, user: User, admin_user: User
):
    session = create_session(owner=user, kind="pitch", title="Seed round")
    session.parts.update(question="Why you, and why now? " * 20)
    page = sign_in(visitor, admin_user).page(width=1280)
    page.goto(f"/admin/practice/session/{session.pk}/change/")
    expect(page.get_by_role("heading", name="Parts")).to_be_visible()
    assert_fits(page)
