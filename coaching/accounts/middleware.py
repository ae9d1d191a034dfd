"""The signed-in person: their clock, and their name under what they change."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from coaching.accounts.models import User

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class Actor:
    """Remembers the request, so that the audit can say who changed something, and in which one.

    In place of auditlog's own, which connects a signal for every request, does not know the holder
    of an API token, and writes down headers that anybody can make up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def actor() -> User | None:
    """Who asks now; None outside of a request, and for a visitor."""
    user = getattr(_request.get(), "user", None)
    return user if isinstance(user, User) else None


def request_id() -> str | None:
    """As in the log's lines."""
    request = _request.get()
    return request.META.get("rostrum.request_id") if request else None


class TimeZone:
    """Shows every date in the account's time zone; visitors get UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with timezone.override(request.user.zone):
                return self.get_response(request)
        return self.get_response(request)
