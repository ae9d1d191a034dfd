"""Secrets, cookies, transport and the content security policy."""

from __future__ import annotations

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.settings.base import IS_PRODUCTION, SITE_URL, env

_DEVELOPMENT_SECRET = "development-only-secret-do-not-use-in-production"  # noqa: S105
SECRET_KEY: str = env.str("ROSTRUM_SECRET_KEY", default=_DEVELOPMENT_SECRET)
ALLOWED_HOSTS: list[str] = env.list("ROSTRUM_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("ROSTRUM_TRUSTED_ORIGINS", default=[SITE_URL])

if IS_PRODUCTION:
    if SECRET_KEY == _DEVELOPMENT_SECRET or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "ROSTRUM_SECRET_KEY must be set to 50 or more random characters in production."
        )
    SECURE_SSL_REDIRECT: bool = env.bool("ROSTRUM_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
