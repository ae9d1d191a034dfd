"""bin/serve: everything that makes Rostrum run, on one machine, in one terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import os
import secrets
import socket
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.alive import answers
from deploy.local import services, setup
from deploy.local.commands import run
from deploy.local.places import PYTHON, Problem, environment, setting, var_dir
from deploy.local.screen import Step, guarded
from deploy.local.supervise import Program, Supervisor, say

DEMO_EMAIL = "demo@rostrum.local"
DRAIN_S = 30
"""How long requests and stages in hand get at the end."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/serve", description="Set Rostrum up where needed and run all of it."
    )
    parser.add_argument("--demo", action="store_true", help="load a learner with ten sessions")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    options = arguments(given)
    _check_port(options.host, options.port)
    setup.ensure_packages()
    with _only_one():
        # mails, passkeys and the origin check all need the address people use
        os.environ.setdefault("ROSTRUM_URL", f"http://localhost:{options.port}")
        setup.ensure_content(_people(options.demo))
        try:
            asyncio.run(_supervise(options))
        finally:
            services.stop()
    say("serve", "stopped")
    return 0


async def _supervise(options: argparse.Namespace) -> None:
    env = {**environment(), "PYTHONUNBUFFERED": "1"}
    web = [
        str(PYTHON), "-m", "uvicorn", "config.asgi:application", "--host", options.host,
        "--port", str(options.port), "--lifespan", "on", "--no-access-log",
        "--log-level", "warning", "--timeout-graceful-shutdown", str(DRAIN_S),
        # packing each small event for each watcher anew takes longer than sending it
        "--ws-per-message-deflate", "false",
    ]  # fmt: skip
    worker = [str(PYTHON), "-m", "workers.supervisor"]
    programs = [
        Program("web", web, env, DRAIN_S + 5, lambda: _is_ready(options)),
        Program("workers", worker, env, DRAIN_S + 5),
    ]
    await Supervisor(programs, services.start, lambda: _announce(options)).run()


def _people(demo: bool) -> list[Step]:
    if setting("ROSTRUM_ENV") == "production":
        return []
    steps: list[Step] = [("Demo account", _make_demo_account)]
    if demo:
        steps.append(("Demo sessions", _load_demo))
    return steps


def _make_demo_account(note: Callable[[str], None]) -> str:
    password = var_dir() / "demo-password"
    if not password.exists():
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(9))
    command = setup.manage("demo_account", DEMO_EMAIL, str(password))
    run(command, "Making the demo account", note)
    return DEMO_EMAIL


def _load_demo(note: Callable[[str], None]) -> str:
    run(setup.manage("load_demo"), "Loading the demo", note)
    return ""


def _announce(options: argparse.Namespace) -> None:
    lines = [f"Rostrum runs at  {setting('ROSTRUM_URL')}"]
    if setting("ROSTRUM_ENV") != "production":
        password = (var_dir() / "demo-password").read_text()
        lines += [
            f"demo account     {DEMO_EMAIL}  password {password}",
            f"mail it sends    {setting('ROSTRUM_URL')}/dev/mail/",
        ]
    lines += [f"everything it keeps is in {var_dir()}; Ctrl-C stops it"]
    width = max(map(len, lines))
    print("\n".join(["─" * width, *lines, "─" * width]), flush=True)


def _is_ready(options: argparse.Namespace) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    public = urllib.parse.urlsplit(setting("ROSTRUM_URL")).netloc
    return answers(f"http://{host}:{options.port}/readyz", public)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Problem(f"port {port} may not be used by you: choose one over 1023.") from error
        except (OSError, OverflowError) as error:
            raise Problem(
                f"port {port} on {host} is in use or not of this machine:"
                f" stop what listens there, or choose another with --port ({error})."
            ) from error


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """One bin/serve a var folder: two would start two of everything on the same files."""
    path = var_dir() / "serve.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem(f"it runs already with the same files ({var_dir()}).") from error
        yield


if __name__ == "__main__":
    sys.exit(guarded("serve", lambda: main(sys.argv[1:])))
