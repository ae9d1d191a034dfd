"""Structured logs with request, user, session and run ids; Sentry where SENTRY_DSN is set."""

from __future__ import annotations

from config.logging import configuration
from config.settings.base import ENVIRONMENT, IS_PRODUCTION, env

LOG_FORMAT: str = env.str("ROSTRUM_LOG_FORMAT", default="json" if IS_PRODUCTION else "text")
LOG_LEVEL: str = env.str("ROSTRUM_LOG_LEVEL", default="INFO")
LOGGING = configuration(format=LOG_FORMAT, level=LOG_LEVEL)

METRICS_TOKEN: str = env.str("ROSTRUM_METRICS_TOKEN", default="")
"""Who sends it as a bearer token may read /metrics; without it only this machine may."""
PROMETHEUS_EXPORT_MIGRATIONS = False

SENTRY_DSN: str = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    # what was said in a recording is nobody else's: no bodies, no local variables, no user data
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=ENVIRONMENT,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0),
    )
