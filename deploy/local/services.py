"""bin/services start|stop|status: the embedded database and Redis.

Where they listen is kept in var/services.json, which the settings read. A service that
DATABASE_URL or REDIS_URL names elsewhere is left alone.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.places import Problem, account, run_dir, setting, state_dir, var_dir
from deploy.local.postgres import Postgres
from deploy.local.redis import Redis
from deploy.local.screen import guarded

Service = Postgres | Redis
ROOM_MB = 300
"""Free disk the services want: a new database takes 80 MB, and its log grows in steps of 16."""


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
    with _one_at_a_time():
        services = embedded()
        down = {n: s for n, s in services.items() if n not in without and not s.is_up()}
        if down:
            _check_room()
        _note(services)
        for service in down.values():
            service.start()
    return set(down)


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


def _check_room() -> None:
    """A database that runs out of disk stops in the middle of its work: better not to begin."""
    free_mb = shutil.disk_usage(var_dir()).free / 1e6
    if free_mb < ROOM_MB:
        raise Problem(
            f"the disk is full: {var_dir()} has {free_mb:.0f} MB free, {ROOM_MB} MB are needed;"
            " free some space, or set ROSTRUM_VAR to a folder on another disk."
        )


def _note(services: dict[str, Service]) -> None:
    places: dict[str, str] = {}
    for service in services.values():
        if isinstance(service, Postgres):
            places["postgres"] = str(service.run)
        else:
            places["redis"] = str(service.socket)
    noted, told = var_dir() / "services.json", json.dumps(places, indent=1) + "\n"
    if not noted.exists() or noted.read_text() != told:
        draft = noted.with_suffix(".json.new")
        draft.write_text(told)
        draft.rename(noted)


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
