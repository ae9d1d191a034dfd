"""What the studio hears in Chromium, its microphone a file: known levels, known words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from coaching.accounts.models import User
from sessions.models import Session, Take
from tests.browser.conftest import sign_in
from tests.browser.harness import Visitor, Watch, assert_accessible, assert_fits, launched
from tests.engines.sounds import silence, with_noise
from tests.sessions.served import until
from tests.synthesis import RATE, answer

PATIENCE_MS = 30_000
LEVEL_DB = -20.0


def sine(level_db: float, seconds: float) -> np.ndarray:
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return np.clip(wave * np.sqrt(2) * 10 ** (level_db / 20), -1, 1)


def played(browser: Browser, path: Path, sound: np.ndarray) -> Iterator[Browser]:
    """A Chromium whose microphone hears `sound`, again and again."""
    soundfile.write(path, sound, RATE)
    fake = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={path}"]
    yield from launched(browser, *fake, "--autoplay-policy=no-user-gesture-required")


@pytest.fixture(scope="module")
def tones(browser: Browser, tmp_path_factory) -> Iterator[Browser]:
    """A tone of a known level, one that is too loud, and a room in which nobody speaks."""
    room = with_noise(silence(7.0), -62)
    sound = np.concatenate([sine(LEVEL_DB, 5), sine(2.0, 2), room])
    yield from played(browser, tmp_path_factory.mktemp("tones") / "tones.wav", sound)


@pytest.fixture(scope="module")
def speech(browser: Browser, tmp_path_factory) -> Iterator[Browser]:
    sound = 0.5 * answer("slt").samples
    yield from played(browser, tmp_path_factory.mktemp("speech") / "speech.wav", sound)


@pytest.fixture
def enter(user: User, session: Session, site: str, watch: Watch):
    visitors: list[Visitor] = []

    def enter_in(chromium: Browser) -> Page:
        visitor = sign_in(Visitor(chromium, site, watch), user)
        visitors.append(visitor)
        page = visitor.page(permissions=["camera", "microphone"])
        page.goto(f"/sessions/{session.pk}/studio/")
        return page

    yield enter_in
    for visitor in visitors:
        visitor.close()


def level(page: Page) -> float:
    return float(page.get_by_role("meter", name="Sound level").get_attribute("aria-valuenow") or 0)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_it_shows_the_level_the_clipping_and_the_noise_of_the_room(enter, tones: Browser):
    page = enter(tones)
    assert until(lambda: abs(level(page) - LEVEL_DB) <= 2, 20)
    clipping = page.get_by_text("Clipping: too loud")
    expect(clipping).to_be_visible(timeout=PATIENCE_MS)
    assert until(lambda: level(page) <= -55, 20)
    press(page, "Measure the silence")
    said = page.locator("[data-room-silence-said]")
    expect(said).to_contain_text("a quiet room", timeout=PATIENCE_MS)
    noise = re.match(r"\d+", said.inner_text())
    assert noise and 60 <= int(noise[0]) <= 66
    expect(clipping).to_have_count(0)


def test_a_test_recording_is_judged_and_played_and_a_recording_is_coached(
    enter, speech: Browser, session: Session
):
    page = enter(speech)
    expect(page.get_by_text("off, as asked")).to_have_count(3)
    press(page, "Make a test")
    expect(page.locator("[data-room-trial-said]")).to_have_text(
        "Clear: you can begin", timeout=PATIENCE_MS
    )
    expect(page.get_by_label("Your test")).to_have_attribute("src", re.compile("^blob:"))
    page.get_by_text("Live coaching", exact=True).click()
    assert_accessible(page)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)
    page.get_by_label("Pace you aim at").select_option("calm")

    press(page, "Record")
    spoken = answer("slt").words
    true = len(spoken) / (spoken[-1].end - spoken[0].start) * 60
    rate = page.locator("[data-coach-pace]")
    expect(rate).to_contain_text("words a minute", timeout=PATIENCE_MS)
    expect(page.locator("[data-coach-hint]")).to_contain_text(
        "let a thought land before the next", timeout=PATIENCE_MS
    )
    shown = re.search(r"\d+", rate.inner_text())
    assert shown and int(shown[0]) == pytest.approx(true, rel=0.2)
    press(page, "Pause")
    assert_accessible(page)
    for width in (320, 390, 1280):  # with a fast pace on its gauge
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)
    page.get_by_label("Show pace and ums").uncheck()
    expect(rate).to_be_hidden()
    press(page, "Stop")
    press(page, "Send")
    assert until(lambda: session.recordings.exists(), 20)
    take = Take.objects.get(session=session)
    assert take.capture["trial"] == "clear" and take.capture["listening_quanta"] > 1000
    assert next(mark["hint"] for mark in take.marks if mark["kind"] == "hint") == "pace"
