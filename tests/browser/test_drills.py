"""A drill from the library to what was reached: found, recorded, judged, looked at."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from drills.models import Attempt
from drills.services import load_drills
from tests.analysis import working
from tests.browser.harness import (
    Visitor,
    Watch,
    assert_accessible,
    assert_fits,
    check_page,
    comes_true,
    elsewhere,
)
from tests.browser.studio import filmed, open_context, press, recorded, with_devices
from tests.drills.test_attempts import sections
from tests.sessions.served import until
from tests.synthesis import answer


@pytest.fixture
def library(transactional_db) -> None:
    load_drills()


def test_it_works(chromium: Browser, user, library, site: str, watch: Watch):
    """With the engines' part done by hand: what they measure is tested elsewhere."""
    context = open_context(chromium, user, site)
    page = context.new_page()
    watch.attach(page)
    page.goto("/drills/")
    page.get_by_label("Skill").select_option("pace")
    page.locator("#skill-pace").get_by_role("link", name="Keep the beat").click()
    expect(page.get_by_text("Speaking rate: 120 to 150 words/min")).to_be_visible()
    press(page, "Record it")
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()
    expect(page.get_by_text("Think of a good walk.")).to_be_visible()
    expect(page.get_by_role("radio", name="Sound only")).to_be_checked()
    expect(page.get_by_label("Aim for")).to_have_value("50")
    expect(page.get_by_label("Click, with headphones on")).not_to_be_checked()
    lamps = "[...document.querySelectorAll('[data-metronome-lamp]')]"
    lit = f"{lamps}.findIndex(lamp => lamp.dataset.on === '')"
    for lamp in (1, 2, 3, 0):
        assert comes_true(page, f"{lit} === {lamp}"), "the beat goes through its lamps"
    assert_accessible(page)
    press(page, "Record")
    recorded(page, 1)
    press(page, "Stop")
    press(page, "Send")
    attempt = Attempt.objects.get()
    page.wait_for_url(f"**{attempt.get_absolute_url()}")
    assert until(lambda: attempt.session.runs.exists(), 20)
    expect(page.get_by_role("heading", name="Being analysed")).to_be_visible()
    run, given = attempt.session.runs.get(), sections(fluency={"words_per_minute": 131.0})

    def work() -> None:
        while claimed := working.claim(run):
            probe = working.SOUND if claimed.stage == "probe" else given[claimed.stage]
            assert working.finish(claimed, probe)

    elsewhere(work)
    expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    expect(page.get_by_text("131 words a minute: comfortable")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    press(page, "Try again")
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()
    settings = page.evaluate(f"JSON.parse(localStorage['rostrum.studio.{user.pk}'])")
    assert "mode" not in settings and "target" not in settings, "a drill sets nobody's studio"
    context.close()


def test_a_voice_is_drawn_over_the_melody_while_it_speaks(
    browser: Browser, user, library, site: str, watch: Watch, tmp_path
):
    files = filmed(tmp_path)
    answer(pause=1.5).write(files["voice"])  # rests so long end a phrase
    chromium = with_devices(browser, files)
    context = open_context(chromium, user, site)
    page = context.new_page()
    watch.attach(page)
    page.goto("/drills/melody-really/")
    press(page, "Hear the melody")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    press(page, "Stop")
    expect(page.get_by_role("button", name="Hear the melody")).to_be_visible()
    press(page, "Record it")
    expect(page.get_by_text("Phrase 1 of 6")).to_be_visible()
    assert_accessible(page)
    press(page, "Record")
    drawn = "[...document.querySelectorAll('[data-melody-own]')].some(l => l.getAttribute('d'))"
    assert comes_true(page, drawn)
    expect(page.get_by_text("Phrase 2 of 6")).to_be_visible()
    expect(page.get_by_role("button", name="Hear the melody")).to_be_hidden()
    press(page, "Pause")
    place = page.get_by_text(re.compile(r"^Phrase \d of 6$"))
    reached = int(place.inner_text().split()[1])
    press(page, "Phrase before")
    expect(place).to_have_text(f"Phrase {reached - 1} of 6")
    assert_accessible(page)
    context.close()
    chromium.close()


def test_the_library_and_a_drill_are_for_everybody(learner: Visitor, library):
    check_page(learner, "/drills/")
    check_page(learner, "/drills/?skill=vocal_variety")
    check_page(learner, "/drills/melody-market/")


def test_what_was_unfolded_stays_so_and_a_drill_leads_back_to_its_skill(learner: Visitor, library):
    page = learner.page(width=390)
    page.goto("/drills/")
    drill = page.locator("#skill-pace").get_by_role("link", name="Keep the beat")
    expect(drill).to_be_hidden()
    page.locator("#skill-pace > summary").click()
    page.locator("#skill-pauses > summary").click()
    drill.click()
    page.locator(".page-head__meta").get_by_role("link", name="Drills").click()
    for skill in ("pace", "pauses"):
        expect(page.locator(f"#skill-{skill}")).to_have_attribute("open", "")
    page.get_by_role("searchbox", name="Search").fill("honey")
    expect(page.get_by_role("link", name="Bread, milk and honey")).to_be_visible()
