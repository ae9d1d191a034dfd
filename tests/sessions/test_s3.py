"""Uploads and media on an S3 server (moto's, over HTTP)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import boto3
import httpx
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer

from sessions import selectors, services, stores
from sessions.models import Upload
from sessions.stores import s3
from tests.sessions.samples import WAV, user, wav
from tests.sessions.served import CHUNK, Tus, digest, server, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
BUCKET = "rostrum"
MIB = 1024 * 1024
LARGE = wav(900)  # 13.7 MiB: two parts' worth


@pytest.fixture(scope="module")
def endpoint():
    moto = ThreadedMotoServer("127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(endpoint, settings):
    options = {
        "bucket_name": BUCKET, "endpoint_url": endpoint, "region_name": "us-east-1",
        "access_key": "test", "secret_key": "test", "querystring_expire": 900,
    }  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    bucket = boto3.resource(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    ).create_bucket(Bucket=BUCKET)  # fmt: skip
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


@pytest.fixture
def session(bucket):
    return services.create_session(owner=user(), kind="pitch", title="Seed round")


@pytest.fixture
def tus(session):
    with server() as base, signed_in(session.owner, base) as http:
        yield Tus(http, session)


def keys(bucket):
    return [found.key for found in bucket.objects.all()]


def stored(session, bucket) -> bytes:
    assert keys(bucket) == [session.recordings.get().key]
    return bucket.Object(keys(bucket)[0]).get()["Body"].read()


def test_it_works(tus, session, bucket):
    url = tus.create(len(LARGE)).headers["location"]
    for start in range(0, len(LARGE), 3 * MIB):  # below a part, so that tails come and go
        assert tus.patch(url, start, LARGE[start : start + 3 * MIB]).status_code == 204
        assert tus.offset(url) == min(start + 3 * MIB, len(LARGE))
    assert stored(session, bucket) == LARGE
    assert session.recordings.get().size_bytes == len(LARGE)


def test_it_stores_a_file_smaller_than_a_part(tus, session, bucket):
    assert tus.create(len(WAV), body=WAV).status_code == 201
    assert stored(session, bucket) == WAV


def test_it_discards_a_part_that_does_not_match_its_checksum(tus, session, bucket):
    url = tus.create(len(LARGE)).headers["location"]
    assert tus.patch(url, 0, LARGE[: 2 * MIB]).status_code == 204
    wrong = b"\x01" * (9 * MIB)
    refused = tus.patch(url, 2 * MIB, wrong, **{"Upload-Checksum": digest(LARGE)})
    assert refused.status_code == 460
    assert tus.offset(url) == 2 * MIB
    rest = LARGE[2 * MIB :]
    right = tus.patch(url, 2 * MIB, rest, **{"Upload-Checksum": digest(rest)})
    assert right.status_code == 204
    assert stored(session, bucket) == LARGE


def test_it_goes_on_from_the_last_part_after_a_crash(session, bucket):
    """What a killed server had not written down is sent again; what it had is not."""
    upload = services.create_upload(
        owner=session.owner, session=session, length=len(LARGE), metadata={}
    )
    appender = stores.current().append(upload, atomic=False)
    for start in range(0, 10 * MIB, MIB):
        appender.write(LARGE[start : start + MIB])
        if appender.checkpoint:
            services.save_progress(upload)
    # killed here: no keep()
    upload = Upload.objects.get(pk=upload.pk)
    assert stores.current().received(upload) == upload.offset == s3.PART_BYTES
    appender = stores.current().append(upload, atomic=False)
    appender.write(LARGE[upload.offset :])
    appender.keep()
    services.save_progress(upload)
    services.complete_upload(upload=upload)
    assert stored(session, bucket) == LARGE


def test_it_joins_partial_uploads(tus, session, bucket):
    urls = [
        tus.http.post(
            "/sessions/uploads/",
            content=part,
            headers={**CHUNK, "Upload-Length": str(len(part)), "Upload-Concat": "partial"},
        ).headers["location"]
        for part in (LARGE[: 9 * MIB], LARGE[9 * MIB :])
    ]
    made = tus.create(None, **{"Upload-Concat": f"final;{' '.join(urls)}"})
    assert made.status_code == 201
    assert stored(session, bucket) == LARGE


def test_it_leaves_nothing_of_an_upload_that_is_ended_or_refused(tus, session, bucket):
    url = tus.create(len(LARGE), body=LARGE[: 9 * MIB]).headers["location"]
    assert tus.delete(url).status_code == 204
    assert tus.create(900, name="a.mp4", body=b"prose" * 180).status_code == 422
    assert keys(bucket) == []
    assert list(bucket.multipart_uploads.all()) == []


def test_it_completes_again_after_a_crash_while_moving(session, bucket):
    upload = services.create_upload(
        owner=session.owner, session=session, length=len(WAV), metadata={}
    )
    store = stores.current()
    appender = store.append(upload, atomic=False)
    appender.write(WAV)
    appender.keep()
    services.save_progress(upload)
    assert b"".join(store.read(upload)) == WAV
    upload = Upload.objects.get(pk=upload.pk)
    recording = services.complete_upload(upload=upload)
    store.settle(upload, recording.key)  # once more: it is there already
    assert stored(session, bucket) == WAV


def test_it_sends_media_requests_to_the_object_store(tus, session, bucket):
    tus.create(len(WAV), body=WAV)
    recording = session.recordings.get()
    recording.checked_at = timezone.now()
    recording.save()
    answer = tus.http.get(selectors.recording_url(session.owner, recording))
    assert answer.status_code == 307
    part = httpx.get(answer.headers["location"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, WAV[10:20])


def test_it_purges_a_prefix_and_finds_orphans(session, bucket):
    services.add_file(session=session, file=io.BytesIO(WAV), filename="a.wav", length=len(WAV))
    stray = f"u/{session.owner_id}/s/00000000-0000-4000-8000-000000000000/runs/x"
    bucket.put_object(Key=stray, Body=b"x")
    bucket.put_object(Key=f"u/{session.owner_id}/uploads/gone", Body=b"x")
    store = stores.current()
    assert len(list(store.upload_keys(datetime.now(UTC) + timedelta(hours=1)))) == 1
    assert services.remove_orphans() == 1
    assert stray not in keys(bucket)
    services.purge_session(session=session)
    assert keys(bucket) == [f"u/{session.owner_id}/uploads/gone"]


def test_it_says_that_the_storage_does_not_answer(tus, session, bucket, settings):
    url = tus.create(len(WAV)).headers["location"]
    upload = Upload.objects.get()
    upload.storage_state["multipart"] = "nobody-knows-it"
    upload.save()
    refused = tus.patch(url, 0, WAV)
    assert refused.status_code == 503
    assert "Nothing is lost" in refused.text
    assert storages["default"].exists(f"{upload.key}.tail")
