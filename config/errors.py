"""Error pages: one quiet frame, a sentence of what happened, and what to do next.

The frame (templates/errors/base.html) needs no context processor, session or database, so it works
when those are what failed.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.context import THEME_COOKIE, THEMES


def error_page(
    request: HttpRequest | None,
    status: int,
    template: str | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page for one status: templates/STATUS.html unless another is named."""
    theme = request.COOKIES.get(THEME_COOKIE, "system") if request is not None else "system"
    values = {"theme": theme if theme in THEMES else "system", "status": status, **(context or {})}
    return HttpResponse(render_to_string(template or f"{status}.html", values), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, "errors/csrf.html")
