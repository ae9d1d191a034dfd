"""The admin's pages of sessions and billing."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from sessions import services
from sessions.models import Grant, GrantUse, Recording, Session, Upload
from tests.sessions.samples import WAV

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(user, media, other_user):
    session = services.create_session(
        owner=user, kind="pitch", title="Seed", notes="Do not mention the lawsuit."
    )
    services.add_file(session=session, file=io.BytesIO(WAV), filename="a.wav", length=len(WAV))
    services.grant_access(
        owner=user, session=session, scope="media", reason="x", to_user=other_user
    )
    GrantUse.objects.create(owner=user, user=other_user, session=session, what="opened")
    return session


@pytest.mark.parametrize("model", [Session, Recording, Upload, Grant, GrantUse])
def test_it_works(admin_client, session, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    one = model.objects.first()
    page = admin_client.get(reverse(f"{name}_change", args=[one.pk]))
    assert page.status_code == 200
    assert "lawsuit" not in page.text


@pytest.mark.parametrize("name", ["plan", "subscription", "usage"])
def test_it_shows_billing(admin_client, session, name):
    assert admin_client.get(reverse(f"admin:billing_{name}_changelist")).status_code == 200


def test_it_deletes_with_undo_and_revokes(admin_client, session):
    admin_client.post(
        reverse("admin:practice_session_changelist"),
        {"action": "delete_with_undo", "_selected_action": [session.pk]},
    )
    admin_client.post(
        reverse("admin:practice_grant_changelist"),
        {"action": "revoke", "_selected_action": [Grant.objects.get().pk]},
    )
    session.refresh_from_db()
    assert session.deleted_at is not None
    assert Grant.objects.get().revoked_at is not None


def test_it_gives_a_session_to_nobody_else(admin_client, session, other_user):
    """Its files lie under its owner's prefix."""
    url = reverse("admin:practice_session_change", args=[session.pk])
    form = admin_client.get(url).context["adminform"].form
    assert "owner" not in form.fields
