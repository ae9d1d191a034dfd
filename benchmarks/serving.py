"""The product behind a real uvicorn, for benchmarks that measure it from outside."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coaching.accounts.models import User

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"


@contextlib.contextmanager
def server(application: str) -> Iterator[int]:
    """The port of a uvicorn of its own with `module:application`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", application, "--port", str(port),
         "--log-level", "warning", "--ws-per-message-deflate", "false"],
        cwd=ROOT,
    )  # fmt: skip
    try:
        for _try in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def cookie(user: User) -> str:
    """The Cookie header of a browser in which `user` is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def keep(name: str, found: dict[str, Any]) -> None:
    """Keep what was found in results/, with the machine it was found on."""
    RESULTS.mkdir(exist_ok=True)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **found,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
