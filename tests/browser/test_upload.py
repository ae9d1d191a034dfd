"""Uploading in Chromium: pause, another tab, a closed page, a killed server, clear refusals.

The server is a process of its own, so that it can be killed and started again.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from billing.models import Plan
from sessions.models import Session, Upload
from tests.sessions.samples import long_wav
from tests.sessions.served import free_port, until, uvicorn_process

MIB = 1024 * 1024
TALK = long_wav(12 * MIB)
SLOW = 2 * MIB
"""Bytes a second the throttled browser sends."""
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def running(django_db_setup, tmp_path_factory) -> Iterator[tuple[int, Path]]:
    """Port and var folder of a server that all tests but the one that kills it share."""
    port, var = free_port(), tmp_path_factory.mktemp("var")
    with uvicorn_process(port, var):
        yield port, var


@pytest.fixture
def port(running, settings) -> int:
    port, var = running
    settings.MEDIA_ROOT = var / "media"
    return port


@pytest.fixture
def file(tmp_path) -> Path:
    """On the disk, where its date stays: that is how the browser knows it again."""
    path = tmp_path / "talk.wav"
    path.write_bytes(TALK)
    return path


@pytest.fixture
def context(browser: Browser, user) -> Iterator[BrowserContext]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = browser.new_context()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": "http://localhost"}])
    yield context
    context.close()


@pytest.fixture
def page(context, session, port) -> Page:
    return open_page(context, session, port)


def open_page(context: BrowserContext, session: Session, port: int) -> Page:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW},
    )
    page.goto(f"http://localhost:{port}/sessions/{session.pk}/")
    return page


def choose(page: Page, file) -> None:
    page.set_input_files("#upload-file", file)


def status(page: Page):
    return page.locator("[data-upload-status]")


def under_way(page: Page) -> None:
    """Some of it is sent, not all."""
    expect(page.locator("[data-upload-numbers]")).to_have_text(
        re.compile(r"^[1-6]\d %"), timeout=PATIENCE_MS
    )


def arrives(session: Session) -> None:
    """All of it is a recording, byte for byte, by one upload."""
    assert until(session.recordings.exists, PATIENCE_MS / 1000)
    with default_storage.open(session.recordings.get().key) as stored:
        assert stored.read() == TALK
    assert Upload.objects.count() == 1


def test_it_works(page, session, file):
    choose(page, file)
    under_way(page)
    numbers = page.locator("[data-upload-numbers]").inner_text()
    assert re.search(r"MB/s", numbers)
    assert re.search(r"left", numbers)
    arrives(session)
    expect(page.locator("#upload-file")).to_have_count(0, timeout=PATIENCE_MS)  # the next page


def test_it_pauses_and_resumes(page, session, file):
    choose(page, file)
    under_way(page)
    page.get_by_role("button", name="Pause").click()
    expect(status(page)).to_contain_text("Paused")
    page.get_by_role("button", name="Resume").click()
    arrives(session)


def test_it_goes_on_after_the_page_was_closed(page, context, session, port, file):
    choose(page, file)
    under_way(page)
    page.close()
    assert until(lambda: Upload.objects.get().offset > MIB)
    again = open_page(context, session, port)
    expect(again.get_by_text(re.compile("came already"))).to_be_visible()
    choose(again, file)
    arrives(session)


def test_it_goes_on_after_kill_9_of_the_server(context, session, file, settings, tmp_path):
    port, var = free_port(), tmp_path / "var"
    settings.MEDIA_ROOT = var / "media"
    with uvicorn_process(port, var) as server:
        page = open_page(context, session, port)
        choose(page, file)
        under_way(page)
        server.send_signal(signal.SIGKILL)
        server.wait()
    expect(status(page)).to_contain_text("goes on by itself", timeout=PATIENCE_MS)
    with uvicorn_process(port, var):
        arrives(session)


def test_it_lets_a_second_tab_wait_for_the_first(page, context, session, port, file):
    choose(page, file)
    under_way(page)
    second = open_page(context, session, port)
    choose(second, file)
    arrives(session)
    expect(second.locator("#upload-file")).to_have_count(0, timeout=PATIENCE_MS)


def test_it_forgets_what_is_cancelled(page, session, file):
    choose(page, file)
    under_way(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#upload-file")).to_be_visible()
    assert until(lambda: not Upload.objects.exists(), 30)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "diary.txt", "mimeType": "text/plain", "buffer": b"Dear"}, "not a kind of rec"),
        ({"name": "talk.mp4", "mimeType": "video/mp4", "buffer": b""}, "empty"),
        ({"name": "talk.mp4", "mimeType": "video/mp4", "buffer": b"Dear " * 999}, "text file"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(page, wrong, says):
    choose(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text(says)
    expect(page.locator("#upload-file")).to_be_visible()


def test_it_says_that_the_quota_is_reached(page, file):
    Plan.objects.update(storage_bytes=1000)
    choose(page, file)
    expect(page.get_by_role("alert")).to_contain_text("Delete recordings you no longer need")


def test_a_file_chosen_before_the_script_came_is_taken(context, session, port, file):
    held = []
    page = context.new_page()
    page.route("**/js/upload.js", lambda route: held.append(route))
    page.goto(f"http://localhost:{port}/sessions/{session.pk}/", wait_until="commit")
    choose(page, file)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    arrives(session)


def test_it_says_that_a_part_of_the_page_did_not_load(context, session, port, file):
    page = context.new_page()
    page.route("**/tus.min*.js", lambda route: route.abort())
    page.goto(f"http://localhost:{port}/sessions/{session.pk}/")
    choose(page, file)
    expect(page.get_by_role("alert")).to_contain_text("Reload the page")
    expect(page.locator("#upload-file")).to_be_visible()
