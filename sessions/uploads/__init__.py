"""The tus 1.0.0 server, an ASGI app ahead of Django (`app`), mounted at /sessions/uploads/."""

from sessions.uploads.server import app

__all__ = ["app"]
