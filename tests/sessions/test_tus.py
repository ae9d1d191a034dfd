"""The tus server over a real connection: every rule of the protocol and of ours."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from billing.models import Plan, Usage
from billing.selectors import used
from sessions import services, stores
from sessions.gate import in_thread
from sessions.models import Session, Upload
from sessions.uploads.locks import Locks
from tests.sessions.samples import WAV, user, wav
from tests.sessions.served import CHUNK, TUS, Tus, described, digest, raw_patch, signed_in
from tests.tokens import header_of

pytestmark = pytest.mark.django_db(transaction=True)
LONG = wav(20)  # 320 kB


def stored(session) -> bytes:
    with default_storage.open(session.recordings.get().key) as file:
        return file.read()


def test_it_works(tus, session):
    made = tus.create(len(WAV))
    assert made.status_code == 201
    url = made.headers["location"]
    assert "upload-expires" in made.headers
    half = len(WAV) // 2
    assert tus.patch(url, 0, WAV[:half]).headers["upload-offset"] == str(half)
    assert tus.offset(url) == half
    done = tus.patch(url, half, WAV[half:])
    assert (done.status_code, done.headers["upload-offset"]) == (204, str(len(WAV)))
    assert stored(session) == WAV
    assert tus.offset(url) == len(WAV)


def test_it_tells_what_it_can(base):
    import httpx

    answer = httpx.options(f"{base}/sessions/uploads/")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "termination",
        "checksum",
        "expiration",
        "concatenation",
    }
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5"
    assert int(answer.headers["tus-max-size"]) == 2 * 1024**3


def test_it_answers_head_with_where_it_is(tus, session):
    url = tus.create(len(WAV), name="My talk 🎤.wav").headers["location"]
    answer = tus.head(url)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["upload-length"] == str(len(WAV))
    assert f"session {described(x=str(session.pk)).split()[1]}" in answer.headers["upload-metadata"]


def test_it_takes_bytes_with_the_creation(tus, session):
    made = tus.create(len(WAV), body=WAV)
    assert (made.status_code, made.headers["upload-offset"]) == (201, str(len(WAV)))
    assert stored(session) == WAV


def test_it_learns_a_deferred_length_later(tus, session):
    made = tus.create(None, **{"Upload-Defer-Length": "1"})
    url = made.headers["location"]
    assert tus.head(url).headers["upload-defer-length"] == "1"
    tus.patch(url, 0, WAV[:1000])
    assert used(session.owner, Usage.Kind.STORAGE) == 1000
    done = tus.patch(url, 1000, WAV[1000:], **{"Upload-Length": str(len(WAV))})
    assert done.status_code == 204
    assert stored(session) == WAV


def test_it_keeps_a_length_once_said(tus):
    url = tus.create(100).headers["location"]
    assert tus.patch(url, 0, b"x", **{"Upload-Length": "101"}).status_code == 400


def test_it_forgets_an_upload_that_is_ended(tus, session, media):
    url = tus.create(len(WAV), body=WAV[:1000]).headers["location"]
    assert tus.delete(url).status_code == 204
    assert tus.head(url).status_code == 404
    assert used(session.owner, Usage.Kind.STORAGE) == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []
    session.refresh_from_db()
    assert session.state == Session.State.DRAFT


def test_it_does_not_end_an_upload_that_is_a_recording(tus, session):
    url = tus.create(len(WAV), body=WAV).headers["location"]
    assert tus.delete(url).status_code == 403
    assert stored(session) == WAV


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_it_checks_a_checksum(tus, session, algorithm):
    url = tus.create(len(WAV)).headers["location"]
    half = len(WAV) // 2
    wrong = digest(b"something else", algorithm)
    assert tus.patch(url, 0, WAV[:half], **{"Upload-Checksum": wrong}).status_code == 460
    assert tus.offset(url) == 0
    for start, end in ((0, half), (half, len(WAV))):
        right = digest(WAV[start:end], algorithm)
        assert (
            tus.patch(url, start, WAV[start:end], **{"Upload-Checksum": right}).status_code == 204
        )
    assert stored(session) == WAV


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 not-base64!", "sha1"])
def test_it_refuses_a_checksum_it_cannot_check(tus, header):
    url = tus.create(len(WAV)).headers["location"]
    refused = tus.patch(url, 0, WAV, **{"Upload-Checksum": header})
    assert refused.status_code in {400, 460}
    assert tus.offset(url) == 0


def test_it_joins_partial_uploads(tus, session, media):
    thirds = [LONG[:100_000], LONG[100_000:200_000], LONG[200_000:]]
    urls = []
    for part in thirds:
        made = tus.http.post(
            "/sessions/uploads/",
            content=part,
            headers={**CHUNK, "Upload-Length": str(len(part)), "Upload-Concat": "partial"},
        )
        assert made.status_code == 201
        urls.append(made.headers["location"])
    assert tus.head(urls[0]).headers["upload-concat"] == "partial"
    final = tus.create(None, **{"Upload-Concat": f"final;{' '.join(urls)}"})
    assert final.status_code == 201
    answer = tus.head(final.headers["location"])
    assert answer.headers["upload-concat"] == f"final;{' '.join(urls)}"
    assert answer.headers["upload-length"] == str(len(LONG))
    assert stored(session) == LONG
    assert tus.patch(final.headers["location"], len(LONG), b"").status_code == 403
    assert used(session.owner, Usage.Kind.STORAGE) == len(LONG)
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_it_joins_no_parts_that_are_unfinished(tus):
    made = tus.http.post(
        "/sessions/uploads/", headers={**TUS, "Upload-Length": "9", "Upload-Concat": "partial"}
    )
    refused = tus.create(None, **{"Upload-Concat": f"final;{made.headers['location']}"})
    assert refused.status_code == 409
    assert "not complete" in refused.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Content-Type": "video/mp4"}, 415),
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Offset": "7"}, 409),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "one"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 400),
        ({"Cookie": "sessionid=nobody"}, 401),
    ],
)
def test_it_refuses_a_wrong_patch_and_loses_nothing(tus, change, status):
    url = tus.create(len(WAV)).headers["location"]
    tus.patch(url, 0, WAV[:1000])
    refused = tus.patch(url, 1000, WAV[1000:], **change)
    assert refused.status_code == status
    assert refused.text
    assert tus.offset(url) == 1000


def test_it_refuses_a_request_that_does_not_say_where_it_comes_from(tus):
    del tus.http.headers["Origin"]
    assert tus.create(10).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400),
        ({"Upload-Defer-Length": "2"}, 400),
        ({"Upload-Length": "5", "Upload-Concat": "half"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ***"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename YQ=="}, 404),
        ({"Upload-Length": str(2 * 1024**3 + 1)}, 413),
    ],
)
def test_it_refuses_a_wrong_creation(tus, headers, status):
    refused = tus.create(None, **headers)
    assert refused.status_code == status
    assert refused.text
    assert not Upload.objects.exists()


def test_it_refuses_more_bytes_than_announced(tus):
    url = tus.create(1000).headers["location"]
    assert tus.patch(url, 0, b"x" * 1001).status_code == 400
    endless = (b"x" * 400 for _chunk in range(4))  # chunked: says no length
    assert tus.patch(url, 0, endless).status_code == 400
    assert tus.offset(url) == 0


def test_it_refuses_more_bytes_than_the_limit_where_the_length_is_deferred(tus):
    Plan.objects.update(max_upload_bytes=1000)
    url = tus.create(None, **{"Upload-Defer-Length": "1"}).headers["location"]
    assert tus.patch(url, 0, b"x" * 1001).status_code == 413
    assert tus.patch(url, 0, (b"x" * 400 for _chunk in range(4))).status_code == 413
    assert tus.offset(url) == 0


def test_it_refuses_what_the_quota_has_no_room_for(tus, session):
    Plan.objects.update(storage_bytes=len(WAV) + 10)
    assert tus.create(len(WAV)).status_code == 201
    refused = tus.create(len(WAV))
    assert refused.status_code == 413
    assert "Delete recordings" in refused.text


def test_it_hides_another_users_upload(tus, base):
    url = tus.create(len(WAV)).headers["location"]
    with signed_in(user(), base) as http:
        other = Tus(http)
        answers = [other.head(url), other.patch(url, 0, WAV), other.delete(url)]
        into_their_session = Tus(http, tus.session).create(10)
    assert {answer.status_code for answer in [*answers, into_their_session]} == {404}
    assert tus.offset(url) == 0


def test_it_takes_an_api_token(tus, base, session):
    import httpx

    with httpx.Client(base_url=base, headers={"Authorization": header_of(session.owner)}) as http:
        assert Tus(http, session).create(len(WAV), body=WAV).status_code == 201
    assert stored(session) == WAV


def test_it_gives_up_an_upload_that_expired(tus):
    url = tus.create(len(WAV)).headers["location"]
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = [tus.patch(url, 0, WAV), tus.head(url)]
    assert {answer.status_code for answer in answers} == {410}
    assert "Upload the file again" in answers[0].text


def test_it_ends_with_its_session(tus, session):
    url = tus.create(len(WAV)).headers["location"]
    services.delete_session(session=session)
    assert tus.patch(url, 0, WAV).status_code == 410


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"Dear diary. " * 500, "text file"), (b"PK\x03\x04" + b"\0" * 9000, "ZIP")],
)
def test_it_refuses_a_wrong_kind_at_its_first_bytes(tus, session, data, says):
    url = tus.create(1_000_000, name="talk.mp4").headers["location"]
    refused = tus.patch(url, 0, data)
    assert refused.status_code == 422
    assert says in refused.text
    assert tus.head(url).status_code == 410
    session.refresh_from_db()
    assert session.state == Session.State.DRAFT


def test_it_refuses_an_empty_file(tus):
    refused = tus.create(0, body=b"")
    assert refused.status_code == 422
    assert "empty" in refused.text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/talk.wav", "talk.wav"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("🎤🔥 Vortrag — größer.wav", "🎤🔥 Vortrag — größer.wav"),
        ("x" * 300 + ".wav", "x" * 116 + ".wav"),
        ("talk\u202evaw.exe", "talkvaw.wav"),
        ("", "recording.wav"),
    ],
)
def test_it_keeps_a_safe_name(tus, session, media, name, kept):
    assert tus.create(len(WAV), name=name, body=WAV).status_code == 201
    assert session.recordings.get().filename == kept
    files = [path for path in media.rglob("*") if path.is_file()]
    assert [path.parts[-2] for path in files] == ["original"]


@pytest.mark.parametrize(
    "capture",
    ['{"a": NaN}', '{"a": 1e999}', r'{"a": "\u0000"}', r'{"a": "\ud800"}', "[" * 5000,
     '{"a": ' + "[" * 990 + "]" * 990 + "}"],
)  # fmt: skip
def test_it_refuses_metadata_that_cannot_be_kept(tus, capture):
    refused = tus.create(len(WAV), **{"Upload-Metadata": described(
        filename="a.wav", session=str(tus.session.pk), capture=capture)})  # fmt: skip
    assert (refused.status_code, Upload.objects.count()) == (400, 0)


def test_it_does_not_gather_what_comes_after_the_last_byte(base, tus, session):
    url = tus.create(len(WAV), body=WAV).headers["location"]
    with raw_patch(base, tus, url, len(WAV), None) as wire:
        wire.sendall(b"1\r\nx\r\n")  # and never an end
        wire.settimeout(10)
        assert b" 400 " in wire.recv(64)


def test_ending_an_upload_that_just_became_a_recording_takes_nothing(tus, session, monkeypatch):
    """The recording is made while the one who ends it waits for the lock."""
    url = tus.create(len(WAV), body=WAV[:1000]).headers["location"]
    upload = Upload.objects.get()
    hold = Locks.hold

    @contextlib.asynccontextmanager
    async def late(locks, upload_id):
        async with hold(locks, upload_id) as mine:
            await in_thread(finish, upload)
            yield mine

    def finish(upload):
        appender = stores.current().append(upload, atomic=False)
        appender.write(WAV[1000:])
        appender.keep()
        services.save_progress(upload)
        services.complete_upload(upload=upload)

    with monkeypatch.context() as patched:
        patched.setattr(Locks, "hold", late)
        assert tus.delete(url).status_code == 403
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV)
    assert stored(session) == WAV


def test_it_opens_only_so_many_uploads_at_once(tus, monkeypatch):
    """Each takes a row and a file, however few bytes it announces."""
    monkeypatch.setattr("sessions.services.uploads.MAX_OPEN", 2)
    assert [tus.create(1000).status_code for _upload in range(3)] == [201, 201, 409]
    assert tus.delete(f"/sessions/uploads/{Upload.objects.first().pk}").status_code == 204
    assert tus.create(1000).status_code == 201
