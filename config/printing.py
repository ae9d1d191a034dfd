"""Pages as PDF. Nothing is laid out in the web process: each sheet has a process of its own
(`config.pdf`), which may take so much memory and time and no more, and reads nothing but our fonts.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from threading import BoundedSemaphore

from django.conf import settings

DEADLINE_S = 20
AT_ONCE = 2
"""Sheets a web process makes at a time; who comes then waits for `PATIENCE_S`."""
PATIENCE_S = 5
_places = BoundedSemaphore(AT_ONCE)
log = logging.getLogger(__name__)


class NotPrinted(Exception):
    """There is no PDF: too much to lay out, or too many at once."""


def pdf_of(html: str) -> bytes:
    """The PDF of a whole page, kept nowhere. Raises NotPrinted."""
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
