"""A drill from the library to what was reached: found, recorded, judged, looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from drills.models import Attempt
from drills.services import load_drills
from tests.analysis import working
from tests.browser.harness import Visitor, Watch, assert_accessible, assert_fits, check_page
from tests.browser.studio import filmed, open_context, press, recorded, with_devices
from tests.drills.test_attempts import sections
from tests.sessions.served import until


@pytest.fixture
def library(transactional_db) -> None:
    load_drills()


def test_it_works(browser: Browser, user, library, site: str, watch: Watch, tmp_path):
    """With the engines' part done by hand: what they measure is tested elsewhere."""
    chromium = with_devices(browser, filmed(tmp_path))
    context = open_context(chromium, user, site, tour="done")
    page = context.new_page()
    watch.attach(page)
    page.goto("/drills/")
    page.get_by_label("Skill").select_option("pace")
    page.get_by_role("link", name="Keep the beat").click()
    expect(page.get_by_text("Speaking rate: 120 to 150 words/min")).to_be_visible()
    press(page, "Record it")
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()
    expect(page.get_by_text("Think of a good walk.")).to_be_visible()
    expect(page.get_by_role("radio", name="Sound only")).to_be_checked()
    expect(page.get_by_label("Aim for")).to_have_value("50")
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
    while claimed := working.claim(run):
        probe = working.SOUND if claimed.stage == "probe" else given[claimed.stage]
        assert working.finish(claimed, probe)
    expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    expect(page.get_by_text("131 words a minute: comfortable")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    press(page, "Try again")
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()
    settings = page.evaluate(f"JSON.parse(localStorage['rostrum.studio.{user.pk}'])")
    assert "mode" not in settings and "target" not in settings, "a drill sets nobody's studio"
    context.close()
    chromium.close()


def test_the_library_and_a_drill_are_for_everybody(learner: Visitor, library):
    check_page(learner, "/drills/")
    check_page(learner, "/drills/pause-after-point/")
