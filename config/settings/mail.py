"""Mail: kept in var/mail and shown at /dev/mail/ unless EMAIL_URL names a server."""

from __future__ import annotations

from config.settings.base import VAR_DIR, env

if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("ROSTRUM_FROM_EMAIL", default="Rostrum <hello@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
