"""The product with production's settings, in processes of its own: settings are read once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAFE = {
    "ROSTRUM_ENV": "production",
    "ROSTRUM_DEBUG": "false",
    "ROSTRUM_SECRET_KEY": "kD8xZp3Qm7Rt2Wv9Ys4Hb6Nc1Lf5Jg0Ae-Uu_OoIiPpSsDdFfGg12",
    "ROSTRUM_HOSTS": "rostrum.example",
    "ROSTRUM_URL": "https://rostrum.example",
}


_OF_BROWSER_TESTS = "DJANGO_ALLOW_ASYNC_UNSAFE"


def manage(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={k: v for k, v in {**os.environ, **SAFE, **changed}.items() if k != _OF_BROWSER_TESTS},
        capture_output=True,
        text=True,
        check=False,
    )


def collect_static(var: Path) -> Path:
    """The folder that holds production's static files."""
    done = manage("collectstatic", "--no-input", ROSTRUM_VAR=str(var))
    assert done.returncode == 0, done.stderr
    return var / "static"
