"""Working without Redis: one process that rings nobody, tells nobody and caches for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dramatiq
import redis
from channels.layers import InMemoryChannelLayer, channel_layers
from django.conf import settings
from django.core.cache import caches
from dramatiq.brokers.stub import StubBroker

from analysis.graph import QUEUES

_PATIENCE_S = 1.0


def redis_answers() -> bool:
    """Whether workers and pages could be told of what happens here."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=_PATIENCE_S)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


@contextmanager
def alone() -> Iterator[None]:
    """Broker, channel layer and cache in this process's memory, until the end of the block.

    For a command that works its own run through (workers.inprocess): it needs no doorbell, and
    nobody watches. Not for a process that serves others.
    """
    broker, layers, cache_settings = dramatiq.get_broker(), channel_layers.backends, caches.settings
    stub = StubBroker()
    for queue in QUEUES:
        stub.declare_queue(queue)
    dramatiq.set_broker(stub)
    channel_layers.backends = {"default": InMemoryChannelLayer()}
    caches.settings = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "alone",
        }
    }
    _forget_caches()
    try:
        yield
    finally:
        dramatiq.set_broker(broker)
        channel_layers.backends, caches.settings = layers, cache_settings
        _forget_caches()


def _forget_caches() -> None:
    """This thread's connections; a thread started later makes its own."""
    for alias in caches.settings:
        with suppress(AttributeError):  # it had none
            del caches[alias]
