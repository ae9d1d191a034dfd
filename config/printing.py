"""Pages as PDF. Nothing is laid out in the web process: each sheet has a process of its own
(`config.pdf`), which may take so much memory and time and no more, and reads nothing but our fonts.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
from threading import BoundedSemaphore

from django.conf import settings
from django.core.cache import cache

DEADLINE_S = 20
AT_ONCE = 2
"""Sheets a web process makes at a time; who comes then waits for `PATIENCE_S`."""
PATIENCE_S = 5
KEPT_S = 600
_places = BoundedSemaphore(AT_ONCE)
log = logging.getLogger(__name__)


class NotPrinted(Exception):
    """There is no PDF: too much to lay out, or too many at once."""


def pdf_of(html: str) -> bytes:
    """The PDF of a whole page. The same page again is kept for ten minutes. Raises NotPrinted."""
    key = f"config:pdf:{hashlib.sha256(html.encode()).hexdigest()}"
    made: bytes | None = cache.get(key)
    if made is None:
        made = _laid_out(html)
        cache.set(key, made, KEPT_S)
    return made


def _laid_out(html: str) -> bytes:
    if not _places.acquire(timeout=PATIENCE_S):
        raise NotPrinted("busy")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "config.pdf", str(DEADLINE_S)],
            cwd=settings.BASE_DIR, input=html.encode(), capture_output=True, timeout=DEADLINE_S,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotPrinted("too slow") from error
    finally:
        _places.release()
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        log.error("a sheet was not printed: %s", done.stderr.decode(errors="replace")[-1000:])
        raise NotPrinted("failed")
    return done.stdout
