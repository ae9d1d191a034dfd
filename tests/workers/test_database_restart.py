"""A PostgreSQL of the test's own that is restarted while workers are busy."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from deploy.local.places import account
from deploy.local.postgres import Postgres
from tests.beside import environment

from .house import PATIENCE_S, ROOT, House, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    owner = account()
    with tempfile.TemporaryDirectory(prefix="rpg-", ignore_cleanup_errors=True) as name:
        place = owner.own(Path(name))
        made = Postgres(owner, owner.own(place / "state"), owner.own(place / "run"))
        made.start()
        yield made
        made.stop()


def test_a_database_restarted_under_load_loses_nothing(postgres: Postgres, tmp_path: Path) -> None:
    url = f"postgres://rostrum@{quote(str(postgres.run), safe='')}/rostrum"
    house = House(tmp_path / "var", DATABASE_URL=url, ROSTRUM_REDIS_PREFIX=f"restart{os.getpid()}")

    def manage(*command: str) -> None:
        subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            check=True,
            timeout=PATIENCE_S,
            env=environment(**house.environment),
        )

    def runs() -> list[str]:
        with psycopg.connect(host=str(postgres.run), user="rostrum", dbname="rostrum") as wire:
            return [row[0] for row in wire.execute("SELECT state FROM analysis_analysisrun")]

    manage("manage.py", "migrate", "-v0")
    manage("-m", "tests.workers.control", *["transcribe=sleep:1.5,body=sleep:1"] * 5)
    try:
        house.start()
        until(lambda: "running" in runs())
        for _twice in range(2):
            before = runs().count("done")
            postgres.stop()
            postgres.start()
            until(lambda before=before: runs().count("done") > before)
        until(lambda: set(runs()) == {"done"}, 2 * PATIENCE_S)
        assert len(runs()) == 5
        assert house.stop() == 0
    finally:
        house.kill()
