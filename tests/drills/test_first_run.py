"""The way of somebody new: thirty seconds in the studio, and a result."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from sessions.models import Session
from sessions.views import intake

pytestmark = pytest.mark.django_db
FIRST = reverse("sessions:first")


def test_an_empty_list_leads_to_a_first_recording(user: User, user_client: Client):
    assert FIRST in user_client.get(reverse("sessions:list")).text
    answer = user_client.post(FIRST)
    session = Session.objects.get(owner=user)
    studio = reverse("sessions:studio", args=[session.pk])
    assert answer["location"] == f"{studio}?limit=30"
    assert session.question in user_client.get(answer["location"]).text


def test_beginning_twice_makes_one_session(user: User, user_client: Client):
    assert user_client.post(FIRST)["location"] == user_client.post(FIRST)["location"]
    assert Session.objects.filter(owner=user).count() == 1


def test_who_has_no_account_becomes_a_guest(client: Client):
    answer = client.post(FIRST, {"time_zone": "Europe/Oslo"})
    guest = User.objects.get()
    assert guest.is_guest and guest.time_zone == "Europe/Oslo"
    assert str(Session.objects.get(owner=guest).pk) in answer["location"]


def test_too_many_guests_from_one_place_are_asked_for_an_account(client: Client, monkeypatch):
    monkeypatch.setattr(intake, "GUESTS_AN_HOUR", 0)
    assert client.post(FIRST)["location"] == reverse("account_signup")
    assert not User.objects.exists()


def test_looking_makes_nothing(user_client: Client):
    assert user_client.get(FIRST).status_code == 405
    assert not Session.objects.exists()
