"""How a page that waits and a worker that asks find each other, through Redis: ids alone. What is
sent and what comes back stands in the database, not in a list that Redis may write to a disk."""

from __future__ import annotations

import time
import uuid
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

ALIVE_S = 15
HELD_S = 10
"""A call nobody took, or an answer nobody waits for, is forgotten after this."""


def _key(name: str) -> str:
    return f"{settings.REDIS_PREFIX}asking:{name}"


def asked_key() -> str:
    """List of ids of calls that are booked and to be made, first come first served."""
    return _key("asked")


def alive_key() -> str:
    """There while any worker asks."""
    return _key("alive")


def over_key(call_id: uuid.UUID | str) -> str:
    """List with one entry once that call is settled."""
    return _key(f"over:{call_id}")


def connection() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0))


def somebody_asks() -> bool:
    """Whether a worker is there that could be asked."""
    try:
        with connection() as client:
            return bool(client.exists(alive_key()))
    except (redis.RedisError, OSError):
        return False


def waited_for(call_id: uuid.UUID, seconds: float) -> bool:
    """Ring for that call and wait until it is settled, for so long at most. False: it is not, and
    `taken_back` may still say that it was never made."""
    until = time.monotonic() + seconds
    try:
        with connection() as client:
            client.rpush(asked_key(), str(call_id))
            client.expire(asked_key(), HELD_S)
            over: Any = client.blpop([over_key(call_id)], max(0.1, until - time.monotonic()))
            return over is not None
    except (redis.RedisError, OSError):
        return False


def taken_back(call_id: uuid.UUID) -> bool:
    """Whether nobody had taken that call; then nobody will."""
    try:
        with connection() as client:
            removed: Any = client.lrem(asked_key(), 1, str(call_id))
            return bool(removed)
    except (redis.RedisError, OSError):
        return False


def taken(client: redis.Redis, seconds: float) -> uuid.UUID | None:
    """A worker's: the next call to be made; says that it lives. Raises RedisError."""
    client.set(alive_key(), 1, ex=ALIVE_S)
    found: Any = client.blpop([asked_key()], seconds)
    return uuid.UUID(found[1].decode()) if found else None


def tell_over(client: redis.Redis, call_id: uuid.UUID) -> None:
    """A worker's: that call is settled. Raises RedisError."""
    client.rpush(over_key(call_id), 1)
    client.expire(over_key(call_id), HELD_S)
