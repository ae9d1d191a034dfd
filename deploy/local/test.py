"""bin/test: from a fresh machine to everything checked and tested.

`bin/test` runs all of it; `bin/test ARGUMENTS…` sets up and passes them to pytest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from deploy.local import services, setup, system
from deploy.local.places import ROOT, VENV
from deploy.local.screen import guarded, run_steps

PRODUCTION = {
    "ROSTRUM_ENV": "production",
    "ROSTRUM_SECRET_KEY": "only-to-check-the-settings-0123456789-abcdefghijklmnopq",
    "ROSTRUM_HOSTS": "rostrum.example",
    "ROSTRUM_URL": "https://rostrum.example",
}
# a loaded machine misses a race now and then: one second try, named in the summary and to be mended
PARTED = ["--dist", "loadfile", "--reruns", "1", "-raR"]
# a call of the browser's driver may wait for ever; the longest test takes a minute and a half
BOUNDED = ["--timeout", "360", "--timeout-method", "thread"]
_CLOSING = re.compile(r"=* ?(\d+ (passed|failed|error|skipped|deselected).*in [\d.]+s.*?) ?=*$")


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


def tool(name: str, *arguments: str) -> list[str]:
    return [str(VENV / "bin" / name), *arguments]


def reading() -> list[Check]:
    """What only reads the code, and so needs the packages and nothing else."""
    return [
        Check("ruff check", tool("ruff", "check", ".")),
        Check("ruff format", tool("ruff", "format", "--check", ".")),
        Check("mypy", tool("mypy", ".")),
        Check("lint-imports", tool("lint-imports")),
    ]


def running() -> list[Check]:
    production = {**PRODUCTION, "ROSTRUM_VAR": str(ROOT / "var" / "test" / "production")}
    return [
        Check("migrations", setup.manage("makemigrations", "--check", "--dry-run")),
        Check("deploy check", setup.manage("check", "--deploy", "--fail-level", "WARNING"),
              production),
        # one more than there are cores: a third of these tests' time is waiting for processes
        Check("tests",
              tool("pytest", "-n", "3", *PARTED, "--durations", "40", "-m", "not browser")),
        # apart: Playwright's synchronous driver and asynchronous tests clash in one process
        Check("browser tests",
              tool("pytest", "-n", "2", *PARTED, *BOUNDED, "--show-capture=no", "tests/browser")),
    ]  # fmt: skip


def main(given: list[str]) -> int:
    # a place of its own: a development database and its files stay as they are
    os.environ["ROSTRUM_VAR"] = str(ROOT / "var" / "test")
    os.environ["ROSTRUM_ENV"] = "test"
    setup.ensure_packages()
    try:
        if given:
            _ensure_content()
            return subprocess.run(tool("pytest", *given), cwd=ROOT, check=False).returncode
        return _run_all()
    finally:
        services.stop()


def _ensure_content() -> None:
    run_steps([("Programs that tests drive", lambda note: system.ensure(_programs, note))])
    setup.ensure_content()


def _programs() -> list[str]:
    return system.missing_programs(system.TEST_PROGRAMS)


def _run_all() -> int:
    said: list[str] = []
    with ThreadPoolExecutor(1) as beside:  # the set-up mostly waits for one core
        read = beside.submit(lambda: [_run(check, said.append) for check in reading()])
        _ensure_content()
    print("\n".join(said))
    outcomes = read.result() + [_run(check, _tell) for check in running()]
    print("\n" + "\n".join(line for line, _ in outcomes), flush=True)
    return 0 if all(passed for _, passed in outcomes) else 1


def _tell(line: str) -> None:
    print(line, flush=True)


def _run(check: Check, tell: Callable[[str], None]) -> tuple[str, bool]:
    """Run one check and tell its output; its closing line and whether it passed."""
    tell(f"\n── {check.name}: {' '.join(check.command)}")
    started = time.monotonic()
    closing = ""
    with subprocess.Popen(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            tell(line.rstrip("\n"))
            if found := _CLOSING.search(line.strip()):
                closing = found[1]
    passed = process.returncode == 0
    taken = f"{time.monotonic() - started:.0f} s"
    return f"{'ok    ' if passed else 'FAILED'} {check.name:14} {taken:>6}  {closing}", passed


if __name__ == "__main__":
    sys.exit(guarded("test", lambda: main(sys.argv[1:])))
