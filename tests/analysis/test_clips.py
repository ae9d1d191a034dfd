"""Asking for clips, and bringing them back as workers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from analysis.models import AnalysisRun, Clip
from analysis.services import reaper
from analysis.services.clips import making
from analysis.services.clips.asking import (
    MOST_UNFINISHED,
    ClipRefused,
    Cut,
    cancel_clip,
    cut_clip,
    delete_clip,
    restore_clip,
    retry_clip,
)
from analysis.services.inputs import StoredFile
from billing.models import Usage
from billing.selectors import plan_of
from billing.services import QuotaExceeded
from sessions.models import UNDO_WINDOW, Session
from sessions.services import delete_session, purge_session, restore_session
from workers.engines.types import EngineError, StageOutput

pytestmark = pytest.mark.django_db
CUT = Cut(start=0.5, end=4.5)


@pytest.fixture
def ready(run: AnalysisRun) -> Session:
    """An analysed session of six seconds."""
    Session.objects.filter(pk=run.session_id).update(duration_s=6.0)
    return Session.objects.get(pk=run.session_id)


def asked(session: Session, **changes: Any) -> Clip:
    clip, _new = cut_clip(session=session, cut=replace(CUT, **changes))
    return clip


def claimed() -> making.ClipClaim:
    claim = making.claim_next(worker="host.cpu0/1/2")
    assert claim is not None
    return claim


def file_of(session: Session, size: int = 9) -> StoredFile:
    key = default_storage.save(
        f"u/{session.owner_id}/s/{session.pk}/clips/x.mp4", ContentFile(b"x" * size)
    )
    return StoredFile("clip", key, "0" * 64, size, "video/mp4")


def finished(session: Session, size: int = 9, **changes: Any) -> Clip:
    clip = asked(session, **changes)
    claim = claimed()
    output = StageOutput(
        section={"duration_s": 4.0}, withheld=[], artifacts=[], engine="e", model=""
    )
    making.finish(
        clip_id=claim.clip_id, attempt=claim.attempt, output=output, stored=file_of(session, size)
    )
    clip.refresh_from_db()
    return clip


def test_it_works(ready: Session):
    clip = finished(ready)
    assert (clip.state, clip.progress, clip.size_bytes) == ("done", 1.0, 9)
    assert clip.title == "Leadership"
    assert [word["text"] for word in clip.words][:2] == ["So,", "um,"]
    assert Usage.objects.get(key=f"clip:{clip.pk}").amount == 9


def test_the_same_cut_asked_twice_is_made_once(ready: Session):
    first, new = cut_clip(session=ready, cut=CUT)
    second, again = cut_clip(session=ready, cut=CUT)
    assert (first.pk, new, again) == (second.pk, True, False)
    assert asked(ready, format="tall").pk != first.pk
    assert asked(ready, end=4.4).pk != first.pk


def test_another_transcript_makes_another_clip(ready: Session, run: AnalysisRun):
    first = asked(ready)
    sentence = run.transcript.sentences.first()
    sentence.words[0]["text"] = "Well,"
    sentence.save()
    assert asked(ready).pk != first.pk
    bare = asked(ready, captions="none")
    sentence.words[0]["text"] = "Now,"
    sentence.save()
    assert asked(ready, captions="none").pk == bare.pk, "no word of it is in the file"


@pytest.mark.parametrize(
    ("times", "field", "says"),
    [
        ((4.0, 4.0), "end", "after the start"),
        ((5.0, 2.0), "end", "after the start"),
        ((-1.0, 3.0), "start", "before the recording"),
        ((2.0, 60.0), "end", "ends at 6.0 s"),
        ((2.0, 2.5), "end", "at least 1 second"),
        ((float("nan"), 3.0), "start", "seconds"),
        ((0.0, float("inf")), "start", "seconds"),
    ],
)
def test_times_that_cannot_be_cut_are_refused(
    ready: Session, times: tuple[float, float], field: str, says: str
):
    with pytest.raises(ValidationError) as refused:
        asked(ready, start=times[0], end=times[1])
    assert says in refused.value.message_dict[field][0]
    assert not ready.clips.exists()


@pytest.mark.parametrize(("times", "field"), [((0.5, 4.0), "start"), ((2.0, 5.5), "end")])
@pytest.mark.parametrize("where", ["recording", "result"])
def test_nothing_is_cut_from_what_was_trimmed_away(
    ready: Session, run: AnalysisRun, where: str, times: tuple[float, float], field: str
):
    if where == "recording":
        ready.recordings.update(trim_start=1.5, trim_end=5.0)
    else:  # whose trim was taken back, while the analysis of the whole is under way
        AnalysisRun.objects.filter(pk=run.pk).update(
            settings={**run.settings, "trim": {"start": 1.5, "end": 5.0}}
        )
    with pytest.raises(ValidationError) as refused:
        asked(ready, start=times[0], end=times[1])
    assert "Only 1.5–5.0 s of this recording counts" in refused.value.message_dict[field][0]
    assert asked(ready, start=1.5, end=5.0).pk


def test_a_trim_of_one_end_bounds_that_end(ready: Session):
    ready.recordings.update(trim_start=1.54)
    assert asked(ready, start=1.5, end=6.0).pk, "pages tell the time to a tenth"
    with pytest.raises(ValidationError, match=r"Only 1\.5–6\.0 s"):
        asked(ready, start=1.0, end=6.0)


def test_too_long_a_clip_is_refused(ready: Session):
    Session.objects.filter(pk=ready.pk).update(duration_s=3600)
    with pytest.raises(ValidationError, match="at most 3 minutes"):
        asked(ready, start=10, end=200)


def test_what_is_not_analysed_yet_cannot_be_cut(session: Session):
    with pytest.raises(ClipRefused) as refused:
        asked(session)
    assert (refused.value.code, refused.value.status) == ("not_ready", 409)


def test_a_text_cannot_be_cut(ready: Session):
    ready.recordings.all().delete()
    with pytest.raises(ClipRefused, match="text only"):
        asked(ready)


def test_words_without_times_can_be_neither_shown_nor_hidden(ready: Session, run: AnalysisRun):
    run.transcript.sentences.update(words=[{"text": "So", "start": None, "end": None}])
    for changes in ({"captions": "vtt"}, {"captions": "none", "profanity": "mute"}):
        with pytest.raises(ClipRefused) as refused:
            asked(ready, **changes)
        assert refused.value.code == "no_timed_words"
    assert asked(ready, captions="none").state == "queued"


def test_one_person_cannot_fill_the_queue(ready: Session):
    for number in range(MOST_UNFINISHED):
        asked(ready, start=0.1 * number)
    with pytest.raises(ClipRefused) as refused:
        asked(ready, start=2.05)
    assert refused.value.status == 429
    cancel_clip(clip=ready.clips.first())
    assert asked(ready, start=2.05).state == "queued"


def test_full_storage_is_said_before_and_after(ready: Session):
    plan = plan_of(ready.owner)
    plan.storage_bytes = 100
    plan.save()
    clip = finished(ready, size=101)
    assert (clip.state, clip.error_code) == ("failed", "quota_exceeded")
    Usage.objects.create(user=ready.owner, kind="storage", key="x", amount=100)
    with pytest.raises(QuotaExceeded, match="storage is full"):
        asked(ready, start=1.0)


def test_a_lost_worker_costs_an_attempt_and_its_result_is_dropped(ready: Session):
    clip = asked(ready)
    first = claimed()
    Clip.objects.filter(pk=clip.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    reaper.reap()
    clip.refresh_from_db()
    assert (clip.state, clip.failures) == ("queued", 1)
    second = claimed()
    output = StageOutput(section={}, withheld=[], artifacts=[], engine="e", model="")
    assert not making.finish(
        clip_id=clip.pk, attempt=first.attempt, output=output, stored=file_of(ready)
    )
    assert not making.renew(clip_id=clip.pk, attempt=first.attempt)
    assert making.finish(
        clip_id=clip.pk, attempt=second.attempt, output=output, stored=file_of(ready)
    )


def test_what_fails_three_times_is_over_until_somebody_tries_again(ready: Session):
    clip = asked(ready)
    for _ in range(making.MOST_ATTEMPTS):
        Clip.objects.filter(pk=clip.pk).update(not_before=None)
        claim = claimed()
        error = EngineError("disk_full", "No room.", retry=True)
        making.fail(clip_id=claim.clip_id, attempt=claim.attempt, error=error)
    clip.refresh_from_db()
    assert (clip.state, clip.error_message) == ("failed", "No room.")
    assert making.claim_next(worker="w") is None
    assert retry_clip(clip=clip).state == "queued"
    assert asked(ready).pk == clip.pk


def test_asking_again_for_a_stopped_clip_makes_it(ready: Session):
    clip = asked(ready)
    claim = claimed()
    assert cancel_clip(clip=clip).state == "cancelled"
    assert not making.relay(clip_id=clip.pk, attempt=claim.attempt, ratio=0.5)
    assert (asked(ready).pk, asked(ready).state) == (clip.pk, "queued")


def test_who_waits_behind_somebody_with_many_is_not_last(ready: Session, other_user: Any):
    for number in range(3):
        asked(ready, start=0.1 * number)
    claimed()
    other = Session.objects.create(owner=other_user, title="Theirs")
    Clip.objects.create(session=other, title="One", start=0, end=2, digest="d")
    assert claimed().owner_id == other_user.pk


def test_a_deleted_clip_comes_back_within_ten_minutes_and_goes_after(ready: Session):
    clip = finished(ready)
    assert delete_clip(clip=clip).deleted_at is not None
    assert restore_clip(clip=clip).deleted_at is None
    delete_clip(clip=clip)
    Clip.objects.filter(pk=clip.pk).update(deleted_at=timezone.now() - UNDO_WINDOW)
    with pytest.raises(ValidationError, match="ten minutes"):
        restore_clip(clip=clip)
    assert making.sweep() == 1
    assert not Clip.objects.exists()
    assert not Usage.objects.filter(key=f"clip:{clip.pk}").exists()


def test_restoring_what_was_made_anew_gives_the_new_one(ready: Session):
    old = delete_clip(clip=asked(ready))
    new = asked(ready)
    assert new.pk != old.pk
    assert restore_clip(clip=old).pk == new.pk


def test_a_deleted_session_makes_no_clips_and_goes_on_when_it_is_back(ready: Session):
    clip = asked(ready)
    claim = claimed()
    delete_session(session=ready)
    assert not making.renew(clip_id=clip.pk, attempt=claim.attempt)
    assert making.claim_next(worker="w") is None
    restore_session(session=ready)
    assert claimed().clip_id == clip.pk


def test_a_purged_session_takes_its_clips_and_what_they_counted(
    ready: Session, django_capture_on_commit_callbacks: Any
):
    clip = finished(ready)
    assert default_storage.exists(clip.key)
    with django_capture_on_commit_callbacks(execute=True):
        purge_session(session=ready)
    assert not Clip.objects.exists()
    assert not default_storage.exists(clip.key)
    assert not Usage.objects.filter(key__startswith="clip:").exists()
