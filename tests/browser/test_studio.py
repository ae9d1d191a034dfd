"""Recording in Chromium, whose camera and microphone are files: what is said and shown is known."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.models import AnalysisRun
from sessions.models import Take, Upload
from tests.browser.harness import assert_accessible, assert_fits, assert_targets, launched
from tests.browser.studio import Room, local_sha256, open_context, press, record, recorded
from tests.sessions.served import free_port, until, uvicorn_process

PATIENCE_MS = 60_000


def note(page: Page, words: str):
    return page.locator("[data-studio-notices] .notice", has_text=words)


def reviewed(page: Page) -> None:
    expect(page.get_by_role("heading", name="Look at it")).to_be_visible()


def heard(recording: bytes) -> float:
    """Seconds of sound in it."""
    with av.open(io.BytesIO(recording)) as film:
        return max(float(frame.time or 0) for frame in film.decode(audio=0))


def test_it_works(room, session):
    """Record, pause, go on, stop, look at it, trim, send: and its analysis is under way."""
    page = room.enter()
    record(page, 1)
    page.keyboard.press("Space")
    expect(page.locator(".stage__live")).to_contain_text("Paused")
    page.keyboard.press("Space")
    recorded(page, 3)
    assert until(Upload.objects.filter(length=None, offset__gt=0).exists), "it goes meanwhile"
    press(page, "Stop")
    reviewed(page)
    press(page, "Play")
    expect(page.locator("[data-studio-play]")).to_have_attribute("data-playing", "true")
    press(page, "Stop")
    beginning = page.get_by_role("slider", name="Beginning")
    beginning.focus()
    for _tenth in range(5):
        page.keyboard.press("ArrowRight")
    expect(beginning).to_have_attribute("aria-valuetext", "0:00.5")
    page.get_by_label("Note").fill("Slower next time")
    made = local_sha256(page, session)
    press(page, "Send")
    page.wait_for_url(f"**{session.get_absolute_url()}")
    assert room.holds(made)
    recording = session.recordings.get()
    assert recording.role == "camera" and recording.trim_start == 0.5 and recording.trim_end >= 3
    assert recording.capture["autoGainControl"] is False
    assert Take.objects.get().note == "Slower next time"
    assert AnalysisRun.objects.filter(session=session).exists()


def test_keys_of_one_letter_can_be_switched_off(room):
    page = room.enter()
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    press(page, "Close")
    page.keyboard.press("?")
    page.keyboard.press("r")
    expect(page.locator("#studio-keys")).to_be_hidden()
    expect(page.locator("[data-studio]")).to_have_attribute("data-phase", "room")


def test_it_goes_on_without_network_and_after_signing_in_again(room, session):
    page = room.enter()
    room.watch.expect("ERR_INTERNET_DISCONNECTED|401")
    signed_in = room.context.cookies()
    record(page, 1)
    room.context.set_offline(True)
    expect(note(page, "connection is gone")).to_be_visible(timeout=PATIENCE_MS)
    room.context.clear_cookies()
    room.context.set_offline(False)
    expect(note(page, "You were signed out")).to_be_visible(timeout=PATIENCE_MS)
    room.context.add_cookies(signed_in)
    press(page, "Stop")
    reviewed(page)
    made = local_sha256(page, session)
    press(page, "Send")
    assert room.holds(made)
    assert Upload.objects.count() == 1


def test_it_goes_on_after_kill_9_of_the_server(chromium, user, session, watch, settings, tmp_path):
    port, var = free_port(), tmp_path / "var"
    settings.MEDIA_ROOT = var / "media"
    watch.site = f"http://localhost:{port}"
    watch.expect("net::ERR_|before receiving a handshake")  # which depends on when it died
    context = open_context(chromium, user, watch.site)
    room = Room(context, session, watch.site, watch)
    with uvicorn_process(port, var) as server:
        page = room.enter()
        record(page, 2)
        assert until(lambda: Upload.objects.filter(offset__gt=0).exists())
        server.send_signal(signal.SIGKILL)
        server.wait()
        recorded(page, 5)
        press(page, "Stop")
    reviewed(page)
    expect(note(page, "connection is gone")).to_be_visible(timeout=PATIENCE_MS)
    made = local_sha256(page, session)
    with uvicorn_process(port, var):
        press(page, "Send")
        assert room.holds(made)
        context.close()  # before its server stops: what the next page asks is answered


def test_it_offers_what_a_closed_tab_had_recorded(room, session):
    page = room.enter()
    record(page, 4)
    page.close()
    page = room.enter()
    reviewed(page)
    expect(note(page, "was cut off")).to_be_visible()
    made = local_sha256(page, session)
    press(page, "Send")
    assert room.holds(made)
    assert Upload.objects.count() == 1


def test_a_device_with_no_room_left_keeps_what_the_server_has_not(room, session):
    page = room.enter(room_bytes=100_000)
    record(page, 7)
    expect(note(page, "little room left")).to_be_visible()
    press(page, "Stop")
    reviewed(page)
    expect(note(page, "only at Rostrum")).to_be_visible()
    press(page, "Send")
    assert heard(room.sent()) > 6


def test_another_browser_can_send_what_came(chromium, room, user, session, site, watch):
    page = room.enter()
    record(page, 3)
    press(page, "Stop")
    reviewed(page)
    assert until(Upload.objects.filter(offset__gt=0).exists)
    page.close()
    with opened(chromium, user, session, site, watch) as elsewhere:
        expect(note(elsewhere, "recorded in another browser")).to_be_visible()
        press(elsewhere, "Send")
        assert heard(room.sent()) > 1


PRIVATE_WINDOW = """
const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (value) {
  if (value.blob instanceof Blob) this.transaction.abort();
  else return add.call(this, value);
};
"""
GIVES_NOTHING = """
window.MediaRecorder = class extends MediaRecorder {
  addEventListener(name, ...rest) {
    if (name !== 'dataavailable') super.addEventListener(name, ...rest);
  }
};
"""


def test_a_window_that_keeps_no_blobs_keeps_bytes(room, session):
    """Private windows of Safari; the abort that says so comes after an error without a reason."""
    room.context.add_init_script(PRIVATE_WINDOW)
    page = room.enter()
    record(page, 2)
    press(page, "Stop")
    reviewed(page)
    made = local_sha256(page, session)
    press(page, "Send")
    assert room.holds(made)


def test_a_browser_that_records_nothing_says_so_and_leads_back(room):
    room.context.add_init_script(GIVES_NOTHING)
    page = room.enter()
    record(page, 1)
    press(page, "Stop")
    expect(note(page, "gave nothing to keep")).to_be_visible()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


def test_a_microphone_that_goes_away_leads_to_what_was_recorded(room, session):
    page = room.enter()
    record(page, 2)
    page.evaluate(
        "document.querySelector('[data-studio-video]').srcObject.getAudioTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    reviewed(page)
    expect(note(page, "microphone went away")).to_be_visible()
    press(page, "Throw away")
    page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()
    assert until(lambda: not Upload.objects.exists())
    assert until(lambda: Take.objects.filter(state="discarded").exists())


def test_a_second_tab_waits_for_the_first(room):
    first = room.enter()
    expect(first.get_by_role("button", name="Record", exact=True)).to_be_visible()
    second = room.enter()
    expect(note(second, "open in another tab")).to_be_visible()
    first.close()
    expect(second.get_by_role("button", name="Record", exact=True)).to_be_visible()


@contextmanager
def opened(browser: Browser, user, session, site, watch, **options) -> Iterator[Page]:
    context = open_context(browser, user, site, **options)
    yield Room(context, session, site, watch).enter()
    context.close()


def test_it_helps_where_the_browser_says_no(chromium, user, session, site, watch):
    with opened(chromium, user, session, site, watch, devices=False) as page:
        press(page, "Switch on")
        expect(page.get_by_role("alert")).to_contain_text("does not let this page listen")
        assert_accessible(page)


@pytest.fixture
def without_devices(browser: Browser) -> Iterator[Browser]:
    yield from launched(browser)


def test_it_helps_where_there_is_no_camera(without_devices, user, session, site, watch):
    with opened(without_devices, user, session, site, watch) as page:
        expect(page.get_by_role("alert")).to_contain_text("No camera or no microphone")
        page.get_by_label("Sound only").check()
        expect(page.get_by_role("alert")).to_contain_text("No microphone was found")


def test_sound_alone_is_recorded_where_that_is_chosen(chromium, user, session, site, watch):
    with opened(chromium, user, session, site, watch, mode="audio") as page:
        record(page, 2)
        press(page, "Stop")
        press(page, "Send")
        page.wait_for_url(f"**{session.get_absolute_url()}")
    assert session.recordings.get().role == "audio"


def test_every_phase_fits_and_is_accessible(chromium, user, session, site, watch):
    with opened(chromium, user, session, site, watch, target=60) as page:
        expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()
        _look(page)
        record(page, 1)
        _look(page)
        press(page, "Stop")
        reviewed(page)
        _look(page)


def _look(page: Page) -> None:
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)
        assert_targets(page)
    assert_accessible(page)
