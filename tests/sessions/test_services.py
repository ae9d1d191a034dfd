"""Practice sessions: what the services keep true."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from billing.models import Usage
from billing.selectors import used
from sessions import services, signals
from sessions.models import Session, Upload
from tests.sessions.samples import WAV, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return user()


@pytest.fixture
def session(owner):
    return services.create_session(owner=owner, kind="interview", title="Acme", question="Why?")


@pytest.fixture
def heard():
    """What the layers above were told."""
    calls = []
    names = (
        "recording_stored",
        "text_added",
        "session_deleted",
        "session_restored",
        "session_purged",
    )
    listeners = []
    for name in names:

        def listen(sender, name=name, **given):
            calls.append((name, given))

        getattr(signals, name).connect(listen, sender=Session, weak=False)
        listeners.append((name, listen))
    yield calls
    for name, listen in listeners:
        getattr(signals, name).disconnect(listen, sender=Session)


def add(session, data=WAV, name="talk.wav", **more):
    return services.add_file(
        session=session, file=io.BytesIO(data), filename=name, length=len(data), **more
    )


def test_it_works(session):
    assert session.state == Session.State.DRAFT
    assert [part.question for part in session.parts.all()] == ["Why?"]


def test_it_keeps_the_single_part_in_step_with_the_question(session):
    services.update_session(session=session, question="  And now? ", company="Initech")
    session.refresh_from_db()
    assert (session.question, session.company) == ("And now?", "Initech")
    assert session.parts.get().question == "And now?"


@pytest.mark.parametrize(
    "fields", [{"title": "  "}, {"title": "x" * 201}, {"kind": "opera", "title": "x"}]
)
def test_it_refuses_what_a_session_cannot_be(owner, fields):
    with pytest.raises(ValidationError):
        services.create_session(owner=owner, **{"kind": "pitch", **fields})
    assert not Session.objects.exists()


def test_it_changes_nothing_a_learner_does_not_set(session):
    with pytest.raises(TypeError):
        services.update_session(session=session, score=100)


def test_it_stores_a_recording_under_its_owners_prefix(session, heard, media):
    recording = add(session, name="../../etc/passwd.wav")
    assert recording.key.startswith(f"u/{session.owner_id}/s/{session.pk}/original/")
    assert recording.filename == "passwd.wav"
    with default_storage.open(recording.key) as file:
        assert file.read() == WAV
    assert [name for name, _given in heard] == ["recording_stored"]
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV)


def test_it_completes_an_upload_once(session, heard, media):
    recording = add(session)
    again = services.complete_upload(upload=Upload.objects.get(session=session))
    assert again == recording
    assert len(heard) == 1


def test_it_goes_on_after_a_crash_between_the_move_and_the_commit(session, heard, media):
    def fall_over(sender, **_given):
        raise RuntimeError("the power went")

    signals.recording_stored.connect(fall_over, sender=Session, weak=False)
    try:
        with pytest.raises(RuntimeError):
            add(session)
    finally:
        signals.recording_stored.disconnect(fall_over, sender=Session)
    upload = Upload.objects.get(session=session)
    assert upload.state == Upload.State.COMPLETE
    recording = services.complete_upload(upload=upload)
    with default_storage.open(recording.key) as file:
        assert file.read() == WAV


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"Just some prose.\n" * 100, "text file"),
        (b"PK\x03\x04" + b"\0" * 5000, "ZIP"),
        (b"%PDF-1.7\n\0" + b"x" * 500, "PDF"),
        (b"\0\x01\x02\x03" * 400, "unknown kind"),
    ],
)
def test_it_says_what_a_file_is_that_is_no_recording(session, data, says, media):
    with pytest.raises(services.UploadRefused, match=says):
        add(session, data, "talk.mp4")
    session.refresh_from_db()
    upload = Upload.objects.get(session=session)
    assert session.state == Session.State.DRAFT
    assert (upload.state, says in upload.refusal) == (Upload.State.REFUSED, True)
    assert used(session.owner, Usage.Kind.STORAGE) == 0


def test_it_removes_the_bytes_of_a_refused_upload(
    session, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(services.UploadRefused):
        add(session, b"prose " * 100, "talk.mp4")
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_it_refuses_a_file_that_is_not_the_one_that_was_sent(session, media):
    with pytest.raises(services.UploadRefused, match="checksum"):
        add(session, sha256="0" * 64)


def test_it_takes_the_same_file_from_two_tabs_as_one_recording(session, media):
    uploads = [
        services.create_upload(
            owner=session.owner, session=session, length=len(WAV), metadata={"filename": "a.wav"}
        )
        for _tab in range(2)
    ]
    recordings = set()
    for upload in uploads:
        from sessions import stores

        appender = stores.current().append(upload, atomic=False)
        appender.write(WAV)
        appender.keep()
        services.save_progress(upload)
        recordings.add(services.complete_upload(upload=upload).pk)
    assert len(recordings) == 1
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV)


def test_it_keeps_one_recording_a_role(session, media):
    add(session)
    with pytest.raises(ValidationError, match="already"):
        add(session, WAV + b"\0\0")


def test_it_replaces_a_recording_that_could_not_be_analysed(
    session, media, django_capture_on_commit_callbacks
):
    first = add(session)
    Session.objects.filter(pk=session.pk).update(state=Session.State.FAILED)
    session.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        second = add(session, WAV + b"\0\0")
    assert session.recordings.get() == second
    assert not default_storage.exists(first.key)
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV) + 2


def test_sound_takes_the_place_of_a_video_that_could_not_be_analysed(
    session, media, django_capture_on_commit_callbacks
):
    """Else the broken video would be read again."""
    add(session, b"\0\0\0\x18ftypisom" + b"\0" * 500, "cut.mp4")
    Session.objects.filter(pk=session.pk).update(state=Session.State.FAILED)
    session.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        sound = add(session)
    assert session.recordings.get() == sound
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV)


def test_two_tabs_with_two_kinds_of_file_make_one_recording(session, media):
    """Both began while there was none; the second comes to a session that has one."""
    from sessions import stores

    late = services.create_upload(
        owner=session.owner, session=session, length=len(WAV), metadata={"filename": "a.wav"}
    )
    video = add(session, b"\0\0\0\x18ftypisom" + b"\0" * 500, "talk.mp4")
    appender = stores.current().append(late, atomic=False)
    appender.write(WAV)
    appender.keep()
    services.save_progress(late)
    with pytest.raises(services.UploadRefused, match="already"):
        services.complete_upload(upload=late)
    assert session.recordings.get() == video


def test_it_tries_again_when_the_storage_fails_twice(session, media, monkeypatch):
    from sessions.services import recordings
    from sessions.stores.disk import DiskStore

    monkeypatch.setattr(recordings, "_WAITS_S", (0, 0))
    failures = iter([OSError("flaky"), OSError("flaky")])
    settle = DiskStore.settle

    def flaky(self, upload, key):
        for failure in failures:
            raise failure
        settle(self, upload, key)

    monkeypatch.setattr(DiskStore, "settle", flaky)
    assert add(session).size_bytes == len(WAV)


def test_it_gives_a_text_to_the_analysis_and_stores_nothing(session, heard, media):
    services.add_text(session=session, text="  Good morning.\0 ")
    assert [(name, given["text"]) for name, given in heard] == [("text_added", "Good morning.")]
    assert not list(media.rglob("*"))


@pytest.mark.parametrize("text", ["", " \n\0", "x" * 200_001])
def test_it_refuses_a_text_that_is_empty_or_endless(session, text):
    with pytest.raises(ValidationError):
        services.add_text(session=session, text=text)


def test_it_deletes_restores_and_purges(session, heard, media, django_capture_on_commit_callbacks):
    recording = add(session)
    services.delete_session(session=session)
    services.restore_session(session=session)
    services.delete_session(session=session)
    Session.objects.update(deleted_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(ValidationError):
        services.restore_session(session=session)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep()["purged"] == 1
    assert not Session.objects.exists()
    assert not default_storage.exists(recording.key)
    assert used(session.owner, Usage.Kind.STORAGE) == 0
    assert [name for name, _given in heard][1:] == [
        "session_deleted",
        "session_restored",
        "session_deleted",
        "session_purged",
    ]


def test_it_sweeps_expired_uploads_and_their_quota(
    session, media, django_capture_on_commit_callbacks
):
    services.create_upload(owner=session.owner, session=session, length=1000, metadata={})
    session.refresh_from_db()
    assert session.state == Session.State.UPLOADING
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep()["expired"] == 1
    session.refresh_from_db()
    assert session.state == Session.State.DRAFT
    assert used(session.owner, Usage.Kind.STORAGE) == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_it_completes_what_a_crash_left_complete(session, media):
    from sessions import stores

    upload = services.create_upload(
        owner=session.owner, session=session, length=len(WAV), metadata={}
    )
    appender = stores.current().append(upload, atomic=False)
    appender.write(WAV)
    appender.keep()
    services.save_progress(upload)
    assert services.sweep()["completed"] == 0  # it may be at work on it this moment
    Upload.objects.update(expires_at=timezone.now() + timedelta(hours=47))
    assert services.sweep()["completed"] == 1
    assert session.recordings.count() == 1


def test_it_removes_files_nobody_knows(session, media):
    import os

    recording = add(session)
    stray = media / f"u/{session.owner_id}/s/00000000-0000-4000-8000-000000000000/original/x.mp4"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    old = media / f"u/{session.owner_id}/uploads/gone"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert services.remove_orphans() == 2
    assert default_storage.exists(recording.key)
    assert not stray.exists() and not old.exists()


def test_it_refuses_more_than_the_plan_allows(session, media):
    from billing.models import Plan

    Plan.objects.update(storage_bytes=len(WAV) - 1)
    with pytest.raises(services.uploads.QuotaExceeded, match="Delete recordings"):
        add(session)
    Plan.objects.update(storage_bytes=10**9, max_upload_bytes=10)
    with pytest.raises(services.TooLarge, match="larger than the limit"):
        add(session)
    Plan.objects.update(max_upload_bytes=10**9, minutes_per_month=0)
    with pytest.raises(services.uploads.QuotaExceeded, match="minutes"):
        add(session)
    assert not Upload.objects.exists()


def test_it_erases_a_persons_files_with_the_person(
    session, media, django_capture_on_commit_callbacks
):
    from coaching.accounts.services import erase_user

    add(session)
    second = services.create_session(owner=session.owner, kind="pitch", title="Two")
    services.create_upload(owner=session.owner, session=second, length=9, metadata={})
    kept = add(services.create_session(owner=user(), kind="pitch", title="Another's"))
    with django_capture_on_commit_callbacks(execute=True):
        erase_user(user=session.owner)
    assert [path for path in media.rglob("*") if path.is_file()] == [media / kept.key]
    assert Session.objects.count() == 1


def test_two_that_complete_an_upload_at_once_make_one_recording_that_counts(
    session, heard, media, monkeypatch
):
    """The sweep takes a slow completion for one that was cut off."""
    from sessions import stores
    from sessions.services import recordings

    upload = services.create_upload(
        owner=session.owner, session=session, length=len(WAV), metadata={"filename": "a.wav"}
    )
    appender = stores.current().append(upload, atomic=False)
    appender.write(WAV)
    appender.keep()
    services.save_progress(upload)
    read_through = recordings._read_through

    def slow(store, read):
        found = read_through(store, read)
        with monkeypatch.context() as other:
            other.setattr(recordings, "_read_through", read_through)
            services.complete_upload(upload=upload)
        return found

    monkeypatch.setattr(recordings, "_read_through", slow)
    recording = services.complete_upload(upload=upload)
    assert session.recordings.get() == recording
    assert len(heard) == 1
    assert used(session.owner, Usage.Kind.STORAGE) == len(WAV)
    assert Upload.objects.get().state == Upload.State.STORED
