"""Malware scan through a real clamd that knows one signature, made here."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess

import pytest

from sessions import services
from sessions.models import Recording
from tests.sessions.samples import WAV
from tests.sessions.served import until

pytestmark = pytest.mark.django_db
# a file that would be a recording, but for the pattern inside
INFECTED = WAV + b"ROSTRUM-TEST-SIGNATURE-7f3a"


@pytest.fixture
def clamd(tmp_path, settings):
    """clamd on a socket, with a database of one hand-made signature."""
    program = shutil.which("clamd")
    if program is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    database = tmp_path / "signatures"
    database.mkdir()
    pattern = b"ROSTRUM-TEST-SIGNATURE-7f3a".hex()
    (database / "test.ndb").write_text(f"Rostrum.Test:0:*:{pattern}\n")
    database.chmod(0o755)
    socket = tmp_path / "clamd.sock"
    config = tmp_path / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {database}\nLocalSocket {socket}\nForeground yes\nUser root\n"
        f"StreamMaxLength 100M\nOfficialDatabaseOnly no\n"
    )
    process = subprocess.Popen(
        [program, "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        assert until(socket.exists, 30), "clamd did not start"
        settings.CLAMD_URL = f"unix://{socket}"
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def session(user):
    return services.create_session(owner=user, kind="pitch", title="Seed")


def add(session, data):
    return services.add_file(
        session=session, file=io.BytesIO(data), filename="a.wav", length=len(data)
    )


def test_it_works(clamd, session, media):
    assert add(session, WAV).sha256 == hashlib.sha256(WAV).hexdigest()


def test_it_refuses_what_the_scan_finds(clamd, session, media):
    with pytest.raises(services.UploadRefused, match=r"Rostrum\.Test"):
        add(session, INFECTED)
    assert not Recording.objects.exists()


def test_it_passes_nothing_unscanned(session, media, settings, tmp_path, monkeypatch):
    from sessions.services import recordings

    monkeypatch.setattr(recordings, "_WAITS_S", ())
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody"
    with pytest.raises(OSError, match="No such file"):
        add(session, WAV)
    assert not Recording.objects.exists()
