"""What the reaper calls: nothing unfinished, deleted or ownerless stays for ever."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from sessions import stores
from sessions.keys import session_of
from sessions.models import UNDO_WINDOW, Session, Upload
from sessions.services.practices import purge_session
from sessions.services.recordings import UploadRefused, complete_upload
from sessions.services.uploads import save_progress, terminate_upload

log = logging.getLogger(__name__)
BATCH = 50
ORPHANS_EVERY = timedelta(hours=6)
ORPHAN_AGE = timedelta(days=1)
STUCK_AFTER = timedelta(minutes=2)


def sweep() -> dict[str, int]:
    """Expired uploads, sessions past their undo window, uploads whose completion was cut off;
    four times a day also files nobody's row knows. Returns how many of each.

    Cheap where there is nothing to do. One thing that fails does not stop the others.
    """
    now = timezone.now()
    counts = {"expired": 0, "purged": 0, "completed": 0, "orphans": 0}
    for upload in Upload.objects.filter(state=Upload.State.OPEN, expires_at__lte=now).exclude(
        offset=F("length"), session__isnull=False
    )[:BATCH]:
        counts["expired"] += _tried(terminate_upload, upload=upload)
    for session in Session.objects.filter(deleted_at__lte=now - UNDO_WINDOW)[:BATCH]:
        counts["purged"] += _tried(purge_session, session=session)
    for upload in Upload.objects.filter(
        state__in=(Upload.State.OPEN, Upload.State.COMPLETE),
        offset=F("length"),
        session__deleted_at=None,
        session__isnull=False,
        expires_at__lte=now + settings.UPLOAD_LIFETIME - STUCK_AFTER,
    )[:BATCH]:
        save_progress(upload)  # the next try, should this one fail, is STUCK_AFTER from now
        counts["completed"] += _tried(complete_upload, upload=upload)
    if cache.add("sessions:orphans-swept", now.isoformat(), int(ORPHANS_EVERY.total_seconds())):
        counts["orphans"] = remove_orphans()
    return counts


def remove_orphans() -> int:
    """Delete what storage holds and no row knows: left by a crash between the two."""
    store, removed = stores.current(), 0
    for prefix in store.session_prefixes():
        named = session_of(f"{prefix}x")
        if named and not Session.objects.filter(pk=named[1]).exists():
            store.delete_prefix(prefix)
            removed += 1
    for key in store.upload_keys(timezone.now() - ORPHAN_AGE):
        if not Upload.objects.filter(key=key.removesuffix(".tail")).exists():
            store.delete_prefix(key)
            removed += 1
    return removed


def _tried(work: Callable[..., Any], **what: Any) -> bool:
    try:
        work(**what)
    except UploadRefused:
        return True
    except Exception:
        log.exception("%s failed for %s", work.__name__, what)
        return False
    return True
