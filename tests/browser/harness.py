"""What a browser test stands on: the real ASGI app on a port, Chromium, and eyes on its console.

Every page a test opens is watched: an error in the console, a script error, a breach of the content
security policy or a request to another host fails the test when it ends.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
# the same without windows and devices, which pages do not need, for a fifth less computing
HEADLESS = "/usr/bin/chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 390, 1280)
SCHEMES = ("light", "dark")
AXED = ((390, "light"), (1280, "dark"))
TIMEOUT_MS = 15_000


def launch(playwright: Playwright, *extra: str) -> Browser:
    return playwright.chromium.launch(executable_path=HEADLESS, args=[*FLAGS, *extra])


def launched(browser: Browser, *extra: str) -> Iterator[Browser]:
    """A whole Chromium beside `browser`, started with `extra`: other devices, say."""
    opened = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *extra])
    yield opened
    opened.close()


@contextmanager
def serving() -> Iterator[tuple[str, Collection[object]]]:
    """Serve config.asgi on a free port from a thread of this process; yields its address, and the
    requests and sockets it is at.

    `localhost`, never an IP address: passkeys refuse those.
    """
    import uvicorn

    from config.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The server for browser tests did not start.")
        time.sleep(0.05)
    try:
        yield f"http://localhost:{listener.getsockname()[1]}", server.server_state.tasks
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


@dataclass
class Watch:
    """What went wrong in a test's pages. `expect(pattern)` forgives what the test provokes."""

    site: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        self.expected.append(pattern)

    def attach(self, page: Page) -> None:
        page.on("console", lambda message: self._said(message.type, message.text, message.location))
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str, location: object) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.problems.append(f"console: {text} ({location})")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if (
            parts.scheme in {"http", "https", "ws", "wss"}
            and parts.netloc != urlsplit(self.site).netloc
        ):
            self.problems.append(f"third-party request: {url}")

    def left(self) -> list[str]:
        return [
            problem
            for problem in self.problems
            if not any(re.search(pattern, problem) for pattern in self.expected)
        ]


@dataclass
class Visitor:
    """Opens pages in contexts of their own: `visitor.page(width=390, scheme="dark")`."""

    browser: Browser
    site: str
    watch: Watch
    cookies: list[dict[str, str]] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, *, width: int = 1280, scheme: str = "light", **options: object) -> Page:
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": 900 if width > 600 else 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        if self.cookies:
            context.add_cookies([{**cookie, "url": self.site} for cookie in self.cookies])
        context.set_default_timeout(TIMEOUT_MS)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.attach(page)
        return page

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()


def assert_accessible(page: Page) -> None:
    """No violation of axe's rules for WCAG 2.2 AA and good practice.

    axe measures first and judges later: what a page removes in between it calls unreadable. What
    is wrong with a page at rest is wrong at a second look too.
    """
    for _look in range(2):
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        if not results.violations_count:
            return
    assert results.violations_count == 0, results.generate_report()


STICKS_OUT = """[...document.body.querySelectorAll('*')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => `${e.tagName}.${e.className?.baseVal ?? e.className} to ${e.getBoundingClientRect().right}`)
  .slice(0, 12)"""  # noqa: E501 - read as a script


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways, once it has followed the window.

    On a busy machine the styles of the old size hold for some frames after a new one was set: the
    list of sessions was 472 px wide in a window of 320 px then. What stays too wide is wrong.
    """
    settle(page)
    root = "document.documentElement"
    if not comes_true(page, f"{root}.scrollWidth <= {root}.clientWidth", seconds=5):
        wide, room = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
        out = page.evaluate(STICKS_OUT)
        pytest.fail(f"{page.url} is {wide} px wide in a window of {room} px: {out}")


def comes_true(page: Page, expression: str, seconds: float = TIMEOUT_MS / 1000) -> bool:
    """Whether it holds in the page before long. Playwright's own wait_for_function polls by eval,
    which our policy forbids: it works only where it holds at once."""
    deadline = time.monotonic() + seconds
    while not (true := page.evaluate(expression)) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return bool(true)


def settle(page: Page) -> None:
    """Wait for two frames: media queries follow a new window size with a later one only."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def assert_targets(page: Page) -> None:
    """Buttons, fields and navigation are at least 24 px high (WCAG 2.5.8), inline links apart."""
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             'button, .button, input:not([type=hidden]), select, textarea, nav a')]
           .filter(e => e.checkVisibility() && !e.closest('.visually-hidden'))
           .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
           .filter(([_, box]) => box.height > 0 && box.height < 24)
           .map(([html]) => html)"""
    )
    assert small == [], f"too small to hit on {page.url}: {small}"


def check_page(visitor: Visitor, path: str) -> None:
    """Open `path` and hold it to what every page owes: it fits, it is accessible, it is clean.

    Every width by day and by night for the fit; axe, which is slow, on the phone by day and on the
    desk by night, so that both arrangements and both palettes are looked at.
    """
    page = visitor.page()
    page.goto(path, wait_until="load")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert_fits(page)
            assert_targets(page)
            if (width, scheme) in AXED:
                assert_accessible(page)
    visitor.close()


def elsewhere(work: Callable[[], object]) -> None:
    """As workers do it: Playwright's loop holds this thread, so nobody is told from it."""

    def worked() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        worker.submit(worked).result()
