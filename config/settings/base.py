"""Where things are, and which of the three environments this is."""

from __future__ import annotations

import json
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT: str = env.str("ROSTRUM_ENV", default="development")
"""development, test or production."""
if ENVIRONMENT not in {"development", "test", "production"}:
    raise SystemExit(f"ROSTRUM_ENV is {ENVIRONMENT!r}; it must be development, test or production.")
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG: bool = env.bool("ROSTRUM_DEBUG", default=ENVIRONMENT == "development")
VAR_DIR = Path(env.str("ROSTRUM_VAR", default=str(BASE_DIR / "var"))).resolve()
"""Everything a single machine keeps: database, files, models, logs."""
_noted = VAR_DIR / "services.json"
LOCAL_SERVICES: dict[str, str] = json.loads(_noted.read_text()) if _noted.exists() else {}
"""Where bin/services said the embedded database and Redis listen."""
SITE_URL: str = env.str("ROSTRUM_URL", default="http://localhost:8000").rstrip("/")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
