"""Fixtures of browser tests; see tests/browser/harness.py."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from coaching.accounts.models import User
from sessions.models import Session
from sessions.services import create_session
from tests.browser.harness import CHROMIUM, HEADLESS, Visitor, Watch, launch, serving
from tests.browser.studio import Room, filmed, open_context, with_devices
from tests.sessions.served import until

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    for program in (CHROMIUM, HEADLESS):
        if not Path(program).exists():
            pytest.skip(f"{program} is not installed")
    # Playwright's loop runs in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[tuple[str, Collection[object]]]:
    """The running product, on the test database: its address and what it is at."""
    django_settings.WHITENOISE_USE_FINDERS = True
    django_settings.WHITENOISE_AUTOREFRESH = True
    django_settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    with serving() as served:
        yield served


@pytest.fixture(scope="session")
def site(server: tuple[str, Collection[object]]) -> str:
    return server[0]


@pytest.fixture(autouse=True)
def _kept_mail(settings, site: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.CSRF_TRUSTED_ORIGINS = [site]
    settings.SITE_URL = site


@pytest.fixture(autouse=True)
def _nothing_asked(
    transactional_db: None, server: tuple[str, Collection[object]]
) -> Iterator[None]:
    """What closed pages had still asked for is answered before the tables are emptied: the two
    would lock each other out, and an upload that breaks off is written down after its page."""
    yield
    _address, at_work = server
    done = until(lambda: not at_work and not busy_elsewhere(), 30)
    assert done, f"still being answered: {list(at_work)}"


def busy_elsewhere() -> int:
    """Connections of others that are in the middle of something in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"
        )
        (busy,) = cursor.fetchone()
    return int(busy)


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Fails the test for what its pages did wrong; `watch.expect("404")` forgives."""
    seen = Watch(site)
    yield seen
    assert seen.left() == []


@pytest.fixture
def visitor(transactional_db: None, browser: Browser, site: str, watch: Watch) -> Iterator[Visitor]:
    """Somebody who is not signed in."""
    somebody = Visitor(browser, site, watch)
    yield somebody
    somebody.close()


@pytest.fixture
def learner(visitor: Visitor, user: User) -> Visitor:
    """`user`, signed in."""
    return sign_in(visitor, user)


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """One wide, light page of a visitor."""
    return visitor.page()


@pytest.fixture(scope="session")
def devices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of a camera and a microphone."""
    return filmed(tmp_path_factory.mktemp("filmed"))


@pytest.fixture(scope="session")
def chromium(browser: Browser, devices: dict[str, Path]) -> Iterator[Browser]:
    """With a camera and a microphone."""
    opened = with_devices(browser, devices)
    yield opened
    opened.close()


@pytest.fixture
def session(transactional_db: None, user: User) -> Session:
    """A practice without anything recorded."""
    return create_session(owner=user, kind="pitch", title="Seed round")


@pytest.fixture
def room(
    chromium: Browser, user: User, session: Session, site: str, watch: Watch
) -> Iterator[Room]:
    """The studio of `session`."""
    context = open_context(chromium, user, site)
    yield Room(context, session, site, watch)
    context.close()


def sign_in(visitor: Visitor, user: User) -> Visitor:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    morsel = client.cookies[django_settings.SESSION_COOKIE_NAME]
    visitor.cookies = [{"name": morsel.key, "value": morsel.value}]
    return visitor
