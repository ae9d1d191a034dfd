"""Recording in Chromium, whose camera and microphone are files: what is said and shown is known."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sessions import services
from sessions.models import Session
from tests.browser.harness import CHROMIUM, FLAGS, TIMEOUT_MS, Watch
from tests.sessions.served import until
from tests.synthesis import answer

PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def filmed(tmp_path_factory) -> dict[str, Path]:
    """A voice and a moving picture, as files the browser takes for its devices."""
    folder = tmp_path_factory.mktemp("filmed")
    picture = folder / "picture.mjpeg"
    subprocess.run(
        [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:r=15:d=2",
         "-q:v", "8", str(picture)],
        check=True,
    )  # fmt: skip
    voice = folder / "voice.wav"
    answer().write(voice)
    return {"voice": voice, "picture": picture}


@pytest.fixture(scope="module")
def chromium(browser: Browser, filmed) -> Iterator[Browser]:
    opened = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *FLAGS,
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={filmed['voice']}",
            f"--use-file-for-fake-video-capture={filmed['picture']}",
            "--autoplay-policy=no-user-gesture-required",
        ],
    )
    yield opened
    opened.close()


@pytest.fixture
def session(transactional_db, user) -> Session:
    return services.create_session(owner=user, kind="pitch", title="Seed round")


@pytest.fixture
def context(chromium: Browser, user, site) -> Iterator[BrowserContext]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = chromium.new_context(
        base_url=site, permissions=["camera", "microphone"], reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT_MS)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": "http://localhost"}])
    yield context
    context.close()


@pytest.fixture
def page(context, session, watch: Watch) -> Page:
    return enter(context, session, watch)


def enter(context: BrowserContext, session: Session, watch: Watch) -> Page:
    page = context.new_page()
    watch.attach(page)
    page.goto(f"/sessions/{session.pk}/studio/")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def seconds_of(page: Page, seconds: float) -> None:
    """Wait until so much was recorded."""
    clock = page.locator("[data-studio-clock]")
    assert until(lambda: float(clock.inner_text().split(":")[1]) >= seconds, 20)


def test_it_works(page, session):
    """Record, pause, go on, stop, look at it, trim, send: and it is being analysed."""
    press(page, "Record")
    seconds_of(page, 2)
    page.keyboard.press(" ")
    expect(page.get_by_text("Paused", exact=True).first).to_be_visible()
    page.keyboard.press(" ")
    seconds_of(page, 3)
    press(page, "Stop")
    expect(page.get_by_role("heading", name="Look at it")).to_be_visible()
    page.screenshot(path="/tmp/studio/review.png")
    press(page, "Send")
    assert until(lambda: session.recordings.exists(), 20)
