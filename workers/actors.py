"""The one actor: a message names a queue and wakes a worker.

The rows own retries, backoff, deadlines and dead letters, so the actor has none of them.
"""

from __future__ import annotations

import os
import signal

import dramatiq
from dramatiq.middleware import Middleware

from analysis.graph import QUEUES, Queue
from config.broker import ACTOR
from workers.child import die_with_parent
from workers.pool import Pool, Slots


class Stopping(Middleware):
    """Hands running stages back when the worker is told to stop, so that it stops in seconds.

    Parameters:
      pool: whose stages these are.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self.pool.stopping.set()

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self.pool.close()


def declare(pool: Pool) -> dramatiq.Actor:
    """Make this process a worker with the engine processes of `pool`. Once a process.

    `max_retries` is 0 and nothing is thrown: a failure belongs to a row. There is no time limit:
    one message may drain many stages, each of which has a deadline that its host keeps.
    """
    if os.environ.get("ROSTRUM_SUPERVISED"):
        die_with_parent(os.getppid(), signal.SIGTERM)
    broker = dramatiq.get_broker()
    broker.add_middleware(Stopping(pool))
    for queue in QUEUES:
        broker.declare_queue(queue)
    slots = Slots(pool)

    @dramatiq.actor(actor_name=ACTOR, queue_name=QUEUES[0], max_retries=0, time_limit=float("inf"))
    def work(queue: Queue) -> None:
        slots.drain(queue)

    return work
