"""The embedded services for real: started, killed and started again in a folder of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import places, services
from deploy.local.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(monkeypatch) -> Iterator[Path]:
    """A var folder of this test's, its services stopped at the end.

    Not below pytest's own temporary folder, which is closed to the account the database runs as.
    """
    folder = Path(tempfile.mkdtemp(prefix="rostrum-test-"))
    folder.chmod(0o755)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROSTRUM_VAR", str(folder))
    yield folder
    services.stop()
    shutil.rmtree(folder)


def postgres() -> Postgres:
    service = services.embedded()["postgres"]
    assert isinstance(service, Postgres)
    return service


def ask(query: str) -> object:
    where = f"host={postgres().run} user=rostrum dbname=rostrum"
    with psycopg.connect(where, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def postmaster() -> int:
    return int((postgres().data / "postmaster.pid").read_text().split()[0])


def test_it_works(var):
    assert services.start() == {"postgres", "redis"}
    assert ask("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == 1
    assert ask("SHOW server_encoding") == "UTF8"
    assert ask("SHOW listen_addresses") == ""
    assert services.start() == set()  # nothing was down


def test_a_killed_service_starts_again_with_its_data(var):
    services.start()
    with psycopg.connect(f"host={postgres().run} user=rostrum dbname=rostrum") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    os.kill(postmaster(), signal.SIGKILL)
    os.kill(int((var / "redis" / "redis.pid").read_text()), signal.SIGKILL)
    services.start()
    assert ask("SELECT value FROM kept") == 7
    assert all(service.is_up() for service in services.embedded().values())


def test_a_lock_file_whose_number_another_program_has_is_stale(var):
    services.start()
    services.stop()
    owner = places.account()
    sleeper = subprocess.Popen(["sleep", "60"], user=owner.uid if owner.is_other else None)
    try:
        lock = postgres().data / "postmaster.pid"
        lock.write_text(f"{sleeper.pid}\n{postgres().data}\n1\n5432\n\n\n\n")
        lock.chmod(0o644)
        assert "postgres" in services.start()
    finally:
        sleeper.kill()
        sleeper.wait()


def test_an_initdb_that_was_killed_leaves_nothing_that_looks_complete(var):
    draft = postgres().state / "data.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    services.start()
    assert ask("SELECT 1") == 1
    assert not draft.exists()


def test_services_named_elsewhere_are_left_alone(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/rostrum")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert services.start() == set()
    assert not (var / "redis").exists()


def test_a_long_path_gets_a_short_folder_for_its_sockets(var, monkeypatch):
    deep = var / ("x" * 100)
    deep.mkdir()
    monkeypatch.setenv("ROSTRUM_VAR", str(deep))
    run = places.run_dir(places.account())
    assert len(os.fsencode(run / places.SOCKET_NAME)) <= places.LONGEST_SOCKET
    assert run.stat().st_mode & 0o077 == 0  # nobody else's: the socket asks for no password
    run.rmdir()
    monkeypatch.setenv("ROSTRUM_VAR", str(var))


def test_a_data_folder_of_another_version_is_refused_with_the_way_out(var):
    data = postgres().data
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(places.Problem, match=r"made by PostgreSQL 12.*ROSTRUM_POSTGRES_BIN"):
        services.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account run the database")
def test_root_never_runs_the_database_itself(var):
    services.start()
    assert Path(f"/proc/{postmaster()}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account run the database")
def test_root_finds_room_where_the_clone_cannot_be_reached(var, tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    (hidden / "var").mkdir(parents=True)
    hidden.chmod(0o700)
    monkeypatch.setenv("ROSTRUM_VAR", str(hidden / "var"))
    owner = places.account()
    assert not places.state_dir(owner).is_relative_to(hidden)
    assert not places.run_dir(owner).is_relative_to(hidden)
    places.state_dir(owner).rmdir()
    places.run_dir(owner).rmdir()
    monkeypatch.setenv("ROSTRUM_VAR", str(var))


def test_the_command_tells_its_use():
    done = subprocess.run([ROOT / "bin" / "services", "restart"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "start|stop|status" in done.stderr
