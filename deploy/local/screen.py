"""What the person at the terminal sees while something is set up."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from deploy.local.places import Problem

Note = Callable[[str], None]
"""Tells what the step is doing now."""
Step = tuple[str, Callable[[Note], str]]
"""Label, and what does the step; it returns a remark for its closing line, or an empty string."""


_NOT_OURS = {
    errno.ENOSPC: "the disk is full; free some space and start again.",
    errno.EDQUOT: "your share of the disk is used up; free some space and start again.",
    errno.EROFS: "the disk can only be read; set ROSTRUM_VAR to a folder on another one.",
    errno.EACCES: "this account may not use it; change its owner or set ROSTRUM_VAR.",
    errno.EPERM: "this account may not use it; change its owner or set ROSTRUM_VAR.",
}
"""What the system refused, and what to do about it; every other OSError is a fault of ours."""


def run_steps(steps: Sequence[Step]) -> None:
    """Run the steps in order with a progress display; a Problem ends it and goes up."""
    try:
        import rich.progress as bars
    except ImportError:
        bars = None  # type: ignore[assignment]
    if bars is None or not sys.stdout.isatty():
        for number, (label, do) in enumerate(steps, 1):
            print(f"[{number}/{len(steps)}] {label} …", flush=True)
            started = time.monotonic()
            remark = do(_plain_note)
            _plain_note("")
            print(f"      {_taken(started)}{f': {remark}' if remark else ''}", flush=True)
        return
    columns = (
        bars.SpinnerColumn(finished_text="✓"),
        bars.TextColumn("{task.description}"),
        bars.BarColumn(bar_width=24),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns) as progress:
        whole = progress.add_task("Setting up", total=len(steps))
        for label, do in steps:
            _run_shown(progress, whole, label, do)
        progress.update(whole, description="Set up")


def _run_shown(progress: Any, whole: Any, label: str, do: Callable[[Note], str]) -> None:
    def note(text: str) -> None:
        progress.update(whole, description=f"{label} · {text[-60:]}" if text else label)

    note("")
    started = time.monotonic()
    remark = do(note)
    progress.console.print(f"✓ {label} [dim]{_taken(started)}[/dim] {remark}", highlight=False)
    progress.advance(whole)


def _plain_note(text: str) -> None:
    """On a terminal the line is overwritten; in a log file passing notes are left out."""
    if sys.stdout.isatty():
        print(f"\r\033[K      {text[-70:]}" if text else "\r\033[K", end="", flush=True)


def _taken(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"


def guarded(name: str, work: Callable[[], int]) -> int:
    """Run `work` for bin/`name`: a Problem becomes one line and exit status 1."""
    try:
        return work()
    except Problem as problem:
        print(f"bin/{name}: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        if not (where or error.errno == errno.ENOSPC) or error.errno not in _NOT_OURS:
            raise
        print(f"bin/{name}: {where}{_NOT_OURS[error.errno]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nbin/{name}: stopped", file=sys.stderr)
        return 130
