"""A real captioner beside the test, and speech for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import redis
from django.conf import settings

from sessions.captions import wire
from tests.beside import environment
from tests.sessions.served import until
from tests.synthesis import say

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "The support team was losing customers every week."
FRAME_BYTES = 4000


def spoken(*pieces: str | float) -> bytes:
    """Samples as a browser sends them."""
    samples = say(*pieces, 0.6).samples
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def frames(pcm: bytes) -> list[bytes]:
    whole = len(pcm) // FRAME_BYTES * FRAME_BYTES
    return [pcm[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]


@contextmanager
def captioner(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real one, on the test's own part of Redis; over when the block is."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.captioner"],
            cwd=ROOT, stdout=out, stderr=out, env=environment(ROSTRUM_CAPTIONER="pocketsphinx"),
        )  # fmt: skip
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as asked:
            assert until(lambda: asked.exists(wire.alive_key()), 60), log.read_text()
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        with redis.Redis.from_url(settings.REDIS_URL) as asked:
            asked.delete(wire.alive_key())


def pause(process: subprocess.Popen[bytes]) -> None:
    """It stands still, as one whose machine has too much to do."""
    os.kill(process.pid, signal.SIGSTOP)
