"""The main job as its user does it: make a session, upload, watch it live, study, correct.

Real workers with the real engines on a recording of synthetic speech; nothing is stood in for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from sessions.models import Session
from tests.browser.harness import Visitor, check_page
from tests.workers.house import House, until
from workers.demo.practices import HERE

TALK = HERE / "media" / "06-pitch.ogg"
PATIENCE_MS = 240_000
PLAYER_READY = "document.querySelector('[data-player]').readyState >= 1"
PLAYER_TIME = "document.querySelector('[data-player]').currentTime"


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, settings) -> Iterator[House]:
    """A real supervisor on the test's database and files."""
    house = House(
        tmp_path, module="workers.supervisor", ROSTRUM_MODELS_DIR=str(django_settings.MODELS_DIR)
    )
    settings.MEDIA_ROOT = tmp_path / "media"
    house.start()
    yield house
    house.stop()


def make_session(page: Page) -> None:
    page.goto("/sessions/new/")
    page.get_by_label("Pitch", exact=True).check()
    page.get_by_role("textbox", name="Title", exact=True).fill("Sixty seconds for Loop")
    page.get_by_role("textbox", name="Question").fill("Pitch your product in a minute.")
    page.get_by_role("button", name="Upload a file").click()
    expect(page.get_by_role("heading", name="Bring the recording")).to_be_visible()


def test_a_recording_becomes_a_result_that_plays_its_evidence(
    learner: Visitor, workers: House
) -> None:
    page = learner.page()
    make_session(page)
    page.locator("#upload-file").set_input_files(TALK)
    # live progress, then the result, with no reload by hand
    expect(page.locator("[data-workspace]")).to_be_visible(timeout=PATIENCE_MS)
    session = Session.objects.get()
    assert session.state in {"ready", "partial"}
    assert session.score is not None

    words = page.locator(".w[data-play-start]")
    assert words.count() > 40
    until(lambda: page.evaluate(PLAYER_READY))
    word = words.nth(20)
    word.click()
    start = float(word.get_attribute("data-play-start") or 0)
    until(lambda: start - 0.1 <= page.evaluate(PLAYER_TIME) < start + 30)
    expect(page.locator(".w.is-now")).to_have_count(1)

    moment = page.locator(".next-steps .evidence, .skill-row .evidence").first
    moment.click()
    at = float(moment.get_attribute("data-play-start") or 0)
    until(lambda: at - 0.1 <= page.evaluate(PLAYER_TIME) < at + 30)
    document = json.loads(page.request.get(f"/sessions/{session.pk}/analysis.json").text())
    assert document["schema"] == "rostrum.analysis/1"
    assert "four hundred thousand" in document["transcript"]["text"].lower()
    check_page(learner, f"/sessions/{session.pk}/")
