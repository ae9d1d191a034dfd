from __future__ import annotations

from django.urls import path

from sessions.captions.consumer import CaptionsConsumer

websocket_urlpatterns = [
    path(
        "ws/sessions/<uuid:session_id>/captions/",
        CaptionsConsumer.as_asgi(),
        name="captions-socket",
    ),
]
