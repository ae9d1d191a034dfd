"""A supervisor with real dramatiq workers beside the test, on the test's own database."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.beside import environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0
"""Outcomes are waited for this long: a test never measures how fast the machine is."""


def until(condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


class House:
    """`start` and `stop` may be called again and again; `environment` and `processes` (a queue)
    change the next start.

    `module` is the supervisor to run: the one with test engines, or `workers.supervisor` itself.
    """

    def __init__(
        self, var: Path, *, module: str = "tests.workers.supervise", **environment: str
    ) -> None:
        self.module = module
        self.log = var / "house.log"
        self.environment = {"ROSTRUM_VAR": str(var), "ROSTRUM_LOG_FORMAT": "text", **environment}
        self.processes = 1
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> House:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "--processes", str(self.processes)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env=environment(**self.environment),
            )
        return self

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        code = self.process.wait(PATIENCE_S)
        self.process = None
        return code

    def kill(self) -> None:
        """The machine is gone: everything at once, nobody says goodbye."""
        if self.process is None:
            return
        everyone = self.family()
        for process in (psutil.Process(self.process.pid), *everyone):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        self.process = None
        psutil.wait_procs(everyone, PATIENCE_S)

    def engines(self) -> list[psutil.Process]:
        return [process for process in self.family() if "workers.child" in _command(process)]

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []
