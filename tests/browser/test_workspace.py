"""Studying a result: the wide page, the phone's deck and tabs, and what follows the player."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from coaching.accounts.models import User
from sessions.models import Session
from tests.browser.harness import Visitor, assert_accessible, check_page, comes_true
from tests.browser.studied import PLAYER_TIME, film_of, player_ready, studied

PHONE = {"width": 390, "height": 844}
SIDEWAYS = {"width": 844, "height": 390}
DESK = {"width": 1280, "height": 900}
PARTS = ["Next steps", "Transcript", "Delivery", "Voice", "Body", "Content", "Details"]
BAR = 64
"""Height of the phone's bar of destinations, which covers the window's foot."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(60, tmp_path_factory.mktemp("film"))


@pytest.fixture
def session(user: User, film: Path) -> Session:
    return studied(user, film=film)


def open_page(visitor: Visitor, session: Session, window=PHONE, part: str = "", **options) -> Page:
    page = visitor.page(**options)
    page.set_viewport_size(window)
    page.goto(f"/sessions/{session.pk}/{part}")
    return page


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tablist", name="Parts of the result").get_by_role("tab", name=name)


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found is not None, f"{selector} is not shown"
    return {**found, "bottom": found["y"] + found["height"], "right": found["x"] + found["width"]}


@pytest.mark.parametrize(
    "part", ["", "#transcript", "#panel-delivery", "#panel-content", "#details"]
)
def test_it_fits_and_is_accessible(learner: Visitor, session: Session, part: str):
    check_page(learner, f"/sessions/{session.pk}/{part}")


def test_a_sound_alone_and_a_partial_result_fit_too(learner: Visitor, user: User):
    session = studied(user)
    session.runs.update(state="partial")
    check_page(learner, f"/sessions/{session.pk}/")


def test_on_a_phone_one_part_shows_at_a_time(learner: Visitor, session: Session):
    page = open_page(learner, session)
    expect(page.get_by_role("tab")).to_have_text(PARTS)
    expect(tab(page, "Next steps")).to_have_attribute("aria-selected", "true")
    for name in PARTS:
        tab(page, name).click()
        expect(page.get_by_role("tabpanel")).to_have_count(1)
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
    assert page.url.endswith("#details")
    tab(page, "Voice").click()
    page.reload()
    expect(page.get_by_role("tabpanel", name="Voice")).to_be_visible()


def test_tabs_follow_the_keys(learner: Visitor, session: Session):
    page = open_page(learner, session)
    for key, name in [
        ("ArrowRight", "Transcript"), ("ArrowLeft", "Next steps"), ("ArrowLeft", "Details"),
        ("Home", "Next steps"), ("End", "Details"),
    ]:  # fmt: skip
        page.locator("[role=tab][tabindex='0']").press(key)
        expect(tab(page, name)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        expect(tab(page, name)).to_be_in_viewport()


def test_a_link_into_a_hidden_part_shows_it(learner: Visitor, session: Session):
    session.runs.update(state="partial")
    page = open_page(learner, session, part="#missing")
    missing = page.get_by_text("What could not be measured, and why")
    expect(missing).to_be_in_viewport()
    expect(page.locator("#missing")).to_have_attribute("open", "")
    tab(page, "Transcript").click()
    expect(missing).to_be_hidden()
    page.get_by_role("link", name="the list below says why").click()
    expect(missing).to_be_in_viewport()
    assert page.locator("#missing").get_attribute("open") is not None
    tab(page, "Next steps").click()
    page.get_by_role("link", name="See each").click()
    expect(page.get_by_role("tabpanel", name="Delivery")).to_be_visible()


@pytest.mark.parametrize("window", [PHONE, {"width": 390, "height": 664}, {**PHONE, "width": 320}])
def test_the_deck_stays_and_leaves_room_to_read(learner: Visitor, session: Session, window):
    page = open_page(learner, session, window, "#transcript")
    player_ready(page)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    deck = box(page, "[data-deck]")
    assert deck["y"] == pytest.approx(0, abs=1)
    assert window["height"] - BAR - deck["bottom"] > 0.38 * window["height"], "room to read"
    expect(page.locator("[data-player]")).to_be_in_viewport(ratio=1)
    expect(page.locator(".timeline__track").first).to_be_in_viewport(ratio=1)
    expect(tab(page, "Transcript")).to_be_in_viewport(ratio=1)


def test_on_its_side_the_deck_stands_beside_the_part(learner: Visitor, session: Session):
    page = open_page(learner, session, SIDEWAYS, "#transcript")
    player_ready(page)
    page.evaluate("window.scrollTo(0, 700)")
    deck, part = box(page, "[data-deck]"), box(page, "#transcript")
    assert deck["right"] <= part["x"]
    assert deck["bottom"] <= SIDEWAYS["height"] - BAR
    for selector in (
        "[data-player]",
        ".timeline__track >> nth=0",
        "[role=tab][aria-selected=true]",
    ):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)


def test_charts_and_speed_come_on_request(learner: Visitor, session: Session):
    page = open_page(learner, session)
    speed, lane = (
        page.get_by_label("Speed", exact=False).and_(page.locator("select")),
        page.locator(".timeline__lane").first,
    )
    expect(speed).to_be_hidden()
    page.get_by_role("button", name="Charts and speed").click()
    expect(lane).to_be_visible()
    speed.select_option("1.5")
    assert page.evaluate("document.querySelector('[data-player]').playbackRate") == 1.5
    page.get_by_role("button", name="Charts and speed").click()
    expect(lane).to_be_hidden()


def test_help_opens_in_place_by_keyboard_and_by_touch(learner: Visitor, session: Session):
    page = open_page(learner, session, part="#panel-delivery", has_touch=True)
    helps = page.get_by_role("tabpanel", name="Delivery").locator("summary", has_text="What this")
    for summary, how, given in ((helps.nth(0), "press", ["Enter"]), (helps.nth(1), "tap", [])):
        getattr(summary, how)(*given)
        facts = summary.locator("xpath=..")
        expect(facts.get_by_text("Why it matters")).to_be_visible()
        expect(summary).to_be_in_viewport()
    assert_accessible(page)


def test_evidence_plays_where_the_reader_is(learner: Visitor, session: Session):
    page = open_page(learner, session, part="#panel-delivery")
    player_ready(page)
    chip = page.get_by_role("tabpanel", name="Delivery").locator(".evidence:visible").last
    chip.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    chip.click()
    assert comes_true(page, f"{PLAYER_TIME} >= {chip.get_attribute('data-play-start')} - 0.05")
    expect(page.get_by_role("tabpanel", name="Delivery")).to_be_visible()
    assert page.evaluate("window.scrollY") == before


@pytest.mark.parametrize("window", [PHONE, SIDEWAYS, DESK], ids=["phone", "sideways", "desk"])
def test_the_word_being_said_stays_in_sight(learner: Visitor, session: Session, window):
    page = open_page(learner, session, window, "#transcript")
    player_ready(page)
    page.evaluate("document.querySelector('#transcript').scrollIntoView()")
    late = page.locator(".w[data-play-start]").nth(60).get_attribute("data-play-start")
    page.evaluate(f"media => {{ media.currentTime = {late}; media.play(); }}",
                  page.locator("[data-player]").element_handle())  # fmt: skip
    now = page.locator(".w.is-now")
    expect(now).to_be_in_viewport(ratio=1)
    page.locator("[data-player]").evaluate("media => media.pause()")
    word, deck = now.bounding_box(), page.locator("[data-deck]").bounding_box()
    if window == PHONE:
        assert word["y"] >= deck["y"] + deck["height"], "below the deck, not behind it"


def test_a_hidden_transcript_moves_nothing(learner: Visitor, session: Session):
    page = open_page(learner, session, part="#panel-content")
    player_ready(page)
    before = page.evaluate("window.scrollY")
    page.locator("[data-player]").evaluate("media => { media.currentTime = 30; media.play(); }")
    expect(page.locator(".w.is-now")).to_have_count(1)
    assert page.evaluate("window.scrollY") == before


def test_focus_never_hides_behind_the_deck(learner: Visitor, session: Session):
    page = open_page(learner, session, part="#transcript")
    times = page.locator(".sentence__time")
    times.last.focus()
    for _ in range(times.count() - 1):
        page.keyboard.press("Shift+Tab")
    at = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert at >= box(page, "[data-deck]")["bottom"] - 1


def test_turning_the_device_keeps_the_part(learner: Visitor, session: Session):
    page = open_page(learner, session)
    tab(page, "Voice").click()
    page.set_viewport_size(DESK)
    expect(page.get_by_role("tab")).to_have_text(PARTS[2:6])
    expect(page.get_by_role("tabpanel", name="Voice")).to_be_visible()
    for shown in ("What you said", "Skill by skill", "Over time"):
        expect(page.get_by_role("heading", name=shown)).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    expect(page.get_by_role("tabpanel", name="Voice")).to_be_visible()


def test_the_wide_page_shows_all_at_once(learner: Visitor, session: Session):
    page = open_page(learner, session, DESK)
    stage, headline = box(page, ".workspace__stage"), box(page, ".headline")
    assert stage["right"] < headline["x"] and stage["y"] == pytest.approx(headline["y"], abs=1)
    words, scores = box(page, "#transcript"), box(page, "#scores")
    assert words["right"] < scores["x"] and words["y"] == pytest.approx(scores["y"], abs=1)
    assert box(page, ".timeline")["y"] > stage["bottom"]
    expect(page.get_by_role("tablist")).to_have_count(1)


def test_without_scripts_the_parts_follow_each_other(learner: Visitor, session: Session):
    page = open_page(learner, session, java_script_enabled=False)
    for part in ("#next", "#transcript", "#panel-delivery", "#panel-content", "#details"):
        expect(page.locator(part)).to_be_visible()
    page.get_by_role("navigation", name="Parts of the result").get_by_role(
        "link", name="Content"
    ).click()
    expect(page.locator("#panel-content")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#panel-content$"))


def test_without_scripts_a_moment_on_the_strip_leads_to_its_reason(
    learner: Visitor, session: Session
):
    page = open_page(learner, session, DESK, java_script_enabled=False)
    page.locator("[data-moment]").first.click()
    expect(page.locator("#moment-1")).to_be_in_viewport()


def test_the_player_stays_beside_the_headline_and_covers_nothing_below(
    learner: Visitor, session: Session
):
    page = open_page(learner, session, DESK)
    player_ready(page)
    page.locator(".timeline").evaluate("it => it.scrollIntoView()")
    assert box(page, ".player")["bottom"] <= box(page, ".timeline")["y"]


@pytest.fixture
def cut_off(learner: Visitor, session: Session) -> Page:
    """At 12.5 s, with an address that no longer plays."""
    page = open_page(learner, session)
    player_ready(page)
    page.evaluate("document.querySelector('[data-player]').currentTime = 12.5")
    assert comes_true(page, "!document.querySelector('[data-player]').seeking")
    page.route("**/run-out", lambda route: route.fulfill(body=""))
    return page


def run_out(page: Page) -> None:
    page.evaluate("document.querySelector('[data-player]').src = '/run-out'")


def test_a_player_whose_address_has_run_out_goes_on(cut_off: Page):
    run_out(cut_off)
    assert comes_true(cut_off, f"{PLAYER_TIME} == 12.5")
    player_ready(cut_off)


def test_a_player_that_cannot_be_loaded_says_so(cut_off: Page):
    cut_off.route("**/sessions/**", lambda route: route.fulfill(body="<p>a page without any</p>"))
    run_out(cut_off)
    expect(cut_off.get_by_text("The recording could not be loaded")).to_be_visible()


def test_a_trimmed_recording_plays_from_its_start_to_its_end(
    learner: Visitor, session: Session
) -> None:
    run = session.runs.get(is_current=True)
    run.settings = {**run.settings, "trim": {"start": 20.0, "end": 22.0}}
    run.save()
    page = open_page(learner, session, DESK)
    player_ready(page)
    assert comes_true(
        page, "Math.abs(document.querySelector('[data-player]').currentTime - 20) < 0.1"
    )
    page.evaluate("document.querySelector('[data-player]').muted = true")
    page.locator("body").press("Space")
    player = "document.querySelector('[data-player]')"
    assert comes_true(page, f"{player}.paused && Math.abs({player}.currentTime - 22) < 0.2")
    page.get_by_role("button", name="Play the whole").click()
    page.locator("h1").click()
    page.locator("body").press("Space")
    assert comes_true(page, f"{player}.currentTime > 22.6")
