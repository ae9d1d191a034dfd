"""Where things lie in storage. Every key starts with its owner, so that erasure is a prefix."""

from __future__ import annotations

import uuid


def owner_prefix(owner_id: uuid.UUID) -> str:
    return f"u/{owner_id}/"


def session_prefix(owner_id: uuid.UUID, session_id: uuid.UUID) -> str:
    return f"{owner_prefix(owner_id)}s/{session_id}/"


def upload_key(owner_id: uuid.UUID, upload_id: uuid.UUID) -> str:
    return f"{owner_prefix(owner_id)}uploads/{upload_id}"


def original_key(
    owner_id: uuid.UUID, session_id: uuid.UUID, upload_id: uuid.UUID, extension: str
) -> str:
    """`extension` has its dot. The upload's own id names the file: moving it twice is moving it
    once."""
    return f"{session_prefix(owner_id, session_id)}original/{upload_id}{extension}"


def usage_key(upload_id: uuid.UUID) -> str:
    """What the bytes count under in billing: the upload, and the recording it became, which has
    the same id."""
    return f"upload:{upload_id}"


def session_of(key: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """(owner, session) of a key under a session's prefix; None for any other."""
    match key.split("/"):
        case ["u", owner, "s", session, *rest] if rest and ".." not in rest:
            try:
                return uuid.UUID(owner), uuid.UUID(session)
            except ValueError:
                return None
    return None
