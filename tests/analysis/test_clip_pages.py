"""Cutting, watching and sharing clips on the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from analysis.models import Artifact, Clip
from sessions.models import Session
from sessions.services import grant_access
from tests.analysis.test_clips import asked, finished, ready

pytestmark = pytest.mark.django_db
__all__ = ["ready"]
HTMX = {"HX-Request": "true"}
WANTED = {
    "start": "0.5", "end": "4.5", "format": "tall", "captions": "vtt", "profanity": "mute",
    "title": "My best", "card": "on",
}  # fmt: skip


def at(session: Session) -> str:
    return reverse("analysis:clips", args=[session.pk])


def of(clip: Clip, what: str) -> str:
    return reverse(f"analysis:clip-{what}", args=[clip.pk])


@pytest.fixture
def played(ready: Session) -> Session:
    """With a player on its page."""
    run = ready.runs.get()
    Artifact.objects.create(
        run=run, stage="rendition", kind="rendition", key=f"u/{ready.owner_id}/s/{ready.pk}/r.mp4",
        content_type="video/mp4", sha256="0" * 64, size_bytes=1,
    )  # fmt: skip
    return ready


def test_it_works(user_client: Client, played: Session):
    page = user_client.get(played.get_absolute_url()).content.decode()
    assert "Cut a clip" in page
    assert 'value="A clear close"' in page, "a highlight is a clip with one press"
    answer = user_client.post(at(played), WANTED, headers=HTMX)
    assert answer.status_code == 200
    clip = played.clips.get()
    assert (clip.format, clip.captions, clip.card, clip.title) == ("tall", "vtt", True, "My best")
    assert "My best" in answer.content.decode()
    assert "every 5s" in answer.content.decode(), "it asks while it waits"


def test_without_scripts_it_goes_back_to_the_clips(user_client: Client, ready: Session):
    answer = user_client.post(at(ready), WANTED)
    assert answer.status_code == 302
    assert answer["Location"].endswith("#clips")


def test_what_cannot_be_cut_is_said_and_nothing_typed_is_lost(user_client: Client, ready: Session):
    page = user_client.post(at(ready), {**WANTED, "end": "0.2"})
    assert page.status_code == 422
    assert "after the start" in page.content.decode()
    assert 'value="My best"' in page.content.decode()
    part = user_client.post(at(ready), {**WANTED, "end": "99"}, headers=HTMX).content.decode()
    assert "The recording ends at 6.0 s." in part
    assert not ready.clips.exists()


def test_the_same_cut_twice_says_so(user_client: Client, ready: Session):
    user_client.post(at(ready), WANTED, headers=HTMX)
    again = user_client.post(at(ready), WANTED, headers=HTMX).content.decode()
    assert "made already" in again
    assert ready.clips.count() == 1


def test_a_ready_clip_plays_and_downloads_under_its_title(user_client: Client, ready: Session):
    clip = finished(ready, title="Queue in half")
    page = user_client.get(at(ready)).content.decode()
    assert page.count("/media/") == 2
    assert "Download" in page
    assert clip.title in page


@pytest.mark.parametrize("what", ["cancel", "retry", "delete", "restore"])
def test_nobody_else_changes_a_clip(
    other_client: Client, other_user: Any, ready: Session, what: str
):
    clip = asked(ready)
    assert other_client.post(of(clip, what)).status_code == 404
    grant_access(
        owner=ready.owner, scope="media", reason="Coaching", session=ready, to_user=other_user
    )
    assert other_client.post(of(clip, what)).status_code == 404
    assert other_client.post(at(ready), WANTED).status_code == 404
    clip.refresh_from_db()
    assert (clip.state, clip.deleted_at) == ("queued", None)


def test_only_who_may_hear_the_recording_sees_its_clips(
    other_client: Client, other_user: Any, ready: Session
):
    finished(ready, title="Shit happens")
    asked(ready, start=1.0)
    assert other_client.get(at(ready)).status_code == 404
    grant = {"owner": ready.owner, "reason": "Coaching", "session": ready, "to_user": other_user}
    grant_access(scope="transcript", **grant)
    assert other_client.get(at(ready)).status_code == 404
    grant_access(scope="media", **grant)
    page = other_client.get(at(ready)).content.decode()
    assert page.count('<li class="clip"') == 1, "of another's, only what is ready"
    assert "S*** happens" in page
    assert ready.owner.seen_by_others.filter(what="saw the clips").exists()


def test_captions_are_a_file_of_their_own_masked_for_others(
    user_client: Client, other_client: Client, other_user: Any, ready: Session
):
    clip = finished(ready)
    assert user_client.get(of(clip, "captions")).status_code == 404
    clip.result["vtt"] = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nThis shit works.\n"
    clip.save()
    mine = user_client.get(of(clip, "captions") + "?download")
    assert mine["Content-Type"].startswith("text/vtt")
    assert "attachment" in mine["Content-Disposition"]
    assert "shit" in mine.content.decode()
    grant_access(owner=ready.owner, scope="media", reason="C", session=ready, to_user=other_user)
    assert "s***" in other_client.get(of(clip, "captions")).content.decode()


def test_deleting_offers_to_undo(user_client: Client, ready: Session):
    clip = asked(ready)
    part = user_client.post(of(clip, "delete"), headers=HTMX).content.decode()
    assert of(clip, "restore") in part
    back = user_client.post(of(clip, "restore"), headers=HTMX).content.decode()
    assert clip.title in back
    plain = user_client.post(of(clip, "delete"), follow=True).content.decode()
    assert "ten minutes" in plain
    assert of(clip, "restore") in plain


def test_the_crop_of_the_preview_is_the_one_that_is_cut(user_client: Client, ready: Session):
    address = reverse("analysis:clip-crop", args=[ready.pk])
    asked_for = {"start": 0, "end": 4, "format": "tall"}
    centred = user_client.get(address, asked_for).json()
    assert (centred["follows"], centred["x"][0]) == (False, 0.5)
    key = default_storage.save(f"u/{ready.owner_id}/s/{ready.pk}/l.npz", ContentFile(_landmarks()))
    Artifact.objects.create(
        run=ready.runs.get(), stage="body", kind="landmarks", key=key, content_type="x",
        sha256="1" * 64, size_bytes=1,
    )  # fmt: skip
    followed = user_client.get(address, asked_for).json()
    assert followed["follows"]
    assert followed["x"][0] < 0.4 < 0.6 < followed["x"][-1]
    assert len(followed["x"]) == pytest.approx(4 / followed["step"], abs=2)
    assert user_client.get(address, {"start": "x", "end": 4, "format": "tall"}).status_code == 422


def test_the_crop_is_the_owners_alone(other_client: Client, ready: Session):
    address = reverse("analysis:clip-crop", args=[ready.pk])
    assert other_client.get(address, {"start": 0, "end": 4, "format": "tall"}).status_code == 404


def test_the_list_costs_the_same_however_long(
    user_client: Client, ready: Session, django_assert_num_queries: Any
):
    finished(ready)
    user_client.get(at(ready))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        user_client.get(at(ready))
    for number in range(4):
        finished(ready, start=1.0 + number / 10)
    with django_assert_num_queries(len(few)):
        user_client.get(at(ready))


def _landmarks() -> bytes:
    import io

    import numpy as np

    kept, times = io.BytesIO(), np.arange(0, 6, 0.2)
    face = np.stack([0.4 + 0.2 * times, np.full(len(times), 0.4), np.full(len(times), 0.2)], axis=1)
    np.savez_compressed(kept, times=times, face=face, aspect=16 / 9)
    return kept.getvalue()
