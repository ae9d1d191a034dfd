"""A learner's plan over REST and in the admin, and how it is said."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from drills import ranking
from drills.models import Drill
from drills.saying import reason_in_words
from drills.services import load_drills, rate_drills
from tests.drills.test_drills_api import client
from tests.drills.test_plan import spoke

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(db) -> None:
    load_drills()


def test_the_api_tells_the_plan_and_takes_settings(user: User, other_user: User):
    spoke(user, 131.0)
    http = client(user)
    told = http.get("/api/v1/plan/").json()
    assert told["next"][0]["reasons"] and 0 < told["next"][0]["chance"] < 1
    assert told["today"] == {"done": 1, "is_reached": False}
    assert {one["skill"] for one in told["skills"]} == set(Drill.Skill.values)
    changed = http.patch("/api/v1/plan/settings/", {"goal": 3}, format="json")
    assert changed.json()["goal"] == 3 and changed.json()["rest_days"] == [5, 6]
    assert client(other_user).get("/api/v1/plan/settings/").json()["goal"] == 2
    for bad in ({"goal": 0}, {"rest_days": [0, 1, 2, 3, 4, 5, 6]}, {"rest_days": "x"}):
        assert http.patch("/api/v1/plan/settings/", bad, format="json").status_code == 400
    wish = {"wish": "focus", "level": 2}
    assert http.put("/api/v1/plan/skills/pace/", wish, format="json").json() == wish
    assert http.put("/api/v1/plan/skills/x/", wish, format="json").status_code == 404
    assert http.put("/api/v1/plan/skills/pace/", {"level": 7}, format="json").status_code == 400


def test_the_admin_looks_and_changes_nothing(user: User, user_client: Client):
    for rate in (230.0, 228.0, 180.0):
        spoke(user, rate)
    rate_drills()
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    for name in ("skillrating", "drillrating", "achievement"):
        there = reverse(f"admin:drills_{name}_changelist")
        assert user_client.get(there).status_code == 200
        assert user_client.get(f"{there}add/").status_code == 403


def test_every_reason_is_said_in_a_sentence():
    for code in ("focus", "unknown", "weakest", "weak", "keep", "level", "new", "missed", "early"):
        assert reason_in_words(ranking.Reason(code), Drill.Skill.PACE)
    assert "3 days ago" in reason_in_words(ranking.Reason("due", {"days": 3}), Drill.Skill.PACE)
    assert "54" in reason_in_words(ranking.Reason("scored", {"score": 54}), Drill.Skill.PACE)
