"""What a web process and a captioner say to each other, through Redis.

Sound and words go by publish and subscribe, which Redis neither keeps nor writes into its
append-only file: lists would leave the sound on the disk. Who waits for a captioner stands in a
list, without a sound. Each side is told with every message how many hear it, so one notices at once
when the other has died.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

RATE = 16_000
BYTES_PER_S = 2 * RATE
"""Of sound: 16 kHz, mono, signed 16-bit integers, little end first."""
NO_MORE = b""
"""In place of sound: the stream ends here."""
BEAT_S = 1.0
"""How often a captioner at work says that it lives."""


@dataclass(frozen=True)
class Asked:
    """Somebody waits for a captioner. `at`: the recording's clock (s) at the first sample."""

    stream: str
    language: str
    at: float

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str | bytes) -> Asked:
        return cls(**json.loads(text))


def _key(name: str) -> str:
    return f"{settings.REDIS_PREFIX}captions:{name}"


def asked_key() -> str:
    """List of `Asked`, first come first served."""
    return _key("asked")


def alive_key() -> str:
    """There while any captioner lives."""
    return _key("alive")


def holder_key(owner: object) -> str:
    """Holds the newest stream of an account, which is the one that goes on."""
    return _key(f"of:{owner}")


def sound_channel(stream: str) -> str:
    """To the captioner: sound, then NO_MORE."""
    return _key(f"sound:{stream}")


def said_channel(stream: str) -> str:
    """From the captioner: `packed` messages with a `type`.

    `taken`, `ready` (engine, model), `partial`, `line` and `gap` (start, end, text), `beat`,
    `ended` (reason).
    """
    return _key(f"said:{stream}")


def packed(message: dict[str, Any]) -> bytes:
    return json.dumps(message, allow_nan=False).encode()


def unpacked(message: bytes) -> dict[str, Any]:
    return dict(json.loads(message))
