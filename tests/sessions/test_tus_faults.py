"""The tus server when the connection, the storage or the database gives way."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage

from tests.sessions.samples import wav
from tests.sessions.served import CHUNK, digest, raw_patch, until

pytestmark = pytest.mark.django_db(transaction=True)
LONG = wav(20)  # 320 kB


def stored(session) -> bytes:
    with default_storage.open(session.recordings.get().key) as file:
        return file.read()


def test_it_keeps_what_came_before_a_connection_broke(tus, base, session):
    url = tus.create(len(LONG)).headers["location"]
    wire = raw_patch(base, tus, url, 0, len(LONG))
    wire.sendall(LONG[:200_000])
    wire.close()
    assert until(lambda: tus.offset(url) == 200_000)
    assert tus.patch(url, 200_000, LONG[200_000:]).status_code == 204
    assert stored(session) == LONG


def test_it_keeps_nothing_unverified_of_a_connection_that_broke(tus, base, media):
    url = tus.create(len(LONG)).headers["location"]
    where = urlsplit(base)
    wire = socket.create_connection((where.hostname, where.port))
    wire.sendall(
        f"PATCH {url} HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {tus.http.headers['Cookie']}\r\n"
        f"Origin: {base}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Upload-Checksum: {digest(LONG)}\r\nContent-Length: {len(LONG)}\r\n"
        f"Content-Type: {CHUNK['Content-Type']}\r\n\r\n".encode()
    )
    wire.sendall(LONG[:200_000])
    time.sleep(0.2)
    wire.close()
    time.sleep(0.2)
    assert tus.offset(url) == 0


def test_it_lets_one_tab_write_at_a_time(tus, base, session, monkeypatch):
    from sessions.uploads import locks

    monkeypatch.setattr(locks, "WAIT_S", 0.3)
    url = tus.create(len(LONG)).headers["location"]
    first = raw_patch(base, tus, url, 0, len(LONG))
    first.sendall(LONG[:100_000])
    time.sleep(0.3)
    assert tus.patch(url, 0, LONG).status_code == 423
    assert tus.head(url).status_code == 423
    first.sendall(LONG[100_000:])
    assert first.recv(100).startswith(b"HTTP/1.1 204")
    first.close()
    assert tus.offset(url) == len(LONG)  # the second tab finds it done
    assert stored(session) == LONG


def test_it_leaves_parts_alone_while_they_are_joined(tus, session, monkeypatch):
    from sessions.stores.disk import DiskStore
    from sessions.uploads import locks

    monkeypatch.setattr(locks, "WAIT_S", 0.3)
    joining, go_on, join = threading.Event(), threading.Event(), DiskStore.concatenate

    def slowly(*given):
        joining.set()
        assert go_on.wait(20)
        join(*given)

    monkeypatch.setattr(DiskStore, "concatenate", slowly)
    parts = [LONG[:200_000], LONG[200_000:]]
    urls = [
        tus.http.post(
            "/sessions/uploads/",
            content=part,
            headers={**CHUNK, "Upload-Length": str(len(part)), "Upload-Concat": "partial"},
        ).headers["location"]
        for part in parts
    ]
    made = []
    final = threading.Thread(
        target=lambda: made.append(
            tus.create(None, **{"Upload-Concat": f"final;{' '.join(urls)}"}).status_code
        )
    )
    final.start()
    assert joining.wait(20)
    meanwhile = [tus.delete(urls[0]), tus.patch(urls[1], len(parts[1]), b"more"), tus.head(urls[1])]
    go_on.set()
    final.join()
    assert [answer.status_code for answer in meanwhile] == [423, 423, 423]
    assert made == [201] and stored(session) == LONG
    assert tus.delete(urls[0]).status_code == 404


def test_it_waits_for_the_connection_a_pause_has_just_closed(tus, base):
    url = tus.create(len(LONG)).headers["location"]
    first = raw_patch(base, tus, url, 0, len(LONG))
    first.sendall(LONG[:100_000])
    time.sleep(0.2)
    threading.Timer(0.3, first.close).start()
    answer = tus.head(url)
    assert (answer.status_code, answer.headers["upload-offset"]) == (200, "100000")


def test_it_loses_nothing_when_the_storage_fails(tus, session, monkeypatch):
    from sessions.stores.disk import DiskAppender

    write, failures = DiskAppender.write, iter(range(2))

    def flaky(self, data):
        if next(failures, None) is not None:
            raise OSError(5, "Input/output error")
        write(self, data)

    url = tus.create(len(LONG)).headers["location"]
    tus.patch(url, 0, b"")
    monkeypatch.setattr(DiskAppender, "write", flaky)
    for _time in range(2):
        refused = tus.patch(url, 0, LONG)
        assert refused.status_code == 503
        assert "Nothing is lost" in refused.text
        assert tus.offset(url) == 0
    assert tus.patch(url, 0, LONG).status_code == 204
    assert stored(session) == LONG
