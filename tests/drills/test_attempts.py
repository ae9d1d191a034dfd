"""Attempts at drills: begun, recorded, judged, looked at."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.models import AnalysisRun, Artifact, StageRun
from analysis.receivers import DRILL_PRIORITY
from analysis.selectors.runs import metric_paths
from coaching.accounts.models import User
from drills.melody import phrases_of
from drills.models import Attempt, Drill
from drills.services import begin_attempt, judge, load_drills
from sessions import signals
from sessions.models import Recording, Session
from sessions.services import grant_access
from tests.analysis import results, working
from tests.drills.test_melody import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(db) -> None:
    load_drills()


def drill(slug: str) -> Drill:
    return Drill.objects.get(slug=slug)


def begun(user: User, slug: str) -> Attempt:
    return begin_attempt(owner=user, drill=drill(slug))


def recorded(attempt: Attempt) -> AnalysisRun:
    """Its recording has come, and its analysis waits."""
    recording = Recording.objects.create(
        session=attempt.session, key=f"u/{attempt.pk}.webm", filename="a.webm", size_bytes=9,
        content_type="audio/webm", sha256="0" * 64, checked_at=timezone.now(),
    )  # fmt: skip
    signals.recording_stored.send(sender=Session, recording=recording)
    return AnalysisRun.objects.get(session=attempt.session)


def sections(**changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = copy.deepcopy(results.SECTIONS)
    found["fluency"]["speaking_s"] = 40.0
    for name, some in changes.items():
        found[name] |= some
    return found


def finished(attempt: Attempt, **changes: dict[str, Any]) -> Attempt:
    """Analysed, with what the engines of `changes` gave."""
    run, given = recorded(attempt), sections(**changes)
    while claimed := working.claim(run):
        assert working.finish(claimed, given[claimed.stage])
    attempt.refresh_from_db()
    return attempt


def page(client: Client, attempt: Attempt) -> str:
    return client.get(attempt.get_absolute_url()).text


def test_a_metronome_shows_its_beat_and_clicks_only_when_asked(user: User, user_client: Client):
    answer = user_client.post(reverse("drills:begin", args=["pace-metronome"]))
    studio = user_client.get(answer["location"]).text
    assert 'data-beats="135"' in studio and "135 beats a minute" in studio
    click = re.search(r"<input[^>]*data-metronome-click[^>]*>", studio)
    assert click and "checked" not in click[0] and "headphones" in studio
    other = user_client.post(reverse("drills:begin", args=["pace-read-aloud"]))
    assert "data-beats" not in user_client.get(other["location"]).text


def test_it_works(user: User, user_client: Client):
    answer = user_client.post(reverse("drills:begin", args=["pace-metronome"]))
    attempt = Attempt.objects.get()
    assert answer["location"] == reverse("sessions:studio", args=[attempt.pk])
    studio = user_client.get(answer["location"]).text
    assert "Think of a good walk." in studio and "120 to 150 words/min" in studio
    assert '"mode": "audio"' in studio and '"target": 50' in studio
    done = finished(attempt, fluency={"words_per_minute": 131.0})
    assert (done.state, done.passed, done.score, done.value) == ("judged", True, 100, 131.0)
    shown = page(user_client, done)
    assert "131 words a minute: comfortable" in shown and "Passed" in shown
    assert "Explain it to a ten-year-old" in shown, "and what comes next"


def test_a_miss_says_by_how_much_and_what_to_try(user: User, user_client: Client):
    attempt = finished(begun(user, "pace-newsroom"), fluency={"words_per_minute": 141.0})
    assert attempt.passed is False and attempt.score == 80
    shown = page(user_client, attempt)
    assert "The mark was Speaking rate: 150 to 185 words/min." in shown
    assert drill("pace-newsroom").too_low in shown.replace("&#x27;", "'")
    assert "80 of 100 points" in shown and "An easier one" in shown


def test_its_analysis_is_short_and_goes_ahead_of_others(user: User):
    run = recorded(begun(user, "pace-metronome"))
    assert run.profile == "drill"
    stages = {stage.name: stage.priority for stage in run.stages.all()}
    assert "rendition" not in stages and "notify" not in stages
    assert set(stages.values()) == {DRILL_PRIORITY}


@pytest.mark.parametrize(
    ("fluency", "why"), [({"speaking_s": 9.0}, "at least 25"), ({"speaking_s": 0.0}, "No speech")]
)
def test_too_little_speech_is_not_judged(user, user_client, fluency, why):
    attempt = finished(begun(user, "pace-metronome"), fluency=fluency, audio={"speech_s": 0.0})
    assert (attempt.state, attempt.value, attempt.passed) == ("unjudged", None, None)
    shown = page(user_client, attempt)
    assert why in shown and "This could not be judged" in shown and "Try again" in shown


def test_what_was_withheld_is_said_with_its_reason(user: User, user_client: Client):
    attempt = begun(user, "lens-sticker")
    run = recorded(attempt)
    while claimed := working.claim(run):
        section = working.SOUND if claimed.stage == "probe" else sections()[claimed.stage]
        assert working.finish(claimed, section)
    attempt.refresh_from_db()
    assert attempt.state == "unjudged" and "no picture" in attempt.why


def test_pressed_twice_begins_once_and_another_take_is_another_attempt(user: User):
    first = begun(user, "pace-metronome")
    assert begun(user, "pace-metronome") == first
    assert begun(user, "pace-newsroom") != first
    recorded(first)
    assert begun(user, "pace-metronome") != first


def test_a_drill_that_is_retired_begins_no_more(user: User, user_client: Client):
    old = finished(begun(user, "pace-metronome"))
    retired = drill("pace-metronome")
    Drill.objects.filter(pk=retired.pk).update(is_active=False)
    assert user_client.post(reverse("drills:begin", args=[retired.slug])).status_code == 404
    with pytest.raises(ValidationError, match="no longer offered"):
        begin_attempt(owner=user, drill=retired)
    assert "no longer offered" in page(user_client, old), "what was reached stays"


def test_anothers_attempt_is_not_there(user: User, other_client: Client):
    attempt = finished(begun(user, "pace-metronome"))
    assert other_client.get(attempt.get_absolute_url()).status_code == 404


def test_whom_it_was_shared_with_is_led_to_its_result(user: User, other_user, other_client):
    attempt = finished(begun(user, "pace-metronome"))
    grant_access(
        owner=user, session=attempt.session, scope="metrics", reason="coach", to_user=other_user
    )
    answer = other_client.get(attempt.session.get_absolute_url())
    assert answer["location"] == reverse("analysis:session", args=[attempt.pk])
    assert other_client.get(answer["location"]).status_code == 200


def test_a_person_who_drilled_can_be_erased_in_the_admin(user: User, other_user, other_client):
    finished(begun(user, "pace-metronome"))
    User.objects.filter(pk=other_user.pk).update(is_staff=True, is_superuser=True)
    other_client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=user.pk).exists() and not Attempt.objects.exists()


def test_an_attempt_goes_with_its_recording(user: User, user_client: Client):
    attempt = finished(begun(user, "pace-metronome"))
    assert "Delete this recording" in page(user_client, attempt)
    user_client.post(reverse("sessions:delete", args=[attempt.pk]))
    assert user_client.get(attempt.get_absolute_url()).status_code == 404
    assert "Passed" not in user_client.get(reverse("drills:list")).text


def test_drills_stay_out_of_the_list_of_sessions_and_of_trends(user: User, user_client: Client):
    finished(begun(user, "pace-metronome"))
    assert "Keep the beat" not in user_client.get(reverse("sessions:list")).text
    assert metric_paths(user) == []


def test_while_it_is_analysed_the_page_follows_it(user: User, user_client: Client):
    attempt = begun(user, "pace-metronome")
    assert "Open the studio" in page(user_client, attempt)
    recorded(attempt)
    shown = page(user_client, attempt)
    assert "data-progress" in shown and f'data-result="{attempt.get_absolute_url()}"' in shown


def test_an_analysis_that_failed_is_tried_again_from_here(user: User, user_client: Client):
    attempt = begun(user, "pace-metronome")
    run = recorded(attempt)
    AnalysisRun.objects.filter(pk=run.pk).update(state="failed", error_message="Broken file.")
    StageRun.objects.filter(run=run, name="probe").update(state="failed", failures=1)
    Session.objects.filter(pk=attempt.pk).update(state="failed")
    shown = page(user_client, attempt)
    assert "Broken file." in shown and "Analyse it again" in shown
    retry = reverse("analysis:retry", args=[attempt.pk])
    answer = user_client.post(retry, {"seen": f"{run.pk}"})
    assert answer["location"] == attempt.get_absolute_url()


def test_another_analysis_judges_it_anew(user: User):
    attempt = finished(begun(user, "pace-metronome"), fluency={"words_per_minute": 200.0})
    assert attempt.passed is False
    stage = StageRun.objects.get(run__session=attempt.pk, name="fluency")
    stage.result["words_per_minute"] = 140.0
    stage.save()
    judge(AnalysisRun.objects.get(session=attempt.pk))
    attempt.refresh_from_db()
    assert attempt.passed is True


def test_a_result_without_a_drill_is_nobodys_attempt(user: User):
    assert judge(results.finished(results.make_session(user))) is None


def test_earlier_attempts_are_listed_with_their_trend(user: User, user_client: Client):
    for rate in (100.0, 118.0, 140.0):
        finished(begun(user, "pace-metronome"), fluency={"words_per_minute": rate})
    shown = user_client.get(reverse("drills:drill", args=["pace-metronome"])).text
    assert "oldest first: 100, 118, 140" in shown
    assert "118 words/min" in shown and shown.count("Not yet") == 2
    listed = user_client.get(reverse("drills:list")).text
    assert "1 passed" in listed


def test_the_pages_cost_the_same_however_many_attempts_there_are(
    user: User, user_client: Client, django_assert_max_num_queries
):
    for _ in range(3):
        last = finished(begun(user, "pace-metronome"))
    with django_assert_max_num_queries(5):
        user_client.get(reverse("drills:drill", args=["pace-metronome"]))
    with django_assert_max_num_queries(26):
        page(user_client, last)


def test_what_was_read_is_held_against_the_text(user: User, user_client: Client):
    text = drill("pause-read-breath").text
    words = [word for word in text.split() if word != "belongs"]
    words[0] = "After"
    words.append("amen")
    spoken = results.transcript(words=[results.word(word, 1.0, 1.2) for word in words])
    attempt = finished(
        begun(user, "pause-read-breath"), transcribe=spoken,
        fluency={"pauses": {"count": 9, "per_minute": 12.0, "items": []}},
    )  # fmt: skip
    assert attempt.passed
    kinds = [kind for kind, _word, _heard in attempt.reading if kind != "same"]
    assert kinds == ["changed", "skipped", "added"]
    shown = page(user_client, attempt)
    assert "You read 88 of 90 words as they stand." in shown
    assert "belongs</del>" in shown and "amen</ins>" in shown


def test_words_that_were_not_heard_surely_are_not_held_against_anything(user, user_client):
    unsure = results.transcript(reliability=0.4)
    attempt = finished(
        begun(user, "pause-read-breath"), transcribe=unsure,
        fluency={"pauses": {"count": 9, "per_minute": 12.0, "items": []}},
    )  # fmt: skip
    assert attempt.passed and attempt.reading is None
    assert "not recognised surely enough" in page(user_client, attempt)


def imitated(attempt: Attempt, sung: float, *, reliability: float = 0.92, hz: float = 110):
    """Analysed, where somebody sang `sung` times the melody's movement."""
    phrases = phrases_of(attempt.drill.melody)
    track, words = spoken(phrases, lambda st: sung * st, hz=hz)
    run = recorded(attempt)
    said = [results.word(word["text"], word["start"], word["end"]) for word in words]
    given = sections(transcribe=results.transcript(words=said, reliability=reliability))
    while claimed := working.claim(run):
        assert working.finish(claimed, given[claimed.stage])
        if claimed.stage == "prosody":
            keep_series(run, "series.pitch", track)
    attempt.refresh_from_db()
    return attempt


def keep_series(run: AnalysisRun, kind: str, series: Any) -> None:
    key = f"u/{run.session.owner_id}/s/{run.session_id}/{kind}.json"
    stored = default_storage.save(key, ContentFile(json.dumps(series)))
    Artifact.objects.create(
        run=run, stage="prosody", kind=kind, key=stored, sha256="0" * 64,
        size_bytes=1, content_type="application/json",
    )  # fmt: skip


def test_a_melody_is_shown_heard_and_recorded_by_its_phrases(user: User, user_client: Client):
    shown = user_client.get(reverse("drills:drill", args=["melody-really"])).text
    assert "Melody of “Did they ask for more”" in shown and "Hear the melody" in shown
    begun(user, "melody-really")
    answer = user_client.post(reverse("drills:begin", args=["melody-really"]))
    studio = user_client.get(answer["location"]).text
    assert studio.count("data-melody-own") == 6 and '"perSemitone"' in studio


@pytest.mark.parametrize("reliability", [0.92, 0.4])
def test_an_imitated_melody_is_judged_and_drawn_over_the_model(user, user_client, reliability):
    attempt = imitated(begun(user, "melody-really"), 1.0, reliability=reliability)
    assert (attempt.state, attempt.passed) == ("judged", True) and attempt.value > 0.9
    assert attempt.imitated["way"] == ("words" if reliability > 0.7 else "warped")
    shown = page(user_client, attempt)
    assert "nearly to the note" in shown and "Passed" in shown
    assert shown.count("melody__own") == 6 and shown.count('<th scope="row">') == 29
    sure = "laid over the model&#x27;s one by one" if reliability > 0.7 else "This is less sure"
    assert sure in shown.replace("'", "&#x27;")


def test_the_opposite_melody_is_not_passed(user: User, user_client: Client):
    attempt = imitated(begun(user, "melody-really"), -1.0)
    assert attempt.passed is False and attempt.score == 0
    assert attempt.drill.too_low in page(user_client, attempt).replace("&#x27;", "'")


def test_a_melody_without_a_pitch_says_why_it_is_not_judged(user: User, user_client: Client):
    attempt = begun(user, "melody-really")
    finished(attempt)
    assert attempt.state == "unjudged" and attempt.imitated is None
    assert attempt.why in page(user_client, attempt).replace("&#x27;", "'") and attempt.why


def test_what_was_judged_stays_drawn_when_the_drill_changes(user: User, user_client: Client):
    attempt = imitated(begun(user, "melody-really"), 1.0)
    Drill.objects.filter(pk=attempt.drill_id).update(melody=["Other/0.5/0,5 words/0.5/3"])
    assert "Melody of “Did they ask for more”" in page(user_client, attempt)
