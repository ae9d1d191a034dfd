"""One captioner: `python -m workers.captioner`. Writes the captions of one stream at a time.

Sound comes and words go through Redis (`sessions.captions.wire`), and nothing of either is kept. It
has no database. Raw samples of a fixed form have no parser to deceive, so the recogniser runs in
this very process, which the supervisor starts again when it dies; the stream it had ends with a
word, and the recording, which goes another way, does not notice.
"""

from __future__ import annotations

import logging
import logging.config
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry

from sessions.captions import wire
from sessions.captions.limits import Reason
from sessions.captions.wire import BEAT_S, NO_MORE, Asked
from workers.child import die_with_parent, give_memory_back
from workers.engines.asr.live.captions import Captions, Recogniser
from workers.engines.asr.live.choice import Recognisers

log = logging.getLogger("workers.captioner")
WAIT_S = 2
"""How long it waits for somebody before it says again that it lives."""
ALIVE_S = 15
UNLOAD_S = 120.0
"""A recogniser that nobody needs for this long gives its memory back."""
NOTHING_S = 30.0
"""Without a sound for this long the web process has forgotten the stream."""
AWAY_S = 2.0


class Captioner:
    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._recognisers = Recognisers(
            {
                "models_dir": str(settings.MODELS_DIR),
                "device": settings.DEVICE,
                "captioner": settings.CAPTIONER,
            }
        )

    def run(self) -> None:
        """Until `stopping` is set; a Redis that is away is waited for."""
        while not self.stopping.is_set():
            try:
                with redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0)) as found:
                    self._serve(found)
            except (redis.RedisError, OSError) as error:
                log.warning("Redis is away, trying again: %s", error)
                self.stopping.wait(AWAY_S)

    def _serve(self, client: redis.Redis) -> None:
        used = time.monotonic()
        while not self.stopping.is_set():
            client.set(wire.alive_key(), 1, ex=ALIVE_S)
            found: Any = client.blpop([wire.asked_key()], WAIT_S)
            if found is not None:
                Caption(client, Asked.read(found[1]), self.stopping).run(self._recognisers)
                used = time.monotonic()
            elif time.monotonic() - used > UNLOAD_S and self._recognisers.unload():
                give_memory_back()


class Gone(Exception):
    """Nobody reads the captions any more."""


class Caption:
    """One stream, from taking it to its last words."""

    def __init__(self, client: redis.Redis, asked: Asked, stopping: threading.Event) -> None:
        self._client, self._asked, self._stopping = client, asked, stopping
        self._told = time.monotonic()

    def run(self, recognisers: Recognisers) -> None:
        with self._client.pubsub(ignore_subscribe_messages=True) as inbox:
            inbox.subscribe(wire.sound_channel(self._asked.stream))
            inbox.get_message(timeout=WAIT_S)  # its answer: from here on it listens
            try:
                self._tell({"type": "taken"})
                with self._beating():
                    recogniser = recognisers.of(self._asked.language)
                if recogniser is None:
                    self._tell({"type": "ended", "reason": Reason.LANGUAGE})
                    return
                reason = self._caption(inbox, recogniser)
                self._tell({"type": "ended", "reason": reason})
            except Gone:
                return

    def _caption(self, inbox: PubSub, recogniser: Recogniser) -> Reason:
        self._tell({"type": "ready", "engine": recogniser.engine, "model": recogniser.model})
        captions = Captions(recogniser, self._asked.at)
        last, idle, closed = time.monotonic(), False, False
        while not self._stopping.is_set():
            for sound in _waiting(inbox, BEAT_S / 2 if idle else 0.0):
                last = time.monotonic()
                if sound == NO_MORE:
                    captions.close()
                    closed = True
                else:
                    captions.take(sound)
            said = captions.step()
            idle = said is None
            for one in said or ():
                self._tell({"type": one.kind, "start": one.start, "end": one.end, "text": one.text})
            if idle and closed:
                return Reason.STOPPED
            if time.monotonic() - last > NOTHING_S:
                return Reason.SILENT
            if time.monotonic() - self._told >= BEAT_S:
                self._tell({"type": "beat"})
        return Reason.LOST

    def _tell(self, message: dict[str, Any]) -> None:
        self._told = time.monotonic()
        told = wire.packed(message)
        if not self._client.publish(wire.said_channel(self._asked.stream), told):
            raise Gone

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Loading a model takes seconds, in which this thread says nothing."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(BEAT_S):
                try:
                    self._tell({"type": "beat"})
                except (Gone, redis.RedisError, OSError):
                    return

        thread = threading.Thread(target=beat, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _waiting(inbox: PubSub, seconds: float) -> Iterator[bytes]:
    """What has come; where nothing has, what comes first within `seconds`."""
    message = inbox.get_message(timeout=seconds)
    while message is not None:
        yield message["data"]
        message = inbox.get_message()


def main() -> None:
    logging.config.dictConfig(settings.LOGGING)
    if os.environ.get("ROSTRUM_SUPERVISED"):
        die_with_parent(os.getppid(), signal.SIGTERM)
    captioner = Captioner()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: captioner.stopping.set())
    log.info("captioner ready")
    captioner.run()


if __name__ == "__main__":
    main()
