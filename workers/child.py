"""The engine's process: `python -m workers.child FD`, kept up over jobs so that models stay loaded.

Media from strangers are decoded here, so it has no Django, no database and, where the platform
allows it, no network. It talks JSON over the socket FD; a parent never unpickles what it says.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, cast

from workers.engines.types import Engine, EngineError, StageJob, StageOutput, Word, no_room

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
REPORT_GAP_S = 0.1


class Reporter:
    """`Report` of a job: tells the parent at most ten times a second; `ratio` never falls."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self._send = send
        self._ratio, self._message = 0.0, ""
        self._words: list[Word] = []
        self._last = 0.0

    def __call__(self, ratio: float, *, message: str = "", words: list[Word] | None = None) -> None:
        self._ratio = max(self._ratio, min(float(ratio), 1.0))
        self._message = message or self._message
        self._words += words or []
        now = time.monotonic()
        if now - self._last >= REPORT_GAP_S:
            self._last = now
            self._send({"progress": self._ratio, "message": self._message, "words": self._words})
            self._words = []


def serve(wire: Connection) -> None:
    """Work jobs off the wire until the parent closes it."""

    def send(message: dict[str, Any]) -> None:
        wire.send_bytes(json.dumps(message, allow_nan=False).encode())

    while True:
        try:
            request = json.loads(wire.recv_bytes())
        except EOFError:
            return
        try:
            send({"output": _work(request["engine"], request["job"], Reporter(send))})
        except (BrokenPipeError, ConnectionResetError):
            return
        except BaseException as error:
            send({"error": _told(error)})
        give_memory_back()


def _work(path: str, job: StageJob, report: Reporter) -> StageOutput:
    module, _, function = path.partition(":")
    engine = cast(Engine, getattr(importlib.import_module(module), function))
    return engine(job, report)


def _told(error: BaseException) -> dict[str, Any]:
    trace = traceback.format_exc()
    error = no_room(error) or error
    if isinstance(error, EngineError):
        return {
            "code": error.code,
            "message": error.message,
            "detail": error.detail or trace,
            "retry": error.retry,
        }
    if isinstance(error, MemoryError):
        return {"code": "out_of_memory", "message": "", "detail": trace, "retry": True}
    return {"code": "engine_failed", "message": "", "detail": trace, "retry": True}


def give_memory_back() -> None:
    """Return what a long recording took to the system, so that memory stays flat over jobs."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def die_with_parent(parent: int, sign: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `sign` when the parent ends, however it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sign))
    if os.getppid() != parent:
        sys.exit("the parent is gone already")


def leave_network() -> bool:
    """Move this process into a network of its own with nothing in it. False: not allowed here.

    Files are still reached as before; only sockets to elsewhere are not.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0


def main() -> None:
    parser = argparse.ArgumentParser(description="Engine process of a Rostrum worker.")
    parser.add_argument("fd", type=int)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--network", action="store_true")
    options = parser.parse_args()
    die_with_parent(options.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(options.nice)
    if not options.network:
        leave_network()
    os.set_inheritable(options.fd, False)
    os.dup2(2, 1)  # what an engine prints is log, not result
    serve(Connection(options.fd))


if __name__ == "__main__":
    main()
