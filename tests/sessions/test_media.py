"""Media: signed, bound, expiring, with ranges; nothing before it was checked."""

from __future__ import annotations

import io

import httpx
import pytest
from django.utils import timezone

from sessions import selectors, services
from sessions.models import Session
from tests.sessions.samples import user, wav
from tests.sessions.served import server, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
SOUND = wav(2)


@pytest.fixture
def base(media):
    with server() as address:
        yield address


@pytest.fixture
def recording(media):
    session = services.create_session(owner=user(), kind="pitch", title="Seed round")
    made = services.add_file(
        session=session, file=io.BytesIO(SOUND), filename="Größe.wav", length=len(SOUND)
    )
    made.checked_at = timezone.now()
    made.save()
    return made


@pytest.fixture
def owner(recording):
    return recording.session.owner


def test_it_works(base, recording, owner):
    with signed_in(owner, base) as http:
        answer = http.get(selectors.recording_url(owner, recording))
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''Gr%C3%B6%C3%9Fe.wav"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_it_serves_a_range_and_answers_head(base, recording, owner):
    url = selectors.recording_url(owner, recording, download=True)
    with signed_in(owner, base) as http:
        whole = http.head(url)
        part = http.get(url, headers={"Range": "bytes=100-199"})
        same = http.get(url, headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
        other = http.get(url, headers={"Range": "bytes=100-199", "If-Range": '"changed"'})
        beyond = http.get(url, headers={"Range": "bytes=9999999-"})
    assert whole.headers["content-length"] == str(len(SOUND))
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-disposition"].startswith("attachment")
    assert (part.status_code, part.content) == (206, SOUND[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(SOUND)}"
    assert same.status_code == 206
    assert (other.status_code, other.content) == (200, SOUND)
    assert beyond.status_code == 416


def test_it_is_bound_to_its_user(base, recording, owner):
    url = selectors.recording_url(owner, recording)
    stranger = user()
    with signed_in(stranger, base) as http:
        assert http.get(url).status_code == 404
        assert http.get(selectors.recording_url(stranger, recording)).status_code == 404
    assert httpx.get(f"{base}{url}").status_code == 404


def test_it_refuses_a_changed_address(base, recording, owner):
    url = selectors.recording_url(owner, recording)
    with signed_in(owner, base) as http:
        assert http.get(url[:-1] + ("a" if url[-1] != "a" else "b")).status_code == 404
        assert http.get("/media/nothing").status_code == 404


def test_it_expires_with_a_word(base, recording, owner, settings):
    url = selectors.recording_url(owner, recording)
    settings.MEDIA_URL_SECONDS = -1
    with signed_in(owner, base) as http:
        answer = http.get(url)
    assert answer.status_code == 410
    assert "Reload the page" in answer.text


def test_it_serves_nothing_before_the_check(base, recording, owner):
    recording.checked_at = None
    recording.save()
    with signed_in(owner, base) as http:
        assert http.get(selectors.recording_url(owner, recording)).status_code == 404


def test_it_serves_nothing_of_a_deleted_session(base, recording, owner):
    services.delete_session(session=recording.session)
    with signed_in(owner, base) as http:
        assert http.get(selectors.recording_url(owner, recording)).status_code == 404


def test_it_serves_to_a_media_grant_until_it_is_revoked(base, recording, owner):
    coach = user()
    narrow = services.grant_access(
        owner=owner, scope="transcript", reason="review", to_user=coach, session=recording.session
    )
    url = selectors.recording_url(coach, recording)
    with signed_in(coach, base) as http:
        assert http.get(url).status_code == 404
        wide = services.grant_access(owner=owner, scope="media", reason="review", to_user=coach)
        assert http.get(url).status_code == 200
        services.revoke(grant=wide)
        assert http.get(url).status_code == 404
    assert narrow.revoked_at is None


def test_it_serves_to_who_has_the_link(base, recording, owner):
    grant = services.grant_access(
        owner=owner, scope="media", reason="shared", link=True, session=recording.session
    )
    from django.contrib.auth.models import AnonymousUser

    url = selectors.media_url(AnonymousUser(), recording.key, content_type="audio/wav", grant=grant)
    assert httpx.get(f"{base}{url}").content == SOUND
    services.revoke(grant=grant)
    assert httpx.get(f"{base}{url}").status_code == 404


def test_it_serves_no_file_outside_a_session(base, owner):
    with signed_in(owner, base) as http:
        for key in ("../manage.py", f"u/{owner.pk}/s/../../x", f"u/{owner.pk}/uploads/x"):
            url = selectors.media_url(owner, key, content_type="text/plain")
            assert http.get(url).status_code == 404
    assert Session.objects.exists()
