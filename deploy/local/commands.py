"""Runs a command for a step: its output into a log, its last words into an error."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local.places import ROOT, Problem, environment, var_dir

_CAUSES = {
    "No space left on device": "the disk is full; free some space and start again.",
    "Temporary failure in name resolution": "the network cannot be reached.",
    "No matching distribution": "a package could not be found; is the network reachable?",
    "MemoryError": "there is too little memory.",
}
PR_SET_PDEATHSIG = 1


def setup_log() -> Path:
    return var_dir() / "setup.log"


def die_with_parent() -> None:
    """In the child: SIGTERM when who started it is gone, so that kill -9 leaves no orphan."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(
    command: list[str],
    what: str,
    note: Callable[[str], None] = lambda text: None,
    env: dict[str, str] | None = None,
) -> str:
    """Run `command` in the repository's root and return its output.

    Raises Problem(`what` and the cause in one line) where it fails; all output is in the log.
    """
    log = setup_log()
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with log.open("a") as kept:
        kept.write(f"$ {' '.join(command)}\n")
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment(), "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent,
        ) as process:
            for line in process.stdout or ():
                kept.write(line)
                lines.append(line)
                note(line.strip())
    if process.returncode != 0:
        raise Problem(f"{what} failed: {_cause(lines)} (all of it: {os.path.relpath(log)})")
    return "".join(lines)


def _cause(lines: list[str]) -> str:
    text = "".join(lines)
    for sign, cause in _CAUSES.items():
        if sign in text:
            return cause
    told = [line.strip() for line in lines if line.strip()]
    telling = [line for line in told if re.search(r"(?i)\b(error|fatal|cannot|failed)\b", line)]
    return (telling or told or ["it gave no reason"])[-1][:300]
