"""The main job without a mouse: nothing on the way traps the focus, hides it or loses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from coaching.accounts.models import User
from sessions.services import create_session
from tests.browser.harness import Visitor, comes_true
from tests.browser.studied import PLAYER_TIME, SOUND, player_ready, studied
from tests.browser.test_accounts import link_in_last_mail
from tests.conftest import PASSWORD

PAUSED = "document.querySelector('[data-player]').paused"


def reach(target: Locator, most: int = 60) -> Locator:
    """Goes on with Tab until `target` has the focus, and sees it."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            expect(target).to_be_in_viewport()
            return target
        target.page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached with {most} presses of Tab")


def press(target: Locator, key: str = "Enter") -> None:
    reach(target)
    target.page.keyboard.press(key)


def write(target: Locator, text: str) -> None:
    reach(target)
    target.page.keyboard.type(text)


def test_a_first_recording_is_brought(page: Page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page.goto("/")
    press(page.get_by_role("link", name="Make an account").first)
    page.wait_for_url("**/accounts/signup/")
    write(page.get_by_label("Email"), "new@example.org")
    write(page.get_by_label("Password"), PASSWORD)
    press(page.get_by_role("button", name="Make an account"))
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.goto(link_in_last_mail())
    press(page.get_by_role("button", name="Confirm"))
    expect(page.get_by_role("status")).to_contain_text("new@example.org")

    press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Practise"))
    press(page.get_by_label("Interview", exact=True), "ArrowDown")
    expect(page.get_by_label("Presentation", exact=True)).to_be_checked()
    write(page.get_by_role("textbox", name="Title", exact=True), "All hands")
    press(page.get_by_role("button", name="Upload a file"))
    expect(page.get_by_role("heading", name="All hands")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        press(page.locator("#upload-file"))
    chooser.value.set_files(SOUND)
    expect(page.locator("[data-progress]")).to_be_visible()
    reach(page.get_by_role("button", name="Stop the analysis"))


def test_an_upload_is_paused_and_resumed(learner: Visitor, user: User):
    session = create_session(owner=user, kind="pitch", title="Seed round")
    page = learner.page()
    page.route("**/sessions/uploads/**", lambda route: None)  # an upload that takes its time
    page.goto(session.get_absolute_url())
    with page.expect_file_chooser() as chooser:
        press(page.locator("#upload-file"))
    chooser.value.set_files(SOUND)
    pause, resume = (page.get_by_role("button", name=name) for name in ("Pause", "Resume"))
    expect(pause).to_be_focused()
    page.keyboard.press("Enter")
    expect(resume).to_be_focused()
    page.keyboard.press("Enter")
    expect(pause).to_be_focused()


def test_a_result_is_studied(learner: Visitor, user: User):
    page = learner.page()
    page.goto(studied(user).get_absolute_url())
    player_ready(page)
    words = page.locator(".w[data-play-start]")
    reach(page.get_by_role("group", name="What you said"))
    for at in range(3):
        page.keyboard.press("ArrowRight")
        expect(words.nth(at)).to_have_class(re.compile("is-now"))
    page.keyboard.press("ArrowLeft")
    expect(words.nth(1)).to_have_class(re.compile("is-now"))
    page.keyboard.press("Enter")
    assert comes_true(page, f"!{PAUSED}")
    page.keyboard.press("Enter")
    assert comes_true(page, PAUSED)
    sentence = page.locator(".sentence__time").nth(2)
    press(sentence)
    assert comes_true(page, f"{PLAYER_TIME} >= {sentence.get_attribute('data-play-start')}")

    press(page.get_by_role("tab", name="Delivery"), "ArrowRight")
    voice = page.get_by_role("tabpanel", name="Voice")
    expect(voice).to_be_visible()
    press(voice.locator("summary", has_text="What this means").first)
    expect(voice.locator("details[open]").first).to_be_visible()


def test_a_moment_on_the_strip_is_played(learner: Visitor, user: User):
    page = learner.page()
    page.goto(studied(user).get_absolute_url())
    player_ready(page)
    mark = page.get_by_role("group", name="Moments worth hearing again").get_by_role("link").first
    reach(mark)
    why = page.locator("[data-why]")
    expect(why).to_contain_text("Here ")
    page.keyboard.press("Enter")
    assert comes_true(page, f"{PLAYER_TIME} >= {mark.get_attribute('data-play-start')}")
    expect(mark).to_be_focused()
    assert "#moment" not in page.url


def test_a_transcript_is_corrected(learner: Visitor, user: User):
    page = learner.page()
    page.goto(studied(user).get_absolute_url())
    press(page.get_by_role("link", name="Correct", exact=True))
    page.wait_for_url("**/transcript/")
    write(page.get_by_label("What was said"), "Indeed. ")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator("[data-progress]")).to_be_visible()


def test_a_session_is_renamed_deleted_and_taken_back(learner: Visitor, user: User):
    create_session(owner=user, kind="pitch", title="Seed round")
    page = learner.page()
    page.goto("/sessions/")
    press(page.get_by_role("link", name="Rename Seed round"))
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Series A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_focused()
    press(page.get_by_role("button", name=re.compile("^Delete")))
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Series A", exact=True)).to_be_visible()
