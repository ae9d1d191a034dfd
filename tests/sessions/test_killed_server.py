"""A real uvicorn in a process of its own that is killed, or loses its database, in mid-upload."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from sessions import services
from sessions.models import Upload
from tests.sessions.samples import user, wav
from tests.sessions.served import Tus, free_port, raw_patch, signed_in, until, uvicorn_process

pytestmark = pytest.mark.django_db(transaction=True)
LONG = wav(300)  # 4.8 MB


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_it_survives_the_end_of_the_server_in_mid_upload(sign, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    session = services.create_session(owner=user(), kind="pitch", title="Seed round")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with signed_in(session.owner, base) as http:
        tus = Tus(http, session)
        with uvicorn_process(
            port, tmp_path / "var", UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN="1"
        ) as process:
            url = tus.create(len(LONG)).headers["location"]
            acknowledged = 1_000_000
            assert tus.patch(url, 0, LONG[:acknowledged]).status_code == 204
            file = Path(default_storage.path(Upload.objects.get().key))
            wire = raw_patch(base, tus, url, acknowledged, len(LONG) - acknowledged)
            wire.sendall(LONG[acknowledged : acknowledged + 2_500_000])
            assert until(lambda: file.stat().st_size >= acknowledged + 1_000_000)
            process.send_signal(sign)
            process.wait(20)
            wire.close()
        if sign == signal.SIGKILL:
            assert Upload.objects.get().offset == acknowledged  # it could not say more
        with uvicorn_process(port, tmp_path / "var"):
            offset = tus.offset(url)
            assert acknowledged + 1_000_000 <= offset < len(LONG)
            assert tus.patch(url, offset, LONG[offset:]).status_code == 204
    with default_storage.open(session.recordings.get().key) as stored:
        assert stored.read() == LONG
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [
        Path(default_storage.path(session.recordings.get().key))
    ]


def test_it_goes_on_after_the_database_dropped_its_connections(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    session = services.create_session(owner=user(), kind="pitch", title="Seed round")
    port = free_port()
    with (
        signed_in(session.owner, f"http://127.0.0.1:{port}") as http,
        uvicorn_process(port, tmp_path / "var"),
    ):
        tus = Tus(http, session)
        url = tus.create(len(LONG)).headers["location"]
        assert tus.patch(url, 0, LONG[:1000]).status_code == 204
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert until(lambda: tus.patch(url, 1000, LONG[1000:]).status_code == 204, 60)
    with default_storage.open(session.recordings.get().key) as stored:
        assert stored.read() == LONG
