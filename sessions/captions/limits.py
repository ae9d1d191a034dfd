"""What a browser may send, and why captions end."""

from __future__ import annotations

import json
import math
import time
from enum import StrEnum

from django.conf import settings

from sessions.captions.wire import BYTES_PER_S

FRAME_BYTES = range(round(0.1 * BYTES_PER_S), round(0.25 * BYTES_PER_S) + 1, 2)
"""A frame is 100 to 250 ms of sound."""
TEXT_CHARS = 500
SPEED = 1.02
"""Sound comes as fast as it is spoken; two clocks never agree wholly."""
BURST_S = 3.0
"""At first so much may come at once ..."""
SAVED_S = 20.0
"""... and after a network that hung for a while, what was spoken meanwhile."""
SILENT_S = 15.0
"""Who asked for captions and sends no sound for this long is hung up on."""


class Reason(StrEnum):
    """Why captions ended; the page says it in words."""

    STOPPED = "stopped"
    BUSY = "busy"
    ABSENT = "absent"
    LOST = "lost"
    LANGUAGE = "language"
    ELSEWHERE = "elsewhere"
    SILENT = "silent"
    TOO_FAST = "too_fast"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    SIGNED_OUT = "signed_out"
    NOT_FOUND = "not_found"


CLOSES = {
    Reason.MALFORMED: 4400,
    Reason.SIGNED_OUT: 4401,
    Reason.NOT_FOUND: 4404,
    Reason.SILENT: 4408,
    Reason.ELSEWHERE: 4409,
    Reason.TOO_LONG: 4413,
    Reason.TOO_FAST: 4429,
}
"""Close codes; after any other reason the socket stays and may ask again."""


class Refused(Exception):
    """The browser sent what it must not."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Meter:
    """Counts the sound of one socket. Raises Refused for what is no sound, or comes too fast."""

    def __init__(self) -> None:
        self._allowed_s, self._at, self._whole_s = BURST_S, time.monotonic(), 0.0

    def take(self, frame: bytes) -> None:
        if len(frame) not in FRAME_BYTES:
            raise Refused(Reason.MALFORMED)
        seconds, now = len(frame) / BYTES_PER_S, time.monotonic()
        saved = self._allowed_s + (now - self._at) * SPEED
        self._allowed_s, self._at = min(SAVED_S, saved) - seconds, now
        self._whole_s += seconds
        if self._allowed_s < 0:
            raise Refused(Reason.TOO_FAST)
        if self._whole_s > settings.MAX_DURATION_S:
            raise Refused(Reason.TOO_LONG)


def command(text: str) -> tuple[str, float]:
    """What the browser wants: `start` at a time of the recording's clock (s), or `stop`."""
    if len(text) > TEXT_CHARS:
        raise Refused(Reason.MALFORMED)
    try:
        told = json.loads(text)
        name, at = str(told["type"]), float(told.get("at", 0.0))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(Reason.MALFORMED) from error
    if name not in {"start", "stop"} or not (math.isfinite(at) and 0 <= at <= 1e6):
        raise Refused(Reason.MALFORMED)
    return name, at
