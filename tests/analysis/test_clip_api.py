"""Clips over REST."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from analysis.models import Clip
from billing.models import Usage
from billing.selectors import plan_of
from sessions.models import Session
from tests.analysis.test_api import V1, client, of
from tests.analysis.test_clips import asked, finished, ready

pytestmark = pytest.mark.django_db
__all__ = ["ready"]
CUT = {"start": 0.5, "end": 4.5, "format": "square", "captions": "none"}


def test_it_works(user: Any, ready: Session):
    api = client(user)
    made = api.post(of(ready, "clips"), CUT, format="json")
    assert made.status_code == 202, made.content
    found = made.json()
    assert (found["state"], found["format"], found["url"]) == ("queued", "square", "")
    assert api.post(of(ready, "clips"), CUT, format="json").status_code == 200
    assert [one["id"] for one in api.get(of(ready, "clips")).json()] == [found["id"]]
    assert api.get(f"{V1}/clips/{found['id']}/").json()["id"] == found["id"]
    assert api.post(f"{V1}/clips/{found['id']}/cancel/").json()["state"] == "cancelled"
    assert api.post(f"{V1}/clips/{found['id']}/retry/").json()["state"] == "queued"
    assert api.delete(f"{V1}/clips/{found['id']}/").status_code == 204
    assert api.get(f"{V1}/clips/{found['id']}/").status_code == 404
    assert api.post(f"{V1}/clips/{found['id']}/restore/").status_code == 200


def test_a_ready_clip_has_an_address(user: Any, ready: Session):
    clip = finished(ready)
    found = client(user).get(f"{V1}/clips/{clip.pk}/").json()
    assert found["url"].startswith("/media/")
    assert found["duration_s"] == 4.0


def test_what_is_wrong_is_said_by_field(user: Any, ready: Session):
    api = client(user)
    wrong = api.post(of(ready, "clips"), {**CUT, "end": 0.1}, format="json")
    assert wrong.status_code == 400
    assert "after the start" in wrong.json()["errors"]["end"][0]
    wrong = api.post(of(ready, "clips"), {**CUT, "format": "round"}, format="json")
    assert "format" in wrong.json()["errors"]


def test_refusals_have_their_own_status(user: Any, session: Session, ready: Session):
    plan = plan_of(user)
    Usage.objects.create(user=user, kind="storage", key="x", amount=plan.storage_bytes)
    full = client(user).post(of(ready, "clips"), CUT, format="json")
    assert (full.status_code, full.json()["code"]) == (413, "quota_exceeded")
    ready.runs.all().delete()
    early = client(user).post(of(ready, "clips"), CUT, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "not_ready")


def test_it_checks_object_ownership(other_user: Any, ready: Session):
    clip, api = asked(ready), client(other_user)
    assert api.get(of(ready, "clips")).status_code == 404
    assert api.post(of(ready, "clips"), CUT, format="json").status_code == 404
    assert api.get(f"{V1}/clips/{clip.pk}/").status_code == 404
    assert api.delete(f"{V1}/clips/{clip.pk}/").status_code == 404
    assert api.get(f"{V1}/clips/").json()["results"] == []


def test_it_is_in_the_document_of_the_api():
    said = io.StringIO()
    call_command("spectacular", stdout=said)
    assert "/api/v1/clips/{id}/restore/" in said.getvalue()
    assert "/api/v1/sessions/{session_id}/clips/" in said.getvalue()


def test_the_admin_stops_and_retries_and_shows_no_words(admin_client: Client, ready: Session):
    clip = asked(ready)
    page = reverse("admin:analysis_clip_change", args=[clip.pk])
    assert "So," not in admin_client.get(page).content.decode()
    listed = reverse("admin:analysis_clip_changelist")
    for action, state in (("stop", "cancelled"), ("retry", "queued")):
        admin_client.post(listed, {"action": action, "_selected_action": [str(clip.pk)]})
        assert Clip.objects.get(pk=clip.pk).state == state
