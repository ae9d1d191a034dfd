"""bin/services start|stop|status: the embedded database and Redis.

Where they listen is kept in var/services.json, which the settings read. A service that
DATABASE_URL or REDIS_URL names elsewhere is left alone.
"""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.places import Problem, account, run_dir, setting, state_dir, var_dir
from deploy.local.postgres import Postgres
from deploy.local.redis import Redis

Service = Postgres | Redis


def embedded() -> dict[str, Service]:
    """The services this machine runs itself, by name."""
    owner = account()
    run = run_dir(owner)
    found: dict[str, Service] = {}
    if not setting("DATABASE_URL"):
        found["postgres"] = Postgres(owner, state_dir(owner), run)
    if not setting("REDIS_URL"):
        found["redis"] = Redis(var_dir() / "redis", run)
    return found


def start() -> None:
    """Start what is down. Safe to call at any time, from several processes."""
    with _one_at_a_time():
        services = embedded()
        _note(services)
        for service in services.values():
            service.start()


def stop() -> None:
    with _one_at_a_time():
        for service in reversed(embedded().values()):
            service.stop()


def status() -> bool:
    """Print a line a service; whether all run."""
    services = embedded()
    states = {name: service.is_up() for name, service in services.items()}
    for name, variable in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")):
        if name not in services:
            print(f"{name:9} elsewhere ({variable})")
        elif isinstance(service := services[name], Postgres):
            print(f"{name:9} {'up' if states[name] else 'down':5} {service.run}")
        else:
            print(f"{name:9} {'up' if states[name] else 'down':5} {service.socket}")
    return all(states.values())


def _note(services: dict[str, Service]) -> None:
    places: dict[str, str] = {}
    for service in services.values():
        if isinstance(service, Postgres):
            places["postgres"] = str(service.run)
        else:
            places["redis"] = str(service.socket)
    draft = var_dir() / "services.json.new"
    draft.write_text(json.dumps(places, indent=1) + "\n")
    draft.rename(var_dir() / "services.json")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    lock = var_dir() / "services.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with Path(lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    verbs = {"start": start, "stop": stop, "status": status}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print("usage: bin/services start|stop|status", file=sys.stderr)
        return 2
    try:
        outcome = verbs[arguments[0]]()
    except Problem as problem:
        print(f"bin/services: {problem}", file=sys.stderr)
        return 1
    if arguments[0] == "start":
        status()
    return 3 if outcome is False else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
