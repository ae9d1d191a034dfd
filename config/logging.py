"""Log lines that say which request, user, session and run they belong to.

Code logs with the standard library. What is bound with `structlog.contextvars.bound_contextvars(
session=..., run=...)` stands in every line logged inside, from this project or from a library.
"""

from __future__ import annotations

import re
import sys
import time
import uuid
from typing import Any

import structlog
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

access = structlog.stdlib.get_logger("rostrum.access")
_REQUEST_ID = re.compile(r"[\w.-]{8,64}")


def configuration(*, format: str, level: str) -> dict[str, Any]:
    """`LOGGING` for Django: JSON lines (`json`) or lines for a person (`text`) on stderr."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    rendered = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *rendered,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            # one line a request is ours; the server's own start and stop are bin/serve's to tell
            "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},
            "uvicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
            "uvicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
            # a broker that is gone is one line of config.broker, not thirty of its client
            "pika": {"level": "CRITICAL"},
            "PIL": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }


class RequestContextMiddleware(MiddlewareMixin):
    """Binds request, user and session ids to the log and writes one line a request.

    An `X-Request-ID` of the proxy's is kept and sent back, so that one id follows a request through
    every machine. The line holds the route, not the path: paths can hold password-reset keys.
    """

    def process_request(self, request: HttpRequest) -> None:
        structlog.contextvars.clear_contextvars()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["rostrum.request_id"] = request_id
        request.META["rostrum.started"] = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=request_id)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        # the session's own record of the user: no query where there is no session cookie
        user = request.session.get(SESSION_KEY) if request.session.session_key else None
        found = {"user": user, "session": kwargs.get("session_id"), "run": kwargs.get("run_id")}
        structlog.contextvars.bind_contextvars(**{k: str(v) for k, v in found.items() if v})

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "rostrum.request_id" not in request.META:
            return response
        response.headers["X-Request-ID"] = request.META["rostrum.request_id"]
        match = request.resolver_match
        taken = time.perf_counter() - request.META["rostrum.started"]
        access.info(
            "request",
            method=request.method,
            route=f"/{match.route}" if match else "(none)",
            status=response.status_code,
            ms=round(taken * 1000, 1),
        )
        return response
