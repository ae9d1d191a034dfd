"""System libraries and programs: installed by apt where that is permitted, else listed."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterable

from deploy.local.commands import run
from deploy.local.places import Problem

LIBRARIES = {
    "libstdc++.so.6": "libstdc++6",
    "libz.so.1": "zlib1g",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Shared object -> Debian package; every other library comes inside the wheels."""
TEST_PROGRAMS = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "flite": "flite",
    "festival": "festival festvox-kallpc16k",
    "sox": "sox",
    "git": "git",
}
"""Program -> Debian packages that the tests drive: a browser, and synthetic speech."""


def missing_libraries() -> list[str]:
    """Debian packages of the libraries that cannot be loaded."""
    return [package for name, package in LIBRARIES.items() if not _loads(name)]


def missing_programs(programs: dict[str, str]) -> list[str]:
    found = [packages for name, packages in programs.items() if not shutil.which(name)]
    return sorted(package for packages in found for package in packages.split())


def ensure(missing: Callable[[], list[str]], note: Callable[[str], None]) -> str:
    """Install the packages that `missing` names. Raises Problem with the list where it may not."""
    packages = missing()
    if not packages:
        return "all there"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt(packages, note)
        packages = missing()
    if packages:
        raise Problem(f"missing from this system: run `{install_command(packages)}`, then again.")
    return "installed"


def install_command(packages: Iterable[str]) -> str:
    return f"sudo apt-get install {' '.join(packages)}"


def _apt(packages: list[str], note: Callable[[str], None]) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    try:
        run(install, "apt-get install", note, quiet)
    except Problem:  # a fresh machine has no package lists yet
        run(["apt-get", "update"], "apt-get update", note, quiet)
        run(install, "apt-get install", note, quiet)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
