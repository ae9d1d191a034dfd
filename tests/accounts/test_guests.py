"""Guests: a practice without an account, kept by making one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.accounts import services
from coaching.accounts.models import User
from coaching.accounts.signals import guest_claimed, user_erased
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ADDRESS = "Anna@Example.org"


@pytest.fixture
def guest() -> User:
    return services.create_guest(time_zone="Europe/Stockholm")


@pytest.fixture
def guest_client(guest: User) -> Client:
    client = Client()
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_works(guest: User):
    assert guest.is_guest and guest.is_active
    assert not guest.has_usable_password()
    assert guest.email.endswith(f"@{services.GUEST_DOMAIN}")
    assert guest.time_zone == "Europe/Stockholm"


def test_a_stand_in_address_is_nobodys_name(guest: User):
    for called in (str(guest), guest.get_full_name()):
        assert called == f"Guest {str(guest.pk)[:8]}"


def test_an_unknown_time_zone_becomes_utc():
    assert services.create_guest(time_zone="Mars/Base").time_zone == "UTC"


def test_two_guests_are_two_people():
    assert services.create_guest().email != services.create_guest().email


def test_claiming_keeps_the_same_person(guest: User):
    told: list[User] = []
    guest_claimed.connect(listener := lambda user, **_: told.append(user))
    account = services.claim_guest(user=guest, email=ADDRESS, password=PASSWORD)
    guest_claimed.disconnect(listener)
    assert account.pk == guest.pk and not account.is_guest
    assert account.email == "anna@example.org" and account.check_password(PASSWORD)
    assert EmailAddress.objects.filter(user=account, primary=True, verified=False).count() == 1
    assert told == [account]


def test_claiming_refuses_an_address_that_is_taken(guest: User, user: User):
    with pytest.raises(ValidationError, match="already"):
        services.claim_guest(user=guest, email=user.email.upper(), password=PASSWORD)
    guest.refresh_from_db()
    assert guest.is_guest and not guest.has_usable_password()


def test_claiming_refuses_a_weak_password(guest: User):
    with pytest.raises(ValidationError, match="too common"):
        services.claim_guest(user=guest, email=ADDRESS, password="password")
    guest.refresh_from_db()
    assert guest.is_guest


def test_claiming_is_for_guests_alone(user: User):
    with pytest.raises(ValidationError, match="already"):
        services.claim_guest(user=user, email=ADDRESS, password=PASSWORD)


def test_the_page_makes_an_account_and_keeps_the_person_signed_in(
    guest: User, guest_client: Client
):
    answer = guest_client.post(
        reverse("accounts:claim"), {"email": ADDRESS, "password": PASSWORD}, follow=True
    )
    assert answer.status_code == 200
    assert answer.wsgi_request.user == User.objects.get(pk=guest.pk, is_guest=False)
    assert [sent.to for sent in mail.outbox] == [["anna@example.org"]]
    assert "/accounts/confirm-email/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("password", "field", "words"),
    [("password", "password", "too common"), (PASSWORD, "email", "already")],
)
def test_the_page_names_the_field_that_is_wrong(
    guest_client: Client, user: User, password: str, field: str, words: str
):
    address = user.email if field == "email" else ADDRESS
    answer = guest_client.post(reverse("accounts:claim"), {"email": address, "password": password})
    assert words in str(answer.context["form"].errors[field])


def test_settings_lead_a_guest_to_an_account(guest_client: Client):
    assert guest_client.get(reverse("accounts:settings")).url == reverse("accounts:claim")


def test_a_stale_guest_goes_and_others_stay(guest: User, user: User, settings):
    fresh = services.create_guest()
    User.objects.filter(pk__in=[guest.pk, user.pk]).update(
        date_joined=timezone.now() - timedelta(days=settings.GUEST_DAYS, seconds=1)
    )
    assert services.erase_stale_guests() == 1
    assert set(User.objects.all()) == {fresh, user}


def test_a_guest_who_makes_an_account_while_others_go_stays(guest: User, settings):
    late = services.create_guest()
    User.objects.update(date_joined=timezone.now() - timedelta(days=settings.GUEST_DAYS, seconds=1))

    def claim(user: User, **_: object) -> None:
        other = guest if user.pk == late.pk else late
        services.claim_guest(user=other, email=ADDRESS, password=PASSWORD)

    user_erased.connect(claim)
    try:
        assert services.erase_stale_guests() == 1
    finally:
        user_erased.disconnect(claim)
    assert not User.objects.get().is_guest


def test_a_guest_who_gave_an_address_of_their_own_stays(guest: User, settings):
    long_ago = timezone.now() - timedelta(days=settings.GUEST_DAYS, seconds=1)
    User.objects.filter(pk=guest.pk).update(email="anna@example.org", date_joined=long_ago)
    assert services.erase_stale_guests() == 0


def test_erasing_tells_the_other_layers_first(user: User):
    told: list[bool] = []
    user_erased.connect(
        listener := lambda user, **_: told.append(User.objects.filter(pk=user.pk).exists())
    )
    services.erase_user(user=user)
    user_erased.disconnect(listener)
    assert told == [True] and not User.objects.exists()


def test_the_sweep_looks_once_an_hour(guest: User, settings):
    User.objects.filter(pk=guest.pk).update(
        date_joined=timezone.now() - timedelta(days=settings.GUEST_DAYS, seconds=1)
    )
    assert services.sweep() == 1
    late = services.create_guest()
    User.objects.filter(pk=late.pk).update(date_joined=timezone.now() - timedelta(days=99))
    assert services.sweep() == 0
    assert User.objects.filter(pk=late.pk).exists()


def test_a_guests_sessions_go_with_them(guest: User, settings):
    from sessions.models import Session
    from sessions.services import create_session

    create_session(owner=guest, kind="pitch", title="A try")
    User.objects.filter(pk=guest.pk).update(
        date_joined=timezone.now() - timedelta(days=settings.GUEST_DAYS, seconds=1)
    )
    assert services.erase_stale_guests() == 1
    assert not Session.objects.exists()
