"""Files between storage and a worker: on this file system, on S3, and when storage falters."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from moto.server import ThreadedMotoServer

from analysis.services.runs import start_run
from workers import cache
from workers.cache import MediaCache
from workers.engines.types import EngineError, StageOutput
from workers.inprocess import drain
from workers.pool import Pool

from .conftest import CONTENT


class Faltering(FileSystemStorage):
    """Fails the first two times anything is asked of it, then works."""

    failures = 0

    def _falter(self) -> None:
        if type(self).failures < 2:
            type(self).failures += 1
            raise OSError("the disk is busy")

    def _open(self, name: str, mode: str = "rb"):
        self._falter()
        return super()._open(name, mode)

    def _save(self, name: str, content) -> str:
        self._falter()
        return super()._save(name, content)


def use(settings, backend: str, **options: str) -> None:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture
def s3(settings) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    access = {
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "us-east-1",
    }
    keys = {"access_key": "k", "secret_key": "s"}
    boto3.client("s3", **access, aws_access_key_id="k", aws_secret_access_key="s").create_bucket(
        Bucket="media"
    )
    use(settings, "storages.backends.s3.S3Storage", bucket_name="media", **access, **keys)
    yield "media"
    server.stop()


def put(content: bytes) -> tuple[str, str, int]:
    key = default_storage.save(f"u/1/s/2/{uuid.uuid4()}.mp4", ContentFile(content))
    return key, hashlib.sha256(content).hexdigest(), len(content)


def kept(root: Path) -> set[bytes]:
    return {path.read_bytes() for path in root.glob("??/*")}


def test_it_works_on_s3(s3: str, tmp_path: Path) -> None:
    files = MediaCache(tmp_path / "cache", 10_000)
    stored = put(b"a" * 100)
    assert files.provide(*stored, tmp_path / "one.mp4").read_bytes() == b"a" * 100
    default_storage.delete(stored[0])  # the second time comes from the cache
    assert files.provide(*stored, tmp_path / "two.mp4").read_bytes() == b"a" * 100


def test_a_whole_run_works_on_s3(s3: str, recorded, pool: Pool) -> None:
    run = drain(start_run(session=recorded()), pool=pool)
    assert run.state == "done"
    with default_storage.open(run.artifacts.get(kind="audio").key) as file:
        assert file.read() == CONTENT


def test_this_machines_files_are_linked_not_kept(tmp_path: Path) -> None:
    files = MediaCache(tmp_path / "cache", 10_000)
    key, sha256, size = put(b"b" * 100)
    target = files.provide(key, sha256, size, tmp_path / "one.mp4")
    assert target.samefile(default_storage.path(key))
    assert kept(tmp_path / "cache") == set()


def test_the_least_recently_used_go_first(s3: str, tmp_path: Path) -> None:
    files = MediaCache(tmp_path / "cache", 250)
    stored = [put(letter * 100) for letter in (b"a", b"b", b"c")]
    for age, (key, sha256, size) in zip((30, 20), stored[:2], strict=True):
        files.provide(key, sha256, size, tmp_path / key)
        path = tmp_path / "cache" / sha256[:2] / sha256
        os.utime(path, (time.time() - age,) * 2)
    files.provide(*stored[0], tmp_path / "again")  # used again: now `b` is the oldest
    files.provide(*stored[2], tmp_path / "new")
    assert kept(tmp_path / "cache") == {b"a" * 100, b"c" * 100}
    assert (tmp_path / stored[1][0]).read_bytes() == b"b" * 100  # who reads it keeps it


def test_what_is_long_unused_goes(s3: str, tmp_path: Path) -> None:
    files = MediaCache(tmp_path / "cache", 10_000)
    key, sha256, size = put(b"d" * 10)
    files.provide(key, sha256, size, tmp_path / "x")
    path = tmp_path / "cache" / sha256[:2] / sha256
    os.utime(path, (time.time() - cache.UNUSED_S - 1,) * 2)
    files.shrink()
    assert kept(tmp_path / "cache") == set()


def test_a_file_that_changed_is_refused(s3: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(cache, "FIRST_WAIT_S", 0.0)
    key, _sha256, size = put(b"e" * 10)
    with pytest.raises(EngineError) as caught:
        MediaCache(tmp_path / "cache", 10_000).provide(key, "0" * 64, size, tmp_path / "x")
    assert caught.value.code == "storage_failed" and caught.value.retry
    assert kept(tmp_path / "cache") == set()


def test_a_missing_file_is_not_tried_again(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        MediaCache(tmp_path / "cache", 9).provide("u/1/s/2/no", "0" * 64, 1, tmp_path / "x")
    assert (caught.value.code, caught.value.retry) == ("file_missing", False)


def test_storage_that_fails_twice_then_works(recorded, pool: Pool, settings) -> None:
    session = recorded()
    use(settings, f"{__name__}.Faltering")
    Faltering.failures = 0
    run = drain(start_run(session=session), pool=pool)
    assert Faltering.failures == 2
    assert run.state == "done"
    assert set(run.stages.values_list("failures", flat=True)) == {0}


def test_an_upload_that_fails_leaves_no_file(tmp_path: Path) -> None:
    good = tmp_path / "good.bin"
    good.write_bytes(b"g")
    artifacts = [
        {"kind": "audio", "path": str(good), "content_type": "audio/flac"},
        {"kind": "speech", "path": str(tmp_path / "never"), "content_type": "audio/flac"},
    ]
    output = StageOutput(section={}, withheld=[], artifacts=artifacts, engine="", model="")
    with pytest.raises(EngineError):
        cache.store("u/1/s/2/runs/3/audio-1-", output, tmp_path)
    assert default_storage.listdir("u/1/s/2/runs/3")[1] == []
