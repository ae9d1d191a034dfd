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
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from config.errors import error_page

FORM_OVERHEAD_BYTES = 1024 * 1024
"""Room for a form's other fields beside its file."""
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
    app = next((a for prefix, a in AHEAD.items() if scope["path"].startswith(prefix)), None)
    limit = settings.FORM_UPLOAD_MAX_BYTES + FORM_OVERHEAD_BYTES
    if app is not None:
        await app(scope, receive, send)
    elif int(dict(scope["headers"]).get(b"content-length", b"0")) > limit:
        page = error_page(None, 413)
        kind = (b"content-type", page["Content-Type"].encode())
        await send({"type": "http.response.start", "status": 413, "headers": [kind]})
        await send({"type": "http.response.body", "body": page.content})
    else:
        await django_app(scope, _bounded(receive, limit), send)


def _bounded(receive: Receive, left: int) -> Receive:
    """A body for Django that ends as if the browser had left once it is larger than any form.

    Django writes a body whole to the disk before the view can say no. Recordings come by
    /sessions/uploads/, which streams and counts.
    """

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return counted


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
