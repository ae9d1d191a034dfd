"""The studio's guide in Chromium, its camera a film: a real face at a known place, or nobody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from coaching.accounts.models import User
from sessions.models import Session
from tests.browser.conftest import sign_in
from tests.browser.harness import Visitor, Watch, assert_accessible, comes_true, launched
from tests.browser.test_overlay import PAINTED
from tests.data import shared

PATIENCE_MS = 30_000
DRAWN = PAINTED.replace("data-overlay", "data-studio-overlay")
HEAD = "scale=400:400,pad=1280:720:160:150:gray"
"""A face in the picture's left third, a good size, a good room over it."""
KINDS = ["volume", "pace", "pauses", "melody", "fillers", "time", "praise"]
SCRIPTS = Path(__file__).parents[2] / "static/js/studio/vision"


def film(folder: Path, *source: str) -> str:
    """A film that Chromium takes for its camera."""
    path = folder / "camera.mjpeg"
    kind = ["-t", "2", "-pix_fmt", "yuvj420p", "-q:v", "6", str(path)]
    subprocess.run([get_ffmpeg_exe(), "-v", "error", *source, *kind], check=True)
    return f"--use-file-for-fake-video-capture={path}"


@pytest.fixture(scope="module")
def nobody(browser: Browser, tmp_path_factory) -> Iterator[Browser]:
    grey = film(tmp_path_factory.mktemp("grey"), "-f", "lavfi", "-i", "color=gray:s=640x360:r=15")
    yield from launched(browser, "--use-fake-device-for-media-stream", grey)


@pytest.fixture(scope="module")
def somebody(browser: Browser, tmp_path_factory) -> Iterator[Browser]:
    given = shared("talking_head.mp4")
    head = film(tmp_path_factory.mktemp("head"), "-i", str(given), "-vf", HEAD)
    yield from launched(browser, "--use-fake-device-for-media-stream", head)


@pytest.fixture
def opened(user: User, session: Session, site: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens the studio in the browser of a camera; `prepare` gets the page before it is there."""
    visitors: list[Visitor] = []

    def open_in(
        chromium: Browser,
        prepare: Callable[[Page], None] = lambda page: None,
        patience_s: int = 600,
    ) -> Page:
        def patient(route: Route) -> None:
            """A busy machine is not what is tested; how long slowness is borne may be."""
            script = (SCRIPTS / "pace.js").read_text()
            given = script.replace("PATIENCE_S = 6", f"PATIENCE_S = {patience_s}")
            assert given != script
            route.fulfill(body=given, content_type="text/javascript")

        visitor = sign_in(Visitor(chromium, site, watch), user)
        visitors.append(visitor)
        page = visitor.page(permissions=["camera", "microphone"])
        page.context.route("**/vision/pace.js", patient)
        prepare(page)
        page.goto(f"/sessions/{session.pk}/studio/")
        return page

    yield open_in
    for visitor in visitors:
        visitor.close()


def look(page: Page) -> None:
    page.get_by_role("button", name="Check my picture").click()


def headline(page: Page) -> Locator:
    return page.locator("[data-vision-headline]")


def why(page: Page) -> Locator:
    return page.locator("[data-vision-why]:visible")


def test_a_face_beside_the_middle_is_told_where_to_move(somebody, opened, user):
    quiet = json.dumps({"hints_off": KINDS, "countdown": 0})  # of the voice nothing is to be said
    keep = f"localStorage.setItem('rostrum.studio.{user.pk}', '{quiet}')"
    page = opened(somebody, lambda page: page.add_init_script(keep))
    look(page)
    expect(headline(page)).to_have_text("Move a little to your left.", timeout=PATIENCE_MS)
    for check in ("distance", "headroom", "light", "level"):
        expect(page.locator(f"[data-check={check}]")).to_have_attribute("data-state", "ok")
    assert comes_true(page, f"{DRAWN} > 500")
    assert_accessible(page)
    # the pose is drawn where it is wanted, and in a recording nothing else
    page.get_by_label("Draw what is seen").uncheck()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("[data-coach-hint]")).to_have_text(
        "Move a little to your left.", timeout=PATIENCE_MS
    )
    assert comes_true(page, f"{DRAWN} === 0")


def test_it_waits_for_the_camera_and_says_that_the_chair_is_empty(nobody, opened):
    page = opened(nobody, lambda page: page.context.clear_permissions())
    asked = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
    assert "vendor/vision" not in page.evaluate(asked), "it loads only where it is wanted"
    look(page)
    expect(page.get_by_text("The guide begins when your camera is on.")).to_be_visible()
    expect(page.get_by_role("heading", name="How you sit in the picture")).to_be_focused()
    page.context.grant_permissions(["camera", "microphone"])
    page.get_by_role("button", name="Switch on").click()
    expect(headline(page)).to_contain_text("Nobody is to be seen", timeout=PATIENCE_MS)


def test_below_two_pictures_a_second_it_switches_itself_off_and_says_so(nobody, opened):
    def slowed(route: Route) -> None:
        """A device that needs most of a second for a picture."""
        script = (SCRIPTS / "sight.js").read_text()
        begin = "look(frame, t) {"
        assert begin in script
        wait = "for (const end = performance.now() + 800; performance.now() < end; );"
        route.fulfill(body=script.replace(begin, begin + wait), content_type="text/javascript")

    page = opened(nobody, lambda page: page.context.route("**/vision/sight.js", slowed), 1)
    look(page)
    expect(why(page)).to_contain_text("switched itself off", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_enabled()


def test_a_model_that_does_not_come_is_said_and_can_be_tried_again(nobody, opened):
    def broken(page: Page) -> None:
        page.context.route("**/movenet*", lambda route: route.fulfill(body="<html>"))

    page = opened(nobody, broken)
    look(page)
    expect(why(page)).to_contain_text("could not be loaded", timeout=PATIENCE_MS)
    page.context.unroute("**/movenet*")
    page.get_by_role("button", name="Try again").click()
    expect(headline(page)).to_contain_text("Nobody is to be seen", timeout=PATIENCE_MS)


def test_a_browser_without_the_means_says_so_and_records(nobody, opened):
    page = opened(nobody, lambda page: page.add_init_script("delete globalThis.OffscreenCanvas"))
    expect(why(page)).to_contain_text("no OffscreenCanvas")
    expect(page.get_by_role("button", name="Check my picture")).to_be_hidden()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


def test_the_size_that_is_said_is_the_size_that_is_loaded():
    vendor = SCRIPTS.parents[2] / "vendor/vision"
    models = [*vendor.glob("movenet*"), *vendor.glob("facemesh*")]
    card = (SCRIPTS.parents[3] / "templates/sessions/studio/_framing_guide.html").read_text()
    assert f'max="{sum(path.stat().st_size for path in models)}"' in card
