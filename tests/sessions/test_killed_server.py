"""`kill -9` of the web process in mid-upload: a real uvicorn, killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.core.files.storage import default_storage
from django.db import connection

from sessions import services
from sessions.models import Upload
from tests.sessions.samples import user, wav
from tests.sessions.served import Tus, signed_in
from tests.sessions.test_tus import raw_patch, until

pytestmark = pytest.mark.django_db(transaction=True)
LONG = wav(300)  # 4.8 MB
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def uvicorn(port: int, var: Path) -> Iterator[subprocess.Popen]:
    named = connection.settings_dict
    database = f"postgres://{named['USER']}@{named['HOST'].replace('/', '%2F')}/{named['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port),
         "--log-level", "warning"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "ROSTRUM_VAR": str(var)},
    )  # fmt: skip
    try:
        assert until(lambda: alive(port), 60), "the server did not start"
        yield process
    finally:
        process.kill()
        process.wait()


def alive(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    return False


@pytest.mark.slow
def test_it_survives_kill_9_in_mid_upload(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    session = services.create_session(owner=user(), kind="pitch", title="Seed round")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with signed_in(session.owner, base) as http:
        tus = Tus(http, session)
        with uvicorn(port, tmp_path / "var") as process:
            url = tus.create(len(LONG)).headers["location"]
            acknowledged = 1_000_000
            assert tus.patch(url, 0, LONG[:acknowledged]).status_code == 204
            file = Path(default_storage.path(Upload.objects.get().key))
            wire = raw_patch(base, tus, url, acknowledged, len(LONG) - acknowledged)
            wire.sendall(LONG[acknowledged : acknowledged + 2_500_000])
            assert until(lambda: file.stat().st_size >= acknowledged + 1_000_000)
            process.send_signal(signal.SIGKILL)
            process.wait()
            wire.close()
        assert Upload.objects.get().offset == acknowledged  # it could not say more
        with uvicorn(port, tmp_path / "var"):
            offset = tus.offset(url)
            assert acknowledged + 1_000_000 <= offset < len(LONG)
            assert tus.patch(url, offset, LONG[offset:]).status_code == 204
    with default_storage.open(session.recordings.get().key) as stored:
        assert stored.read() == LONG
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [
        Path(default_storage.path(session.recordings.get().key))
    ]
