"""The doorbell: tells workers of a queue that there may be work. The database is the truth."""

from __future__ import annotations

import logging

import dramatiq
from dramatiq.errors import ConnectionError as BrokerUnreachable
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
ACTOR = "work"
"""Name of the actor in workers.actors; by name, so that no app imports an actor."""


def ring(queue: str) -> None:
    """Wake a worker of `queue`. Call it in `transaction.on_commit`.

    A broker that is down loses nothing: the reaper rings again for what is ready and unclaimed.
    """
    message = dramatiq.Message(
        queue_name=queue, actor_name=ACTOR, args=(queue,), kwargs={}, options={}
    )
    try:
        dramatiq.get_broker().enqueue(message)
    except (BrokerUnreachable, RedisError, OSError) as error:
        log.warning("broker unreachable, the reaper will ring %s again: %s", queue, error)


def pending(queue: str) -> int:
    """Messages of `queue` nobody has finished; 0 where the broker is down or does not say."""
    broker = dramatiq.get_broker()
    count = getattr(broker, "do_qsize", None)
    try:
        if count is not None:
            return int(count(queue))
        return sum(broker.get_queue_message_counts(queue)[:2])
    except Exception as error:  # each broker has its own errors, and this is only a thrift
        log.debug("broker does not say how much is pending: %s", error)
        return 0
