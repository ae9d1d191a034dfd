"""What every test stands on: real PostgreSQL and Redis, files in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck, settings

from billing.apps import add_free_plan
from coaching.accounts.models import User

PASSWORD = "a-Quiet-rehearsal-1"
# a busy machine is slow, not wrong: tests time nothing, and that goes for the tools too
settings.register_profile("rostrum", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rostrum")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Plain connections in the tests' own process, which ends other processes' in mid-query and
    drops whole databases; the processes that tests start have the pool."""
    for database in connections.settings.values():
        database["OPTIONS"].pop("pool", None)


STAYS = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly() -> Iterator[None]:
    """After a test that commits, only tables that hold something are emptied.

    Django truncates all of them and makes types and permissions anew, which took more time than
    most of these tests do. Rows may go in any order: what refers to them is checked at the end.
    """

    def empty(_case: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            names = connection.introspection.django_table_names(only_existing=True)
            holds = "SELECT '{0}' WHERE EXISTS (SELECT FROM \"{0}\")"
            cursor.execute(" UNION ALL ".join(holds.format(name) for name in set(names) - STAYS))
            for (name,) in cursor.fetchall():
                cursor.execute(f'DELETE FROM "{name}"')
        add_free_plan(apps.get_app_config("billing"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.delete_pattern("*")  # this process's keys alone: `clear` would flush another's broker


@pytest.fixture
def user(db) -> User:
    return get_user_model().objects.create_user("learner@example.org", PASSWORD)


@pytest.fixture
def other_user(db) -> User:
    return get_user_model().objects.create_user("other@example.org", PASSWORD)


@pytest.fixture
def user_client(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def other_client(other_user: User) -> Client:
    client = Client()
    client.force_login(other_user, backend="django.contrib.auth.backends.ModelBackend")
    return client
