"""Telling pages that a session's clips have changed; what they are now, a page asks for itself."""

from __future__ import annotations

import logging
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from analysis.models import Clip

log = logging.getLogger(__name__)


def group_of(session_id: uuid.UUID) -> str:
    """The channel group of who looks at a session's clips."""
    return f"clips.{session_id.hex}"


def touch(clip: Clip) -> None:
    """Tell after the commit; that nobody could be told never undoes the work."""
    session_id = clip.session_id
    transaction.on_commit(lambda: _send(session_id), robust=True)


def _send(session_id: uuid.UUID) -> None:
    try:
        layer = get_channel_layer()
        async_to_sync(layer.group_send)(group_of(session_id), {"type": "clips.changed"})
    except Exception as error:
        log.warning("nobody could be told of the clips of %s: %r", session_id, error)
