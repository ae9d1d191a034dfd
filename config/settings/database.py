"""PostgreSQL with pgvector: the embedded one unless DATABASE_URL names another."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from config.settings.base import LOCAL_SERVICES, VAR_DIR, env

_embedded: dict[str, Any] = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "rostrum",
    "USER": "rostrum",
    "HOST": LOCAL_SERVICES.get("postgres", str(VAR_DIR / "run")),
}
_database: dict[str, Any] = (
    dict(env.db("DATABASE_URL")) if env("DATABASE_URL", default="") else _embedded
)
_database |= {
    "HOST": unquote(_database.get("HOST", "")),  # a socket folder comes as %2Fpath
    "ATOMIC_REQUESTS": False,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 8, "timeout": 15},
    },
}
DATABASES = {"default": _database}
