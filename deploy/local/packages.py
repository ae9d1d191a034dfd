"""The virtual environment: torch first, then the lock, then one repair.

A stamp in it holds a digest of everything that decides its content, so that a second start does
nothing.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Callable

from deploy.local import system
from deploy.local.commands import run
from deploy.local.places import PYTHON, ROOT, VENV, Problem, setting, site_packages
from deploy.local.screen import Step

LOCK = ROOT / "requirements" / "lock.txt"
STAMP = VENV / "rostrum-stamp"
SPACE_GB = 10
"""Free disk a first set-up wants: torch's CUDA build makes 7.4 GB of packages, its CPU build 3"""


def torch_requirement() -> str:
    """What pip installs for torch, options allowed; by itself pip takes the CUDA build on Linux."""
    return setting("ROSTRUM_TORCH", "torch==2.13.0")


def digest() -> str:
    parts = [LOCK.read_text(), torch_requirement(), sys.version.split()[0], str(VENV)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_complete() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == digest()


def steps() -> list[Step]:
    return [
        ("System libraries", lambda note: system.ensure(system.missing_libraries, note)),
        ("Virtual environment", _make_venv),
        ("PyTorch", _install_torch),
        ("Packages", _install_lock),
        ("torchaudio", _repair_torchaudio),
    ]


def _make_venv(note: Callable[[str], None]) -> str:
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if not PYTHON.exists() and free_gb < SPACE_GB:
        raise Problem(
            f"the first set-up needs {SPACE_GB} GB of disk, {ROOT} has {free_gb:.1f} GB free."
        )
    if PYTHON.exists():
        return "there already"
    try:
        import ensurepip  # noqa: F401  Debian keeps it, and so venv, in a package of its own
    except ImportError:
        _install_venv_module(note)
    run([sys.executable, "-m", "venv", str(VENV)], "Making the virtual environment", note)
    return str(VENV)


def _install_venv_module(note: Callable[[str], None]) -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        system.ensure(_missing_venv_package, note)
    if _missing_venv_package():
        raise Problem(
            f"{sys.executable} has no venv module:"
            f" run `{system.install_command(['python3.11-venv'])}`, then again."
        )


def _missing_venv_package() -> list[str]:
    import importlib.util

    importlib.invalidate_caches()
    return [] if importlib.util.find_spec("ensurepip") else ["python3.11-venv"]


def _pip(arguments: list[str], what: str, note: Callable[[str], None]) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    run([*command, "--progress-bar", "off", *arguments], what, note)


def _install_torch(note: Callable[[str], None]) -> str:
    _pip(shlex.split(torch_requirement()), "Installing PyTorch", note)
    return torch_requirement()


def _install_lock(note: Callable[[str], None]) -> str:
    count = sum("==" in line for line in LOCK.read_text().splitlines())
    seen = 0

    def counted(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already")):
            seen += 1
        note(f"{seen}/{count} {line}")

    # --no-deps: whisperx and mediapipe forbid in their metadata versions that they run on
    _pip(["--no-deps", "-r", str(LOCK)], "Installing the packages", counted)
    return f"{count} packages"


def _repair_torchaudio(note: Callable[[str], None]) -> str:
    """Drop torchaudio's compiled part where torch has no CUDA.

    Its wheel is linked to CUDA: with a CPU build of torch its import fails on libc10_cuda.so.
    Without its shared objects it runs as pure Python, which is all that whisperx needs.
    """
    probe = "import torch; print('cuda', torch.version.cuda or 'none')"
    if "cuda none" not in run([str(PYTHON), "-c", probe], "Importing torch"):
        STAMP.write_text(digest())
        return "left as it is: torch has CUDA"
    for compiled in (site_packages() / "torchaudio" / "lib").glob("*.so"):
        compiled.unlink()
    STAMP.write_text(digest())
    return "compiled part dropped: torch has no CUDA"
