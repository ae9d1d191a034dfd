"""People and small files for these tests."""

from __future__ import annotations

import itertools
import math
import random
import struct

from coaching.accounts.models import User

_numbers = itertools.count(1)


def user(**fields) -> User:
    """An account nobody else has."""
    fields.setdefault("email", f"learner{next(_numbers)}@example.test")
    return User.objects.create_user(password=None, **fields)


def wav(seconds: float = 0.2, rate: int = 8000) -> bytes:
    """A mono 16-bit tone."""
    samples = [int(8000 * math.sin(i / 6)) for i in range(int(seconds * rate))]
    data = struct.pack(f"<{len(samples)}h", *samples)
    head = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + head
        + b"data" + struct.pack("<I", len(data)) + data
    )  # fmt: skip


WAV = wav()


def long_wav(size: int) -> bytes:
    """`size` bytes of noise under a WAV header."""
    head = wav(0)[:-4] + struct.pack("<I", size - 44)
    return (head + random.Random(1).randbytes(size))[:size]
