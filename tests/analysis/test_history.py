"""A result beside the learner's own earlier ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.catalogue import entries
from analysis.history import standing, trend
from analysis.models import AnalysisRun, Metric, Score
from analysis.selectors.history import LAST, earlier_results
from coaching.accounts.models import User
from sessions.models import Session
from sessions.services import delete_session, grant_access
from tests.analysis import results
from workers.engines.types import SKILLS

pytestmark = pytest.mark.django_db
RATE = "fluency.words_per_minute"


def practised(owner: User, days_ago: int, score: float, **fields: Any) -> AnalysisRun:
    """A finished interview so long ago whose every skill scored `score`."""
    session = results.make_session(owner, **({"kind": "interview"} | fields))
    created = timezone.now() - timedelta(days=days_ago)
    Session.objects.filter(pk=session.pk).update(created=created)
    session.created = created
    run = results.finished(session)
    Score.objects.filter(run=run).update(value=score)
    Metric.objects.filter(run=run, path=RATE).update(value=100 + score)
    session.refresh_from_db()
    run.session = session
    return run


def test_it_works(user: User) -> None:
    for days, score in ((9, 60), (8, 50), (7, 80), (6, 40), (5, 65)):
        practised(user, days, score)
    found = earlier_results(practised(user, 0, 70))
    assert found.scores["pace"] == [60, 50, 80, 40, 65]
    assert [past.value for past in found.metrics[RATE]] == [160, 150, 180, 140, 165]
    assert standing(found, "pace", 70) == "Better than 4 of your last 5 interviews."
    assert standing(found, "overall", 99) == "Better than all of your last 5 interviews."
    assert standing(found, "overall", 30) == "Not above any of your last 5 interviews."


def test_a_point_is_no_difference(user: User) -> None:
    for days in range(1, 6):
        practised(user, days, 70)
    found = earlier_results(practised(user, 0, 71))
    assert standing(found, "pace", 71) == "Not above any of your last 5 interviews."


def test_it_says_nothing_of_fewer_than_five(user: User) -> None:
    for days in range(1, 5):
        practised(user, days, 50)
    found = earlier_results(practised(user, 0, 70))
    assert standing(found, "pace", 70) == ""
    assert standing(found, "pace", None) == ""


def test_only_what_can_be_compared_counts(user: User) -> None:
    """Another kind, another version, later, deleted, somebody else's, an older result: none."""
    practised(user, 3, 50, kind="pitch")
    Score.objects.filter(run=practised(user, 3, 50)).update(version="0")
    practised(results.make_user("eve@example.org"), 3, 50)
    delete_session(session=practised(user, 3, 50).session)
    old = practised(user, 3, 50)
    AnalysisRun.objects.filter(pk=old.pk).update(is_current=False)
    judged_otherwise = practised(user, 3, 50)
    AnalysisRun.objects.filter(pk=judged_otherwise.pk).update(settings={"scenario": "lecture"})
    run = practised(user, 2, 70)
    practised(user, 1, 50)
    assert earlier_results(run).scores == {}


def test_what_cannot_be_compared_takes_no_place(user: User) -> None:
    """However many talks of the kind were judged otherwise meanwhile."""
    practised(user, LAST + 2, 50)
    kept = practised(user, LAST + 1, 60)
    AnalysisRun.objects.filter(pk=kept.pk).update(settings={"scenario": "interview"})
    for days in range(1, LAST + 1):
        judged_otherwise = practised(user, days, 90)
        AnalysisRun.objects.filter(pk=judged_otherwise.pk).update(settings={"scenario": "lecture"})
    assert earlier_results(practised(user, 0, 70)).scores["pace"] == [50, 60]


def test_the_overall_is_compared_only_over_the_same_skills(user: User) -> None:
    unseen = practised(user, 1, 50)
    Score.objects.filter(run=unseen, skill="presence").update(value=None)
    found = earlier_results(practised(user, 0, 70))
    assert found.scores["pace"] == [50]
    assert "overall" not in found.scores


def test_it_asks_three_times_however_many_there_are(user: User) -> None:
    for days in range(1, LAST + 4):
        practised(user, days, 50)
    run = practised(user, 0, 70)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = earlier_results(run)
    assert len(seen) == 3
    assert len(found.scores["pace"]) == len(found.metrics[RATE]) == LAST


def test_a_history_is_a_line_with_its_table(user: User) -> None:
    practised(user, 2, 10)
    run = practised(user, 0, 30)
    before = earlier_results(run).metrics[RATE]
    drawn = trend(entries()[RATE], before, 131.0, run.session.created)
    assert drawn is not None
    assert drawn.label == "Speaking rate, oldest first: 110, 131"
    assert (drawn.path, drawn.x, drawn.y) == ("M5 35L155 5", 155.0, 5.0)
    assert [step.figure for step in drawn.steps] == ["110 words/min", "131 words/min"]
    assert drawn.steps[0].url == before[0].session.get_absolute_url()
    assert trend(entries()[RATE], [], 131.0, run.session.created) is None


def test_the_page_shows_it_to_its_owner_alone(user: User, client: Client) -> None:
    for days in range(1, 6):
        practised(user, days, 50, title="An earlier try")
    run = practised(user, 0, 70)
    url = run.session.get_absolute_url()
    client.force_login(user)
    page = client.get(url).content.decode()
    assert page.count("Better than all of your last 5 interviews.") == 1 + len(SKILLS)
    assert "An earlier try" in page
    friend = results.make_user("friend@example.org")
    grant_access(owner=user, session=run.session, scope="media", reason="review", to_user=friend)
    client.force_login(friend)
    page = client.get(url).content.decode()
    assert "your last 5 interviews" not in page
    assert "An earlier try" not in page


def test_who_it_is_shared_with_reads_the_range_of_the_talk_it_was_judged_as(
    user: User, client: Client
) -> None:
    run = practised(user, 0, 70)
    AnalysisRun.objects.filter(pk=run.pk).update(settings={"scenario": "lecture"})
    score = run.stages.get(name="score")
    score.result["pace"]["parts"] = [{"measure": RATE, "target": [120, 150]}]
    score.save()
    friend = results.make_user("friend@example.org")
    grant_access(owner=user, session=run.session, scope="media", reason="review", to_user=friend)
    for reader in (user, friend):
        client.force_login(reader)
        page = client.get(run.session.get_absolute_url()).content.decode()
        assert "Good in a lecture: 120 to 150" in page
        assert "Good in an interview" not in page


def test_the_page_asks_as_often_with_many_sessions_as_with_few(user: User, client: Client) -> None:
    client.force_login(user)
    run = practised(user, 0, 70)
    practised(user, 1, 50)
    url = run.session.get_absolute_url()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for days in range(2, 14):
        practised(user, days, 50)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
