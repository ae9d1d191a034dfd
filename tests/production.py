"""The product with production's settings, in processes of its own: settings are read once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
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
    """The folder that holds production's static files.

    Compressing them takes a minute of a processor, so they are made once for each state of their
    sources, and given as links.
    """
    store = Path(os.environ.get("ROSTRUM_VAR", ROOT / "var")) / "collected"
    store.mkdir(parents=True, exist_ok=True)
    made = store / _state()
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for older in store.glob("*/"):
                shutil.rmtree(older)
            making = store / "making"
            done = manage("collectstatic", "--no-input", ROSTRUM_VAR=str(making))
            assert done.returncode == 0, done.stderr
            (making / "static").rename(made)
        shutil.copytree(made, var / "static", copy_function=_link)
    return var / "static"


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _state() -> str:
    """A digest of all that the static files are made of."""
    found = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*")):
        found.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}".encode())
    for path in [
        *sorted((ROOT / "config").rglob("*.py")),
        *sorted((ROOT / "requirements").iterdir()),
    ]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
