"""The studio's takes, by their services and addresses; tests/browser/test_studio.py records."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from billing.models import Usage
from billing.selectors import allowance
from sessions import services, stores
from sessions.models import Session, Take, Upload
from sessions.services.uploads import announce_length
from sessions.takes import read_sent
from tests.sessions.samples import WAV, wav

GAIN_OFF = {"autoGainControl": False}
LONGER = wav(0.4)


@pytest.fixture
def session(user) -> Session:
    return services.create_session(owner=user, kind="pitch", title="Seed round")


def recorded(session: Session, role: str = "audio", data: bytes = WAV) -> Upload:
    """All of it came, and nobody has said yet that this is all."""
    upload = services.create_upload(
        owner=session.owner, session=session, length=None,
        metadata={"filename": f"studio-{role}.webm", "role": role},
    )  # fmt: skip
    appender = stores.current().append(upload, atomic=False)
    appender.write(data)
    appender.keep()
    services.save_progress(upload)
    return upload


def completed(upload: Upload):
    announce_length(upload, upload.offset)
    services.save_progress(upload)
    return services.complete_upload(upload=upload)


def told(*uploads: Upload, **more) -> dict:
    return {
        "uploads": [{"id": str(u.pk), "role": u.metadata["role"]} for u in uploads],
        "trim": {"start": 0.05, "end": 0.15}, "note": "Slower next time", "marks": [],
        "parts": [], "captions": None, "capture": GAIN_OFF, **more,
    }  # fmt: skip


def address(session: Session, what: str = "") -> str:
    return f"/sessions/{session.pk}/studio/{what}"


def send(client, session: Session, data: dict):
    return client.post(address(session, "send/"), data, content_type="application/json")


def test_it_works(user_client, session):
    """What was sent goes with the recording that its last bytes make."""
    upload = recorded(session)
    part = session.parts.get()
    answer = send(user_client, session, told(
        upload,
        marks=[{"t": 0.1, "kind": "slide", "n": 2}],
        parts=[{"id": str(part.pk), "start": 0, "end": 0.2}],
        captions={"origin": "server", "consented_at": None, "language": "en",
                  "lines": [{"start": 0, "end": 0.1, "text": "Hello"}]},
    ))  # fmt: skip
    assert answer.json() == {"state": "sent", "next": session.get_absolute_url()}
    recording = completed(upload)
    assert (recording.role, recording.capture) == ("audio", GAIN_OFF)
    assert (recording.trim_start, recording.trim_end) == (0.05, 0.15)
    take = Take.objects.get(session=session)
    assert (take.state, take.note, take.marks) == (
        "sent", "Slower next time", [{"t": 0.1, "kind": "slide", "n": 2}],
    )  # fmt: skip
    assert take.captions["lines"] == [{"start": 0.0, "end": 0.1, "text": "Hello"}]
    part.refresh_from_db()
    assert (part.start, part.end) == (0, 0.2)


@pytest.mark.parametrize("what", ["", "open/", "send/", "discard/"])
def test_it_checks_object_ownership(other_client, session, what):
    upload = recorded(session)
    if what:
        answer = other_client.post(
            address(session, what), told(upload), content_type="application/json"
        )
    else:
        answer = other_client.get(address(session))
    assert answer.status_code == 404
    assert not Take.objects.exists()
    assert Upload.objects.filter(pk=upload.pk, state="open").exists()


def test_an_upload_or_a_part_of_another_session_is_not_found(user_client, user, session):
    other = services.create_session(owner=user, kind="pitch", title="Other")
    foreign = recorded(other)
    assert send(user_client, session, told(foreign)).status_code == 404
    part = {"id": str(other.parts.get().pk), "start": 0, "end": 1}
    assert send(user_client, session, told(recorded(session), parts=[part])).status_code == 404
    assert not Take.objects.exists()


def test_it_asks_somebody_to_sign_in(client, session):
    assert client.get(address(session)).url.startswith("/accounts/login/")
    assert send(client, session, {}).url.startswith("/accounts/login/")


def test_sending_again_changes_what_was_said_until_the_recording_is_there(user_client, session):
    upload = recorded(session)
    send(user_client, session, told(upload, note="First"))
    assert send(user_client, session, told(upload, note="Second")).status_code == 200
    completed(upload)
    again = send(user_client, session, told(upload, note="Third", trim=None))
    assert again.json()["next"] == session.get_absolute_url()
    take = session.take
    assert (take.note, take.trim_start) == ("Second", 0.05)
    session.refresh_from_db()
    assert session.notes == "Second", "where the learner finds it"
    assert session.recordings.count() == 1


def test_another_browser_that_sends_the_rest_keeps_what_was_said(user_client, session):
    upload = recorded(session)
    send(user_client, session, told(upload))
    send(user_client, session, told(upload, trim=None, note="", capture={}, remote=True))
    recording = completed(upload)
    assert (recording.trim_start, recording.capture) == (0.05, GAIN_OFF)
    assert session.take.note == "Slower next time"


def test_a_new_take_takes_the_place_of_the_whole_one_that_failed(user_client, session):
    part = session.parts.get()
    film = recorded(session, "camera")
    spoken = [{"id": str(part.pk), "start": 0, "end": 0.2}]
    send(user_client, session, told(film, parts=spoken))
    completed(film)
    Session.objects.filter(pk=session.pk).update(state="failed")
    services.open_take(session=session, settings={})
    voice = recorded(session, "audio", LONGER)
    assert send(user_client, session, told(voice)).status_code == 200
    completed(voice)
    assert [recording.role for recording in session.recordings.all()] == ["audio"]
    part.refresh_from_db()
    assert (part.start, part.end) == (None, None), "nobody said where its answer lies"


def test_only_the_uploads_of_the_take_get_its_trim(user_client, session):
    send(user_client, session, told(recorded(session)))
    other = recorded(session, "screen")
    recording = completed(other)
    assert (recording.trim_start, recording.capture) == (None, {})


def test_a_session_with_its_recording_leads_to_its_page(user_client, session):
    upload = recorded(session)
    send(user_client, session, told(upload))
    completed(upload)
    assert user_client.get(address(session)).url == session.get_absolute_url()
    refused = user_client.post(address(session, "open/"), {}, content_type="application/json")
    assert refused.status_code == 422
    assert "its recording already" in refused.json()["error"]


def test_opening_again_is_a_restart(user_client, session):
    for camera in ("one", "two"):
        answer = user_client.post(
            address(session, "open/"), {"settings": {"camera": camera}},
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code == 200
    assert Take.objects.get().settings == {"camera": "two"}


def test_what_is_thrown_away_leaves_nothing(user_client, user, session):
    services.open_take(session=session, settings={})
    before = allowance(user, Usage.Kind.STORAGE).left
    recorded(session)
    assert allowance(user, Usage.Kind.STORAGE).left < before
    for _twice in range(2):
        answer = user_client.post(address(session, "discard/"), {}, content_type="application/json")
        assert answer.json() == {"state": "discarded"}
    session.refresh_from_db()
    assert (session.state, session.take.state) == ("draft", "discarded")
    assert not Upload.objects.exists()
    assert allowance(user, Usage.Kind.STORAGE).left == before


def test_what_was_sent_and_refused_is_thrown_away_whole(user_client, session):
    upload = recorded(session, data=b"no recording at all" * 40)
    send(user_client, session, told(upload))
    with pytest.raises(services.UploadRefused):
        completed(upload)
    services.discard_take(session=session)
    take = Take.objects.get(session=session)
    assert (take.state, take.note, take.capture, take.trim_start) == ("discarded", "", {}, None)


def test_what_is_thrown_away_spares_a_file_that_is_being_uploaded(session):
    file = services.create_upload(owner=session.owner, session=session, length=10)
    services.discard_take(session=session)
    assert Upload.objects.filter(pk=file.pk).exists()


def test_the_page_says_what_waits_to_be_sent(user_client, session):
    upload = recorded(session, "camera")
    page = user_client.get(address(session)).content.decode()
    assert f'"id": "{upload.pk}", "role": "camera"' in page
    draft = user_client.get(session.get_absolute_url()).content.decode()
    assert "came already" not in draft, "the panel cannot go on with what the studio recorded"
    assert address(session) in draft and "waits to be sent" in draft


def test_wasm_and_workers_are_allowed_here_alone(user_client, session):
    here = user_client.get(address(session))["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in here and "worker-src 'self'" in here
    there = user_client.get(session.get_absolute_url())["Content-Security-Policy"]
    assert "wasm" not in there and "worker-src" not in there


def test_the_page_asks_the_database_little(user_client, session, django_assert_max_num_queries):
    user_client.get(address(session))
    with django_assert_max_num_queries(9):
        user_client.get(address(session))


def test_a_new_practice_can_be_recorded_at_once(user_client):
    said = {"kind": "pitch", "title": "Seed round", "then": "record"}
    answer = user_client.post("/sessions/new/", said)
    assert answer.url == address(Session.objects.get())


JOINS = [{"byte": 100, "t": 3.5}, {"byte": 200, "t": 9.0}]


def test_where_a_take_went_on_goes_with_its_recording(user_client, session):
    upload = recorded(session)
    user_client.post(
        address(session, "open/"), {"settings": {}, "joins": JOINS[:1]},
        content_type="application/json",
    )  # fmt: skip
    assert Take.objects.get().joins == JOINS[:1]
    send(user_client, session, told(upload, joins=JOINS))
    assert completed(upload).joins == JOINS


def test_another_browser_sends_what_went_on_without_knowing_of_it(user_client, session):
    upload = recorded(session)
    services.open_take(session=session, settings={}, joins=JOINS)
    send(user_client, session, told(upload, capture={}, remote=True))
    assert completed(upload).joins == JOINS


def test_what_is_thrown_away_went_on_nowhere(session):
    services.open_take(session=session, settings={}, joins=JOINS)
    services.discard_take(session=session)
    assert Take.objects.get().joins == []


def test_only_one_upload_can_have_gone_on():
    one, two = ({"id": str(uuid.uuid4()), "role": role} for role in ("audio", "camera"))
    with pytest.raises(ValidationError):
        read_sent({"uploads": [one, two], "joins": JOINS})


@pytest.mark.parametrize(
    "wrong",
    [
        [], "x", {"joins": "x"}, {"joins": [{"byte": 0, "t": 1}]}, {"joins": [{"byte": 5}]},
        {"joins": [{"byte": True, "t": 1}]}, {"joins": [{"byte": 2.5, "t": 1}]},
        {"joins": JOINS[::-1]}, {"joins": [JOINS[0]] * 2}, {"joins": JOINS * 99},
        {"joins": [{"byte": 10**40, "t": 1}]}, {"joins": [{"byte": 9, "t": float("nan")}]},
        {"uploads": []}, {"uploads": [{"id": "1", "role": "camera"}]},
        {"uploads": [{"id": str(uuid.uuid4()), "role": "x"}]},
        {"uploads": [{"id": str(uuid.uuid4()), "role": "audio"}] * 9},
        {"trim": {"start": 3, "end": 2}}, {"trim": {"start": -1, "end": 2}},
        {"trim": {"start": 0, "end": float("nan")}}, {"trim": {"start": 0, "end": 1e9}},
        {"trim": {"start": True, "end": 2}}, {"note": "x" * 2001}, {"note": "a\0b"}, {"note": 1},
        {"marks": [{"t": 1, "kind": "bomb"}]}, {"marks": [{"kind": "slide"}]},
        {"marks": [{"t": 1, "kind": "slide"}] * 3001},
        {"marks": [{"t": 1, "kind": "slide", "x": "y" * 3000}]},
        {"parts": [{"id": "x", "start": 0, "end": 1}]}, {"capture": {"x": float("inf")}},
        {"capture": {"x": "y" * 20_000}}, {"capture": {"x": "\ud800"}}, {"capture": []},
        {"captions": {"origin": "psychic", "lines": []}},
        {"captions": {"origin": "browser", "consented_at": None, "lines": []}},
        {"captions": {"origin": "server", "consented_at": "yesterday", "lines": []}},
        {"captions": {"origin": "server", "lines": [],
                      "consented_at": "9999-12-31T23:59:59-14:00"}},
        {"captions": {"origin": "server", "consented_at": "2026-05-04T09:30:00", "lines": []}},
        {"marks": [{"kind": "slide", "n": 2, "t": 10**400}]},
        {"captions": {"origin": "server", "lines": [{"start": 1, "end": 1, "text": ""}]}},
        {"captions": {"origin": "server", "lines": None}},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(wrong):
    right = {"uploads": [{"id": str(uuid.uuid4()), "role": "audio"}]}
    read_sent(right)
    with pytest.raises(ValidationError):
        read_sent({**right, **wrong} if isinstance(wrong, dict) else wrong)


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[" * 100_000, 400), ("[]", 422)])
def test_what_is_no_take_is_said(user_client, session, body, status):
    answer = user_client.post(address(session, "send/"), body, content_type="application/json")
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
