"""Practice sessions, their recordings and parts, uploads, takes, and who may see them."""

from sessions.models.practice import (
    UNDO_WINDOW,
    Grant,
    GrantUse,
    Part,
    Recording,
    Session,
    Upload,
    link_token,
)
from sessions.models.takes import Take

__all__ = [
    "UNDO_WINDOW",
    "Grant",
    "GrantUse",
    "Part",
    "Recording",
    "Session",
    "Take",
    "Upload",
    "link_token",
]
