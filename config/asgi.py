"""What the server runs: uploads and media ahead of Django, web sockets beside it.

Under ASGI Django reads a request's body whole before the view and collects a synchronous stream in
memory, so the two paths that move recordings are small ASGI apps of their own.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

django_app: App = get_asgi_application()  # loads the apps, so what follows may import models
AHEAD: dict[str, App] = {
    "/sessions/uploads/": import_string("sessions.uploads.app"),
    "/media/": import_string("sessions.media.app"),
}
"""Path prefix -> app. By name, since `config` lies below the apps (docs/architecture.md)."""


async def http(scope: Message, receive: Receive, send: Send) -> None:
    app = next((a for prefix, a in AHEAD.items() if scope["path"].startswith(prefix)), django_app)
    await app(scope, receive, send)


async def lifespan(scope: Message, receive: Receive, send: Send) -> None:
    """Answer the server's start and stop; at the stop give back the database's connections."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            _close_pools()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _close_pools() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        getattr(connection, "close_pool", connection.close)()


application = ProtocolTypeRouter(
    {
        "http": http,
        "lifespan": lifespan,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(import_string("analysis.routing.websocket_urlpatterns")))
        ),
    }
)
