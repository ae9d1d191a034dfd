"""People in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from coaching.accounts.signals import user_erased
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(user_client: Client, user: User) -> Client:
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return user_client


def test_it_lists_people_in_a_constant_number_of_queries(
    admin: Client, django_assert_max_num_queries
):
    for number in range(30):
        User.objects.create_user(f"{number}@example.org", None)
    with django_assert_max_num_queries(8):
        answer = admin.get(reverse("admin:accounts_user_changelist"))
    assert answer.status_code == 200 and "29@example.org" in answer.content.decode()


def test_it_makes_a_person(admin: Client):
    given = {
        "email": "New@Example.org",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    answer = admin.post(reverse("admin:accounts_user_add"), given)
    assert answer.status_code == 302, answer.context["errors"]
    assert User.objects.get(email__iexact="new@example.org").check_password(PASSWORD)


def test_it_changes_a_person(admin: Client, other_user: User):
    url = reverse("admin:accounts_user_change", args=[other_user.pk])
    given = {"email": other_user.email, "name": "Bo", "time_zone": "UTC", "theme": "dark"}
    answer = admin.post(url, {**given, "is_active": "on"})
    assert answer.status_code == 302, answer.context["errors"]
    other_user.refresh_from_db()
    assert other_user.name == "Bo"


def test_two_people_cannot_share_an_address_in_another_case(admin: Client, other_user: User):
    given = {
        "email": other_user.email.upper(),
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    answer = admin.post(reverse("admin:accounts_user_add"), given)
    assert answer.status_code == 200 and "already" in answer.content.decode()


def test_signing_in_to_it_goes_through_the_front_door(client: Client):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_it_is_closed_to_learners(user_client: Client):
    assert user_client.get(reverse("admin:index")).status_code == 302


def test_deleting_a_person_erases_them_everywhere(admin: Client, other_user: User):
    erased: list[str] = []
    user_erased.connect(listener := lambda user, **_: erased.append(user.email))
    admin.post(reverse("admin:accounts_user_delete", args=[other_user.pk]), {"post": "yes"})
    user_erased.disconnect(listener)
    assert erased == [other_user.email]
    assert not User.objects.filter(pk=other_user.pk).exists()
