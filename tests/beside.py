"""The environment of a real process beside the test, on the test's own database and Redis."""

from __future__ import annotations

import os
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def environment(**more: str) -> dict[str, str]:
    database = connection.settings_dict
    host = quote(database["HOST"], safe="")
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}@{host}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "ROSTRUM_REDIS_PREFIX": settings.REDIS_PREFIX,
        "ROSTRUM_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
