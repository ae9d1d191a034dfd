from __future__ import annotations

from django.urls import path

from analysis.consumers import ClipsConsumer, ProgressConsumer
from sessions import routing as sessions

websocket_urlpatterns = [
    path("ws/sessions/<uuid:session_id>/", ProgressConsumer.as_asgi(), name="session-socket"),
    path("ws/sessions/<uuid:session_id>/clips/", ClipsConsumer.as_asgi(), name="clips-socket"),
    *sessions.websocket_urlpatterns,
]
