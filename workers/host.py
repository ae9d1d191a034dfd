"""The parent's side of an engine process: runs jobs in it, watches over it, kills it.

Native code may hold the interpreter for minutes, crash, or take all memory. All of that happens
in the child; the parent only waits, with the lease renewed by a thread of its own.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing.connection
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import psutil
from django.utils.translation import gettext as _

from workers.engines.types import EngineError, StageJob, StageOutput, Word
from workers.stages import ENGINES

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[1]
PASSED = frozenset(
    {"PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
)
PASSED_PREFIXES = ("LC_", "PYTHON", "CUDA", "NVIDIA", "MALLOC_", "TORCH", "OPENCV_", "XDG_")
TICK_S = 1.0
"""How often a job is looked after while its engine says nothing."""
RELAY_GAP_S = 1.0
"""Telling costs some 20 ms of a core: more often, and two stages at once would feel it."""
RECYCLE_AT = 0.6
"""A child that keeps this share of its memory limit after a job is replaced by a fresh one."""


class Relay(Protocol):
    """Shows progress; raises what should end the job."""

    def __call__(self, ratio: float, message: str, words: Sequence[Word]) -> None: ...


class Host:
    """One engine process, started when first needed and again after it died.

    `engines`: stage -> "module:function". `network`: leave it on, for an engine that calls an
    operator's URL; `passed`: variables it needs for that. `threads`: for OpenMP and the like. Not
    for use by two threads at once.
    """

    def __init__(
        self,
        engines: Mapping[str, str] = ENGINES,
        *,
        memory_bytes: int,
        network: bool = False,
        passed: frozenset[str] = frozenset(),
        nice: int = 0,
        threads: int = 1,
    ) -> None:
        self._engines, self._memory, self._network = engines, memory_bytes, network
        self._passed, self._nice, self._threads = passed, nice, threads
        self._child: subprocess.Popen[bytes] | None = None
        self._wire: Connection | None = None

    def run(
        self,
        job: StageJob,
        *,
        deadline_s: float,
        relay: Relay,
        check: Callable[[], None],
    ) -> StageOutput:
        """Run the job's engine. `check` is called every TICK_S and may raise to end the job.

        Raises EngineError: the engine's own, or `deadline`, `out_of_memory`, `engine_crashed`.
        """
        wire = self._ready_wire()
        message = {"engine": self._engines[job["stage"]], "job": job}
        finished = False
        try:
            wire.send_bytes(json.dumps(message).encode())
            output = self._watch(wire, time.monotonic() + deadline_s, relay, check)
            finished = True
        except (EOFError, OSError) as error:
            raise self._crash() from error
        except EngineError as error:
            finished = error.code not in {"deadline", "out_of_memory", "gpu_lost"}
            raise
        finally:
            if not finished or self._resident() > self._memory * RECYCLE_AT:
                self.kill()
        return output

    def kill(self) -> None:
        """End the child and everything it started, at once."""
        child, wire, self._child, self._wire = self._child, self._wire, None, None
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if wire is not None:
            wire.close()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def _watch(
        self, wire: Connection, deadline: float, relay: Relay, check: Callable[[], None]
    ) -> StageOutput:
        told = looked = time.monotonic()  # what is over at once needs no progress
        news: tuple[float, str] | None = None
        words: list[Word] = []
        while True:
            ready = multiprocessing.connection.wait([wire], RELAY_GAP_S if news else TICK_S)
            if ready:
                message = json.loads(wire.recv_bytes())
                if "output" in message:
                    return StageOutput(**message["output"])  # type: ignore[typeddict-item]
                if "error" in message:
                    raise _engine_error(message["error"])
                news = message["progress"], message["message"]
                words += message["words"]
            now = time.monotonic()
            if news and now - told >= RELAY_GAP_S:
                relay(*news, words)
                told, news, words = now, None, []
            if now - looked >= TICK_S or not ready:
                looked = now
                check()
                self._check_limits(deadline)

    def _check_limits(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise EngineError(
                "deadline",
                _("This took far longer than it should and was stopped."),
                detail="deadline passed",
                retry=True,
            )
        if (resident := self._resident()) > self._memory:
            raise EngineError(
                "out_of_memory",
                _("This recording needs more memory than this machine gives it."),
                detail=f"{resident} of {self._memory} bytes",
                retry=True,
            )

    def _resident(self) -> int:
        """Bytes of the child and all it started; 0 where it is gone."""
        total = 0
        with contextlib.suppress(psutil.Error):
            if self._child is not None:
                process = psutil.Process(self._child.pid)
                for each in (process, *process.children(recursive=True)):
                    with contextlib.suppress(psutil.Error):
                        total += each.memory_info().rss
        return total

    def _crash(self) -> EngineError:
        code = self._child.wait() if self._child else None
        how = f"signal {signal.Signals(-code).name}" if code and code < 0 else f"exit {code}"
        return EngineError(
            "engine_crashed",
            _("The program that measures this stopped unexpectedly."),
            detail=how,
            retry=True,
        )

    def _ready_wire(self) -> Connection:
        if self._child is not None and self._child.poll() is not None:
            self.kill()
        return self._wire or self._start()

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        # from a thread that never ends: the kernel takes a thread's end for its parent's death
        self._child = _spawner().submit(self._spawn, theirs.fileno()).result()
        theirs.close()
        self._wire = Connection(ours.detach())
        log.debug("engine process %s started", self._child.pid)
        return self._wire

    def _spawn(self, fd: int) -> subprocess.Popen[bytes]:
        threads = str(self._threads)
        command = [sys.executable, "-m", "workers.child", str(fd),
                   "--parent", str(os.getpid()), "--nice", str(self._nice)]  # fmt: skip
        return subprocess.Popen(
            command + ["--network"] * self._network,
            pass_fds=[fd],
            stdin=subprocess.DEVNULL,
            stdout=2,
            start_new_session=True,
            cwd=ROOT,
            env=_harmless_environment(self._passed)
            | {
                "OMP_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
                "MKL_NUM_THREADS": threads,
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
                "HF_HUB_OFFLINE": "1",
                "PYANNOTE_METRICS_ENABLED": "false",
                "TOKENIZERS_PARALLELISM": "false",
            },
        )


def _harmless_environment(more: frozenset[str]) -> dict[str, str]:
    """What a program needs to run here, without the addresses and secrets of the installation:
    a hostile file may take the engine process over."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in PASSED | more or name.startswith(PASSED_PREFIXES)
    }


@cache
def _spawner() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="spawner")


def _engine_error(told: dict[str, Any]) -> EngineError:
    message = told["message"]
    if not message and told["code"] == "out_of_memory":
        message = _("This recording needs more memory than this machine gives it.")
    return EngineError(
        told["code"],
        message or _("Something went wrong while this was measured."),
        detail=told["detail"],
        retry=told["retry"],
    )
