"""Everything that changes practice sessions, uploads, recordings and grants."""

from sessions.services.grants import grant_access, revoke
from sessions.services.practices import (
    add_part,
    add_text,
    create_session,
    delete_session,
    purge_session,
    rename_session,
    restore_session,
    update_session,
)
from sessions.services.recordings import UploadRefused, add_file, complete_upload
from sessions.services.studio import discard_take, open_take, send_take
from sessions.services.sweep import remove_orphans, sweep
from sessions.services.trimming import checked_trim, trim_recording
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
    "add_part",
    "add_text",
    "checked_trim",
    "complete_upload",
    "create_session",
    "create_upload",
    "delete_session",
    "discard_take",
    "grant_access",
    "join_uploads",
    "open_take",
    "purge_session",
    "remove_orphans",
    "rename_session",
    "restore_session",
    "revoke",
    "save_progress",
    "send_take",
    "sweep",
    "terminate_upload",
    "trim_recording",
    "update_session",
]
