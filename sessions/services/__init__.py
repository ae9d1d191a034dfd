"""Everything that changes practice sessions, uploads, recordings and grants."""

from sessions.services.grants import grant_access, revoke
from sessions.services.practices import (
    add_text,
    create_session,
    delete_session,
    purge_session,
    rename_session,
    restore_session,
    update_session,
)
from sessions.services.recordings import UploadRefused, add_file, complete_upload
from sessions.services.sweep import remove_orphans, sweep
from sessions.services.uploads import (
    TooLarge,
    create_upload,
    join_uploads,
    save_progress,
    terminate_upload,
)

__all__ = [
    "TooLarge",
    "UploadRefused",
    "add_file",
    "add_text",
    "complete_upload",
    "create_session",
    "create_upload",
    "delete_session",
    "grant_access",
    "join_uploads",
    "purge_session",
    "remove_orphans",
    "rename_session",
    "restore_session",
    "revoke",
    "save_progress",
    "sweep",
    "terminate_upload",
    "update_session",
]
