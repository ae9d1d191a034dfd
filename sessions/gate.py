"""Who is asking, for the ASGI apps that stand ahead of Django: its session cookie or an API token.

They have no CSRF token, so an unsafe request by cookie must prove that a page of this very site
sent it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from starlette.requests import Request

from coaching.accounts.models import User
from coaching.accounts.services import use_token

P = ParamSpec("P")
T = TypeVar("T")
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="gate")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work (database, storage) off the loop; its connection goes back to the pool."""

    def call() -> T:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, call)


def in_thread_soon(work: Callable[..., T], *args: object) -> asyncio.Future[T]:
    """The same without a database connection, to be awaited later."""
    return asyncio.get_running_loop().run_in_executor(_threads, partial(work, *args))


def host_is_ours(request: Request) -> bool:
    domain, _port = split_domain_port(request.headers.get("host", ""))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def from_our_page(request: Request) -> bool:
    """Whether the browser says that a page of this origin sent it. No word from it: no."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    return parts.scheme == _scheme(request) and parts.netloc == request.headers.get("host")


def _scheme(request: Request) -> str:
    trusted = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if trusted:
        name, value = trusted
        header = name.removeprefix("HTTP_").replace("_", "-").lower()
        if request.headers.get(header) == value:
            return "https"
    return request.url.scheme


def user_by_cookie(request: Request) -> User | None:
    """Blocks: who is signed in with this browser."""
    return user_of_session(request.cookies.get(settings.SESSION_COOKIE_NAME, ""))


def user_of_session(key: str) -> User | None:
    """Blocks: reads Django's session and checks it the way Django's middleware does."""
    if not key:
        return None
    asked = HttpRequest()
    asked.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(asked)
    return user if isinstance(user, User) and user.is_active else None


def user_by_token(request: Request) -> User | None:
    """Blocks: `Authorization: Token …`, as the REST API has it."""
    kind, _space, key = request.headers.get("authorization", "").partition(" ")
    token = use_token(key.strip()) if kind.lower() == "token" else None
    return token.user if token else None
