"""Recommendations and skills over REST."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from coaching.accounts.models import User
from drills.models import Recommendation
from drills.services import load_drills
from tests.drills.advising import practised, slower, story
from tests.drills.test_drills_api import client

pytestmark = pytest.mark.django_db
LIST = "/api/v1/recommendations/"


@pytest.fixture(autouse=True)
def library(db) -> None:
    load_drills()


def test_it_works(user: User):
    run = practised(user, slower())
    (one,) = client(user).get(LIST).json()["results"]
    assert (one["kind"], one["target"], one["skill"]) == ("drill", "pace-metronome", "pace")
    assert one["title"] == "Slow down where it matters" and "200 words" in one["why"]
    assert one["url"] == "/drills/pace-metronome/" and one["session"] == str(run.session_id)
    there = f"{LIST}{one['id']}/"
    http = client(user)
    assert http.get(there).json()["points"] == 40
    assert http.post(f"{there}accept/").json()["state"] == "accepted"
    assert http.post(f"{there}snooze/", {"days": 7}).json()["state"] == "snoozed"
    assert http.get(LIST, {"open": 1}).json()["results"] == []
    assert http.post(f"{there}dismiss/").json()["state"] == "dismissed"
    assert http.post(f"{there}restore/").json()["state"] == "offered"
    assert len(http.get(LIST, {"open": 1}).json()["results"]) == 1
    assert http.get(LIST, {"state": "dismissed"}).json()["results"] == []


def test_what_is_open_is_filtered_as_the_rest(user: User):
    practised(user, slower(), days_ago=1)
    newer = practised(user, story())
    http = client(user)

    def targets(**asked: object) -> set[str]:
        results = http.get(LIST, {"open": 1, **asked}).json()["results"]
        return {one["target"] for one in results if one["kind"] == "drill"}

    assert targets() == {"pace-metronome", "star-four-sentences"}
    assert targets(skill="pace") == {"pace-metronome"}
    assert targets(session=str(newer.session_id)) == {"star-four-sentences"}
    assert targets(kind="question") == set() and targets(state="accepted") == set()
    Recommendation.objects.filter(target="pace-metronome").update(
        state="accepted", answered_at=timezone.now()
    )
    assert targets(state="accepted") == {"pace-metronome"}
    assert http.get(LIST, {"open": 1, "skill": "charm"}).status_code == 400


def test_bad_input_is_refused(user: User):
    practised(user, slower())
    there = f"{LIST}{Recommendation.objects.get().pk}/"
    assert client(user).post(f"{there}snooze/", {"days": 400}).status_code == 400
    assert client(user).delete(there).status_code == 405
    assert client(user).get(f"{LIST}nonsense/").status_code == 404
    assert client(user).post(f"{LIST}{uuid.uuid4()}/accept/").status_code == 404


def test_they_are_ones_own(user: User, other_user: User):
    practised(user, slower())
    there = f"{LIST}{Recommendation.objects.get().pk}/"
    assert client(other_user).get(LIST).json()["results"] == []
    assert client(other_user).get(there).status_code == 404
    assert client(other_user).post(f"{there}dismiss/").status_code == 404
    assert APIClient().get(LIST).status_code == 401


def test_skills_are_listed_and_one_has_its_points(user: User):
    run = practised(user, slower(), days_ago=2, rate=190.0)
    practised(user, slower(), days_ago=1, kind="pitch", rate=120.0)
    listed = client(user).get("/api/v1/skills/").json()
    assert len(listed) == 13 and listed[0]["skill"] == "pace"
    pace = client(user).get("/api/v1/skills/pace/", {"scenario": "interview"}).json()
    (point,) = pace["points"]
    assert (point["session"], point["value"]) == (str(run.session_id), 190.0)
    assert pace["good"] == [120.0, 195.0] and pace["scenarios"] == ["pitch", "interview"]
    assert "pace-metronome" in pace["drills"]
    assert client(user).get("/api/v1/skills/charm/").status_code == 404


def test_lists_cost_the_same_however_long_they_are(user: User, django_assert_max_num_queries):
    http = client(user)
    for days in range(4):
        practised(user, slower(), days_ago=days)
    with django_assert_max_num_queries(7):
        assert len(http.get(LIST).json()["results"]) == 4
