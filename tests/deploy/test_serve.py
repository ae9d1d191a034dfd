"""What the person at the terminal reads when the machine does not play along: one clear line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import commands, serve, system
from deploy.local.places import Problem
from deploy.local.screen import guarded

ROOT = Path(__file__).resolve().parents[2]


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def call(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 2 MB, where the account that the database runs as may enter."""
    place = Path(tempfile.mkdtemp(prefix="rostrum-test-"))
    try:
        if call("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place).returncode != 0:
            pytest.skip("only who may mount can have a full disk")
        yield place
        call("umount", "--lazy", place)
    finally:
        place.rmdir()


def test_a_port_in_use_says_how_to_choose_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = one_line(call(ROOT / "bin" / "serve", "--port", port))
    assert f"port {port} on 127.0.0.1 is in use" in told
    assert "--port" in told


def test_a_second_one_on_the_same_files_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ROSTRUM_VAR", str(tmp_path))
    with (
        serve._only_one(),
        pytest.raises(Problem, match=f"runs already.*{tmp_path}"),
        serve._only_one(),
    ):
        pass


def test_a_full_disk_is_told_before_a_service_starts(small_disk: Path) -> None:
    told = one_line(
        call(ROOT / "bin" / "services", "start",
             ROSTRUM_VAR=str(small_disk), DATABASE_URL="", REDIS_URL="")
    )  # fmt: skip
    assert f"the disk is full: {small_disk} has 2 MB free" in told
    assert "ROSTRUM_VAR" in told


def test_a_disk_that_runs_full_on_the_way_is_told(small_disk: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ROSTRUM_VAR", str(small_disk))
    endless = ["head", "-c", "4000000", "/dev/zero"]
    assert guarded("setup", lambda: len(commands.run(endless, "Writing"))) == 1
    assert capsys.readouterr().err == (
        "bin/setup: the disk is full; free some space and start again.\n"
    )


def test_a_set_up_that_is_stopped_leaves_no_step_running(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    shell = f"echo $$ >{noted}.new; mv {noted}.new {noted}; exec sleep 300"
    step = f"from deploy.local.commands import run; run(['sh', '-c', {shell!r}], 'It')"
    asked = subprocess.Popen(
        [sys.executable, "-c", step], cwd=ROOT, env=os.environ | {"ROSTRUM_VAR": str(tmp_path)}
    )
    assert within(20, noted.exists)
    asked.terminate()
    asked.wait()
    assert within(10, lambda: not is_running(int(noted.read_text())))


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_folder_of_somebody_elses_is_told(tmp_path: Path, capsys) -> None:
    def refused() -> int:
        raise PermissionError(13, "Permission denied", str(tmp_path / "setup.log"))

    assert guarded("setup", refused) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"bin/setup: {tmp_path}/setup.log: this account may not use it")
    assert told.count("\n") == 1


def test_missing_libraries_are_listed_where_nobody_may_install(monkeypatch) -> None:
    wanted = {"libz.so.1": "zlib1g", "libone.so.1": "libone1", "libtwo.so.2": "libtwo2"}
    monkeypatch.setattr(system, "LIBRARIES", wanted)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Problem, match="run `sudo apt-get install libone1 libtwo2`, then again"):
        system.ensure(system.missing_libraries, lambda text: None)


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    """bin/setup in a clone without an environment; it tells which Python it would use."""
    for part in ("bin/setup", "deploy/local/python.sh"):
        copy = tmp_path / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / part).read_text())
        copy.chmod(0o755)
    (tmp_path / "deploy/local/setup.py").write_text("import sys\nprint(repr(sys.executable))\n")
    return tmp_path


def test_an_empty_environment_is_enough(bare_clone: Path) -> None:
    """Without a PATH, Python does not know where it is, and makes no virtual environment."""
    if not Path("/usr/bin/python3.11").exists():
        pytest.skip("the shell's own PATH has no Python 3.11 on this machine")
    done = subprocess.run([bare_clone / "bin/setup"], env={}, capture_output=True, text=True)
    assert done.stdout.strip().endswith("/python3.11'"), done.stderr


def test_another_python_is_refused_with_the_way_out(bare_clone: Path) -> None:
    """On a machine whose only Python is another one."""
    other = bare_clone / "python3"
    other.write_text("#!/bin/sh\n[ $1 = -V ] && echo Python 3.12.1 || exit 1\n")
    other.chmod(0o755)
    hide = "for p in /usr/bin/python3.11; do [ ! -e $p ] || mount --bind /dev/null $p; done"
    path = f"{bare_clone}:/usr/bin:/bin"
    if call("unshare", "--mount", "sh", "-c", hide).returncode != 0:
        pytest.skip("only who may mount can hide this machine's Python")
    done = call("unshare", "--mount", "sh", "-c", f"{hide}; exec {bare_clone}/bin/setup", PATH=path)
    assert "needs Python 3.11 (found: Python 3.12.1)" in one_line(done)
