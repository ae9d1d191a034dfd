"""Secrets, cookies, transport and the content security policy."""

from __future__ import annotations

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEBUG, IS_PRODUCTION, SITE_URL, env

_DEVELOPMENT_SECRET = "development-only-secret-do-not-use-in-production"  # noqa: S105
_DEVELOPMENT_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SECRET_KEY: str = env.str("ROSTRUM_SECRET_KEY", default=_DEVELOPMENT_SECRET)
SECRET_KEY_FALLBACKS: list[str] = env.list("ROSTRUM_SECRET_KEY_FALLBACKS", default=[])
"""Keys of before, newest first: what they signed or sealed is still good."""
ALLOWED_HOSTS: list[str] = env.list("ROSTRUM_HOSTS", default=_DEVELOPMENT_HOSTS)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("ROSTRUM_TRUSTED_ORIGINS", default=[SITE_URL])


def _refuse_unsafe_production() -> None:
    wrong = {
        "ROSTRUM_SECRET_KEY must be 50 or more random characters": (
            SECRET_KEY == _DEVELOPMENT_SECRET or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10
        ),
        "ROSTRUM_SECRET_KEY_FALLBACKS must not hold the development key": (
            _DEVELOPMENT_SECRET in SECRET_KEY_FALLBACKS
        ),
        "ROSTRUM_DEBUG must be off": DEBUG,
        "ROSTRUM_HOSTS must name the public host names, without *": (
            ALLOWED_HOSTS == _DEVELOPMENT_HOSTS or any("*" in host for host in ALLOWED_HOSTS)
        ),
        "ROSTRUM_URL must be the public https:// address": not SITE_URL.startswith("https://"),
        "ROSTRUM_TRUSTED_ORIGINS must be https:// addresses": any(
            not origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS
        ),
    }
    found = [rule for rule, broken in wrong.items() if broken]
    if found:
        raise ImproperlyConfigured(f"In production: {'; '.join(found)}.")


if IS_PRODUCTION:
    _refuse_unsafe_production()
    SECURE_SSL_REDIRECT: bool = env.bool("ROSTRUM_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("ROSTRUM_BEHIND_PROXY", default=True):
        # only right where the proxy sets the header itself and drops a visitor's
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
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
