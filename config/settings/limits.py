"""What one upload, one recording and one account may be."""

from __future__ import annotations

from datetime import timedelta

from config.settings.base import env

MAX_UPLOAD_BYTES: int = env.int("ROSTRUM_MAX_UPLOAD_BYTES", default=2 * 1024**3)
MAX_DURATION_S: int = env.int("ROSTRUM_MAX_DURATION_S", default=3 * 3600)
MAX_PIXELS: int = env.int("ROSTRUM_MAX_PIXELS", default=7680 * 4320)
REANALYSES_PER_DAY: int = env.int("ROSTRUM_REANALYSES_PER_DAY", default=30)
"""How often a day one account may have what was analysed analysed again; it costs no minutes.
Corrections of a transcript are not counted."""
UPLOAD_LIFETIME = timedelta(hours=env.int("ROSTRUM_UPLOAD_HOURS", default=48))
GUEST_DAYS: int = env.int("ROSTRUM_GUEST_DAYS", default=7)
"""A guest who made no account goes after this many days, with everything they made."""
ACCOUNT_GRACE = timedelta(days=env.int("ROSTRUM_ACCOUNT_GRACE_DAYS", default=7))
"""An account that its owner wants deleted is kept so long, in case they change their mind."""
ENGINE_MEMORY_BYTES: int = env.int("ROSTRUM_ENGINE_MEMORY_BYTES", default=6 * 1024**3)
MEDIA_CACHE_BYTES: int = env.int("ROSTRUM_MEDIA_CACHE_BYTES", default=10 * 1024**3)
"""The worker's local copies of originals and artifacts, least recently used go first."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024**2
"""A form's fields, or a body of the API: a transcript of 2 MiB, as forms and JSON escape it."""
CLAMD_URL: str = env.str("CLAMD_URL", default="")
"""unix:///path or tcp://host:port of a clamd that scans each upload; empty: no scan."""
FORM_UPLOAD_MAX_BYTES: int = env.int("ROSTRUM_FORM_UPLOAD_MAX_BYTES", default=100 * 1024**2)
"""A file sent by a plain form, without the upload script."""
