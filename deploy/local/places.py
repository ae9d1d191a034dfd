"""Where things are on one machine, and which account owns the database's files."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LONGEST_SOCKET = 107
"""Bytes a socket's path may have (sun_path, less its closing zero)."""
SOCKET_NAME = ".s.PGSQL.5432"


class Problem(Exception):
    """Something the person at the terminal can act on; printed as one line."""


def read_dotenv(path: Path) -> dict[str, str]:
    """KEY=VALUE lines of a .env file; quotes around a value are dropped."""
    values: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text().splitlines():
            key, found, value = line.strip().removeprefix("export ").partition("=")
            if found and not key.startswith("#"):
                values[key.strip()] = value.strip().strip("'\"")
    return values


def environment() -> dict[str, str]:
    """This process's environment over the repository's .env."""
    return {**read_dotenv(ROOT / ".env"), **os.environ}


def setting(name: str, default: str = "") -> str:
    return environment().get(name, "") or default


def var_dir() -> Path:
    """Everything this machine keeps: database, files, models, logs, stamps."""
    return Path(setting("ROSTRUM_VAR", str(ROOT / "var"))).resolve()


def site_packages() -> Path:
    return VENV / "lib" / "python3.11" / "site-packages"


@dataclass(frozen=True)
class Account:
    """Who the database runs as: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, command: list[str], *, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        """Run `command` as this account in a minimal environment, output captured."""
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def may(self, what: str, path: Path) -> bool:
        """Whether this account passes `test -what path` (x: run or enter, w: write)."""
        return self.run(["/bin/sh", "-c", f'test -{what} "$0"', str(path)]).returncode == 0

    def own(self, path: Path, mode: int = 0o700) -> Path:
        """Make `path` a folder of this account's, and nobody else's."""
        path.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid not in {self.uid, os.geteuid()}:
            raise Problem(f"{path} belongs to another user; remove it or set ROSTRUM_VAR.")
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
        return path


def account() -> Account:
    """The present user, or as root an ordinary one, made where it is missing."""
    if os.geteuid() != 0:
        user = pwd.getpwuid(os.geteuid())
        return Account(user.pw_name, user.pw_uid, user.pw_gid)
    for name in ("rostrum", "nobody"):
        if name == "rostrum" and not _has_user(name) and shutil.which("useradd"):
            subprocess.run(
                ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/",
                 "--shell", "/usr/sbin/nologin", name],
                capture_output=True, check=False,
            )  # fmt: skip
        if _has_user(name):
            user = pwd.getpwnam(name)
            return Account(name, user.pw_uid, user.pw_gid)
    raise Problem(
        "PostgreSQL will not run as root and no user could be made for it:"
        " run as an ordinary user, or create a system user named rostrum."
    )


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def short_name(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def state_dir(owner: Account) -> Path:
    """The folder for the database: in var, or where the account can reach it.

    As root, a clone in a folder only root may enter (/root) has its database in /var/lib/rostrum.
    """
    var = var_dir()
    var.mkdir(parents=True, exist_ok=True)
    inside = var / "pg"
    if (inside / "data").exists() or not owner.is_other or owner.may("x", var):
        return owner.own(inside)
    shared = Path("/var/lib/rostrum")
    shared.mkdir(parents=True, exist_ok=True, mode=0o755)
    return owner.own(shared / short_name(var))


def run_dir(owner: Account) -> Path:
    """The folder for sockets: var/run, or a short one in the temporary folder."""
    inside = var_dir() / "run"
    fits = len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET
    if fits and (not owner.is_other or owner.may("x", var_dir())):
        return owner.own(inside)
    return owner.own(Path(tempfile.gettempdir()) / f"rostrum-{short_name(inside)}")
