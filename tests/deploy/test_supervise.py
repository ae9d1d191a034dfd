"""The supervisor with programs of a line or two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def supervise(script: str, *, until: str, then: signal.Signals = signal.SIGINT) -> str:
    """Run a supervisor in a process of its own, signal it when `until` was printed; its output."""
    start = """
        import asyncio, os, sys
        from deploy.local import supervise
        from deploy.local.places import Problem
        from deploy.local.supervise import Program, Supervisor
        supervise.READY_S = 0.3
        def python(name, code, grace_s=10):
            return Program(name, [sys.executable, "-u", "-c", code], dict(os.environ), grace_s)
        def run(*programs):
            asyncio.run(Supervisor(list(programs), lambda: None, lambda: print("ANNOUNCED")).run())
    """
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", textwrap.dedent(start) + textwrap.dedent(script)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if until in line and process.poll() is None:
            process.send_signal(then)
            until = "\0"
    process.wait()
    return seen


LOOP = "import time, sys\\nprint('up')\\nwhile True: time.sleep(0.1)"
DRAIN = (
    "import signal, sys, time\\n"
    "def end(*_):\\n    print('drained', flush=True)\\n    sys.exit(0)\\n"
    "signal.signal(signal.SIGTERM, end)\\nprint('up', flush=True)\\nwhile True: time.sleep(0.1)"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_drains_in_order_when_asked_to_stop(number):
    told = supervise(
        f"""run(python("web", "{DRAIN}"), python("workers", "{DRAIN}"))""",
        until="ANNOUNCED",
        then=number,
    )
    assert told.index("web │ drained") < told.index("workers │ drained")


def test_a_program_that_dies_is_started_again():
    told = supervise(
        """
        import tempfile, pathlib
        flag = pathlib.Path(tempfile.mkdtemp()) / "once"
        code = f"import pathlib, time\\np = pathlib.Path({str(flag)!r})\\n" \\
               "if not p.exists():\\n    p.touch()\\n    raise SystemExit('fell over')\\n" \\
               "print('second life')\\nwhile True: time.sleep(0.1)"
        run(python("web", code))
        """,
        until="second life",
    )
    assert "web ended (1); again in 1 s" in told


def test_one_that_never_starts_is_given_up_with_its_last_words():
    told = supervise(
        """
        try:
            run(python("web", "raise SystemExit('no such setting')"))
        except Problem as problem:
            print("PROBLEM", problem)
        """,
        until="\0",
    )
    assert "PROBLEM web does not start: no such setting" in told


def test_one_that_will_not_stop_is_killed():
    stubborn = (
        "import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\n"
        "print('up', flush=True)\\nwhile True: time.sleep(0.1)"
    )
    told = supervise(f"""run(python("web", "{stubborn}", grace_s=0.5))""", until="ANNOUNCED")
    assert "did not stop within" in told


def test_a_killed_supervisor_leaves_no_orphan():
    told = supervise(f"""run(python("web", "{DRAIN}"))""", until="ANNOUNCED", then=signal.SIGKILL)
    # the pipe closed, so the program that shared it has ended too
    assert "ANNOUNCED" in told


def test_what_a_dead_program_left_behind_does_not_hold_up_its_next_life():
    """A killed worker supervisor leaves processes that hold our pipe open."""
    told = supervise(
        """
        import tempfile, pathlib
        flag = pathlib.Path(tempfile.mkdtemp()) / "once"
        code = f"import pathlib, subprocess, time\\np = pathlib.Path({str(flag)!r})\\n" \\
               "if not p.exists():\\n    p.touch()\\n    subprocess.Popen(['sleep', '60'])\\n" \\
               "    raise SystemExit('fell over')\\n" \\
               "print('second life')\\nwhile True: time.sleep(0.1)"
        run(python("workers", code))
        """,
        until="second life",
    )
    assert "second life" in told
