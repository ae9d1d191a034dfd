"""The product as production serves it, in Chromium: hashed files alone, and its modules run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from coaching.accounts.models import User
from tests.browser.harness import Visitor, Watch, comes_true
from tests.browser.studied import PLAYER_TIME, player_ready, studied
from tests.conftest import PASSWORD
from tests.production import SAFE, collect_static
from tests.sessions.served import free_port, uvicorn_process

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, settings) -> Iterator[str]:
    collect_static(tmp_path)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SECRET_KEY = SAFE["ROSTRUM_SECRET_KEY"]
    port = free_port()
    production = {**SAFE, "ROSTRUM_HOSTS": "localhost,127.0.0.1", "ROSTRUM_SSL_REDIRECT": "false"}
    with uvicorn_process(port, tmp_path, **production):
        yield f"http://localhost:{port}"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    watch = Watch(site)
    visitor = Visitor(browser, site, watch)
    yield visitor.page()
    visitor.close()
    assert watch.left() == []


def test_it_works(page: Page):
    files: dict[str, int] = {}
    page.on("response", lambda answer: files.update({answer.url: answer.status}))
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    session = studied(User.objects.get(email="new@example.org"))
    page.goto(f"/sessions/{session.pk}/")
    player_ready(page)
    word = page.locator(".w[data-play-start]").nth(20)
    word.click()
    assert comes_true(page, f"{PLAYER_TIME} >= {word.get_attribute('data-play-start')}")
    expect(page.locator(".w.is-now")).to_have_count(1)

    static = {url: status for url, status in files.items() if "/static/" in url}
    modules = [url for url in static if "/js/" in url]
    assert any("/workspace/player." in url for url in modules), "inner modules came too"
    assert [url for url in static if not HASHED.search(url)] == []
    assert set(static.values()) == {200}
