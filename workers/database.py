"""The database as a worker uses it: held as briefly as can be, and waited for while it is away."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE_S = 60.0
AWAY = (OperationalError, InterfaceError)
"""No connection, a restart, a deadlock: the same again may succeed."""


@contextmanager
def database() -> Iterator[None]:
    """Give the connection back afterwards: none is held while an engine runs."""
    try:
        yield
    finally:
        if not connection.in_atomic_block:
            connection.close()


def persist(work: Callable[[], T]) -> T:
    """Do it, again and again while the database is away (a restart takes seconds)."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with database():
                return work()
        except DatabaseError as error:
            if (
                connection.in_atomic_block
                or time.monotonic() > deadline
                or not isinstance(error, AWAY)
            ):
                raise
            log.warning("the database is away, trying again: %s", error)
            time.sleep(random.uniform(0.5, 1.5))  # noqa: S311
