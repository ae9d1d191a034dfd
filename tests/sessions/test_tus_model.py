"""Any order of requests against a model of what the server must then hold."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sessions import services
from sessions.models import Recording, Upload
from tests.sessions.samples import user, wav
from tests.sessions.served import Tus, digest, server, signed_in

FILE = wav(0.1)  # 1644 bytes
SIZES = st.integers(0, 700)


class Uploading(RuleBasedStateMachine):
    """One learner, one file, one upload at a time; `came` is what the server has acknowledged."""

    tus: Tus

    def __init__(self) -> None:
        super().__init__()
        self.tus.session = services.create_session(
            owner=Uploading.owner, kind="pitch", title="Model"
        )
        self.url: str | None = None
        self.came = 0
        self.deferred = False
        self.done = False

    @precondition(lambda self: self.url is None and not self.done)
    @rule(body=st.none() | SIZES, deferred=st.booleans())
    def create(self, body, deferred):
        headers = {"Upload-Defer-Length": "1"} if deferred else {}
        sent = None if body is None else FILE[:body]
        made = self.tus.create(None if deferred else len(FILE), body=sent, **headers)
        assert made.status_code == 201
        self.url, self.deferred = made.headers["location"], deferred
        self.came = len(sent or b"")

    @precondition(lambda self: self.url)
    @rule(size=SIZES, checksum=st.sampled_from([None, "sha1", "md5"]))
    def append(self, size, checksum):
        piece = FILE[self.came : self.came + size]
        headers = {"Upload-Checksum": digest(piece, checksum)} if checksum else {}
        answer = self.tus.patch(self.url, self.came, piece, **headers)
        assert answer.status_code == 204
        self.came += len(piece)
        assert answer.headers["upload-offset"] == str(self.came)
        self.notice()

    @precondition(lambda self: self.url and self.deferred)
    @rule()
    def say_the_length(self):
        answer = self.tus.patch(self.url, self.came, b"", **{"Upload-Length": str(len(FILE))})
        assert answer.status_code == 204
        self.deferred = False
        self.notice()

    @precondition(lambda self: self.url and not self.done)
    @rule(size=st.integers(1, 700))
    def send_it_damaged(self, size):
        piece = FILE[self.came : self.came + size]
        wrong = digest(piece + b"!")
        answer = self.tus.patch(self.url, self.came, piece, **{"Upload-Checksum": wrong})
        assert answer.status_code == 460

    @precondition(lambda self: self.url)
    @rule(place=st.integers(0, 2 * len(FILE)))
    def send_it_to_another_place(self, place):
        if place != self.came:
            assert self.tus.patch(self.url, place, b"x").status_code == 409

    @precondition(lambda self: self.url and not self.deferred)
    @rule(more=st.integers(1, 50))
    def send_too_much(self, more):
        rest = FILE[self.came :] + b"x" * more
        assert self.tus.patch(self.url, self.came, rest).status_code == 400

    @precondition(lambda self: self.url)
    @rule()
    def end_it(self):
        answer = self.tus.delete(self.url)
        if self.done:
            assert answer.status_code == 403
        else:
            assert answer.status_code == 204
            assert self.tus.head(self.url).status_code == 404
            self.url, self.came = None, 0

    @invariant()
    def the_server_agrees(self):
        if self.url:
            answer = self.tus.head(self.url)
            assert answer.headers["upload-offset"] == str(self.came)
            assert ("upload-defer-length" in answer.headers) == self.deferred

    @invariant()
    def a_complete_upload_is_a_recording(self):
        recording = Recording.objects.filter(session=self.tus.session).first()
        assert (recording is not None) == self.done
        if recording:
            with default_storage.open(recording.key) as file:
                assert file.read() == FILE

    def notice(self):
        self.done = not self.deferred and self.came == len(FILE)


@pytest.mark.django_db(transaction=True)
def test_it_holds_what_the_model_holds(media):
    Uploading.owner = user()
    with server() as base, signed_in(Uploading.owner, base) as http:
        Uploading.tus = Tus(http)
        run_state_machine_as_test(
            Uploading,
            settings=settings(
                max_examples=15,
                stateful_step_count=15,
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert not Upload.objects.filter(offset__gt=len(FILE)).exists()
