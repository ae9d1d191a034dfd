"""A shared screen in Chromium: a tab stands for the slides, files for camera and microphone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from sessions.models import Upload
from tests.browser.harness import assert_accessible, assert_fits, assert_targets
from tests.browser.studio import (
    Room,
    local_sha256,
    press,
    record,
    recorded,
    with_devices,
)
from tests.sessions.served import until

SLIDES = "The slides of the talk"
SHOWN = "document.body.style.background = {!r}"
PATIENCE_MS = 30_000
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(scope="module")
def chromium(browser: Browser, devices) -> Iterator[Browser]:
    opened = with_devices(browser, devices, f"--auto-select-tab-capture-source-by-title={SLIDES}")
    yield opened
    opened.close()


def slides_in(room: Room) -> Page:
    """A tab to be shared."""
    page = room.context.new_page()
    page.set_content(f"<title>{SLIDES}</title>")
    show(page, RED)
    return page


def show(slides: Page, colour: tuple[int, int, int]) -> None:
    slides.evaluate(SHOWN.format(f"rgb{colour}"))


def shared(page: Page) -> None:
    press(page, "Share a screen")
    ends = page.get_by_role("button", name="Stop sharing")
    expect(ends).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-studio-film]")).to_be_visible()


def test_it_works(room, session):
    """Slides and camera in one film; another slide is seen; the slides go, the film goes on."""
    slides = slides_in(room)
    page = room.enter()
    shared(page)
    record(page, 2)
    show(slides, BLUE)
    expect(page.get_by_text("Slide 2", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    ends = at(page)
    slides.close()
    told = page.get_by_text("Sharing has ended. The recording goes on, and you")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    recorded(page, ends + 3)
    press(page, "Stop")
    expect(page.get_by_role("heading", name="Look at it")).to_be_visible()
    made = local_sha256(page, session)
    press(page, "Send")
    page.wait_for_url(f"**{session.get_absolute_url()}")
    assert room.holds(made)
    marks = [mark for mark in session.take.marks if mark["kind"] == "slide"]
    assert [(mark["n"], mark.get("found", False)) for mark in marks] == [(2, True)]
    corner, whole = session.recordings.get(role="camera").capture["cameraPlaces"]
    assert corner["t"] == 0 and abs(corner["x"] + corner["width"] - 1) < 0.02
    assert corner["width"] <= 0.24 and whole["height"] == 1 and whole["t"] >= ends
    pictures = film(room.sent())
    assert close_to(pictures, 1.0, RED) and close_to(pictures, whole["t"] - 0.5, BLUE)
    assert pictures[-1][0] > whole["t"] + 0.5, "it goes on"
    assert not close_to(pictures, pictures[-1][0], BLUE)


def at(page: Page) -> float:
    return float(page.locator("[data-studio-clock]").inner_text().split(":")[1])


def film(recording: bytes) -> list[tuple[float, np.ndarray]]:
    with av.open(io.BytesIO(recording)) as opened:
        return [
            (float(frame.time or 0), frame.to_ndarray(format="rgb24", width=128, height=72))
            for frame in opened.decode(video=0)
        ]


def close_to(
    pictures: list[tuple[float, np.ndarray]], time: float, colour: tuple[int, int, int]
) -> bool:
    """Whether the middle of the film has that colour then."""
    picture = [shown for since, shown in pictures if since <= time][-1]
    return bool(np.abs(picture[30:40, 40:80].mean(axis=(0, 1)) - colour).max() < 40)


def test_the_camera_can_be_left_out(room, session):
    slides_in(room)
    page = room.enter()
    page.get_by_label("Me in the corner").uncheck()
    shared(page)
    record(page, 1)
    press(page, "Stop sharing")
    expect(page.get_by_text("the picture is empty")).to_be_visible()
    press(page, "Share a screen")
    expect(page.get_by_text("the picture is empty")).to_be_hidden()
    press(page, "Stop")
    press(page, "Send")
    page.wait_for_url(f"**{session.get_absolute_url()}")
    assert session.recordings.get().capture["cameraPlaces"] == [{"t": 0}]


def test_a_take_after_it_knows_nothing_of_the_screen(room, session):
    slides_in(room)
    page = room.enter()
    shared(page)
    press(page, "Stop sharing")
    expect(page.locator("[data-studio-film]")).to_be_hidden()
    record(page, 1)
    expect(page.get_by_role("button", name="Share a screen")).to_be_hidden()
    press(page, "Stop")
    press(page, "Send")
    page.wait_for_url(f"**{session.get_absolute_url()}")
    assert "cameraPlaces" not in session.recordings.get().capture


@contextmanager
def opened(room: Room, script: str) -> Iterator[Page]:
    room.context.add_init_script(script)
    yield room.enter()


SAYS_NO = """
const no = new DOMException("no", "NotAllowedError");
MediaDevices.prototype.getDisplayMedia = () => Promise.reject(no);
"""


def test_it_helps_where_the_browser_says_no(room):
    """What a browser answers where its dialog was closed, which nothing here can do by hand."""
    with opened(room, SAYS_NO) as page:
        press(page, "Share a screen")
        expect(page.get_by_text("Nothing is shared")).to_be_visible()
        assert_accessible(page)
        expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


def test_a_browser_without_it_says_so(room):
    with opened(room, "delete MediaDevices.prototype.getDisplayMedia") as page:
        expect(page.get_by_text("cannot share a screen")).to_be_visible()
        expect(page.get_by_role("button", name="Share a screen")).to_have_count(0)


def test_every_phase_fits_and_is_accessible(room):
    slides_in(room)
    page = room.enter()
    shared(page)
    for begin in (None, lambda: record(page, 1)):
        if begin:
            begin()
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert_fits(page)
            assert_targets(page)
        assert_accessible(page)


BREAKS = """
window.made = [];
window.MediaRecorder = class extends MediaRecorder {
  constructor(...given) { super(...given); made.push(this); }
};
WakeLock.prototype.request = () => { throw new Error("no lock"); };
"""


def test_a_recording_that_fails_to_begin_leaves_nothing_running(room, session):
    with opened(room, BREAKS) as page:
        press(page, "Record")
        expect(page.get_by_text("could not begin to record")).to_be_visible()
        assert until(lambda: page.evaluate("made.map(one => one.state)") == ["inactive"])
        assert until(lambda: not Upload.objects.exists())
        expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()
