"""Settings are read once a process, so each case is a process of its own."""

from __future__ import annotations

import pytest

from tests.production import manage


def test_it_works():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROSTRUM_SECRET_KEY", "development-only-secret-do-not-use-in-production"),
        ("ROSTRUM_SECRET_KEY", "short"),
        ("ROSTRUM_SECRET_KEY", "a" * 60),
        (
            "ROSTRUM_SECRET_KEY_FALLBACKS",
            "development-only-secret-do-not-use-in-production",
        ),
        ("ROSTRUM_DEBUG", "true"),
        ("ROSTRUM_HOSTS", "*"),
        ("ROSTRUM_HOSTS", "localhost,127.0.0.1,[::1]"),
        ("ROSTRUM_URL", "http://rostrum.example"),
        ("ROSTRUM_TRUSTED_ORIGINS", "https://rostrum.example,http://rostrum.example"),
    ],
)
def test_it_refuses(name: str, value: str):
    done = manage("check", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_it_refuses_an_unknown_environment():
    done = manage("check", ROSTRUM_ENV="staging")
    assert done.returncode != 0
    assert "development, test or production" in done.stderr
