"""Structured logs with request, user, session and run ids; Sentry where SENTRY_DSN is set."""

from __future__ import annotations

from config.settings.base import IS_PRODUCTION, env

LOG_FORMAT: str = env.str("ROSTRUM_LOG_FORMAT", default="json" if IS_PRODUCTION else "text")
LOG_LEVEL: str = env.str("ROSTRUM_LOG_LEVEL", default="INFO")
