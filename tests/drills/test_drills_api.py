"""Drills and attempts over REST."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from coaching.accounts.models import User
from drills.models import Drill
from drills.services import begin_attempt, load_drills
from tests.tokens import header_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(db) -> None:
    load_drills()


def client(user: User) -> APIClient:
    http = APIClient()
    http.credentials(HTTP_AUTHORIZATION=header_of(user))
    return http


def test_it_works(user: User):
    listed = client(user).get("/api/v1/drills/", {"skill": "pace", "level": 1}).json()
    assert {one["slug"] for one in listed["results"]} == {"pace-metronome", "pace-read-aloud"}
    drill = client(user).get("/api/v1/drills/pace-metronome/").json()
    assert drill["mark"] == "Speaking rate: 120 to 150 words/min"


def test_a_retired_drill_is_not_there(user: User):
    Drill.objects.filter(slug="pace-metronome").update(is_active=False)
    assert client(user).get("/api/v1/drills/pace-metronome/").status_code == 404


def test_attempts_are_ones_own(user: User, other_user: User):
    attempt = begin_attempt(owner=user, drill=Drill.objects.get(slug="pace-metronome"))
    (mine,) = client(user).get("/api/v1/drill-attempts/").json()["results"]
    assert (mine["session"], mine["drill"], mine["state"]) == (
        str(attempt.pk), "pace-metronome", "open",
    )  # fmt: skip
    assert client(other_user).get("/api/v1/drill-attempts/").json()["results"] == []
    there = f"/api/v1/drill-attempts/{attempt.pk}/"
    assert client(user).get(there).status_code == 200
    assert client(other_user).get(there).status_code == 404


def test_lists_cost_the_same_however_long_they_are(user: User, django_assert_max_num_queries):
    http = client(user)
    for slug in ("pace-metronome", "wall-stand", "lens-sticker"):
        begin_attempt(owner=user, drill=Drill.objects.get(slug=slug))
    with django_assert_max_num_queries(5):
        assert len(http.get("/api/v1/drill-attempts/").json()["results"]) == 3
