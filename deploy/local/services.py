"""bin/services start|stop|status: the embedded database and Redis.

Where they listen is kept in var/services.json, which the settings read. A service that
DATABASE_URL or REDIS_URL names elsewhere is left alone.
"""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.places import account, run_dir, setting, state_dir, var_dir
from deploy.local.postgres import Postgres
from deploy.local.redis import Redis
from deploy.local.screen import guarded

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


def start(without: Collection[str] = ()) -> set[str]:
    """Start what is down, and say what that was. Safe at any time, from several processes."""
    started: set[str] = set()
    with _one_at_a_time():
        services = embedded()
        _note(services)
        for name, service in services.items():
            if name not in without and not service.is_up():
                service.start()
                started.add(name)
    return started


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
    if len(arguments) != 1 or arguments[0] not in {"start", "stop", "status"}:
        print("usage: bin/services start|stop|status", file=sys.stderr)
        return 2
    if arguments[0] == "stop":
        stop()
        return 0
    if arguments[0] == "start":
        start()
    return 0 if status() else 3


if __name__ == "__main__":
    sys.exit(guarded("services", lambda: main(sys.argv[1:])))
