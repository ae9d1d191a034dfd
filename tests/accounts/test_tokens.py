"""API tokens: made in the settings, seen once, kept hashed, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from coaching.accounts import services
from coaching.accounts.models import ApiToken, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "/settings/api/new/"
LIST = "/settings/api/"


@pytest.fixture
def browser(user: User) -> Client:
    """Where `user` gave the password again a moment ago."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def asks(key: str) -> int:
    return APIClient(headers={"Authorization": f"Token {key}"}).get("/api/v1/sessions/").status_code


def make(user: User, name: str = "Wiki", days: int = 30) -> tuple[ApiToken, str]:
    return services.make_token(user=user, name=name, days=days)


def test_it_works(browser: Client, user: User, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(NEW, {"name": "Wiki", "days": "90"})
    key = page.context["key"]
    assert key.startswith("rostrum_") and key in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert asks(key) == 200
    token = ApiToken.objects.get()
    assert token.user == user and token.last_used_at is not None
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    assert [sent.to for sent in mail.outbox] == [[user.email]]
    assert "Wiki" in mail.outbox[0].body and key not in mail.outbox[0].body


def test_its_key_is_nowhere_to_be_read_again(browser: Client, admin_client: Client, user: User):
    token, key = make(user)
    assert key not in str(vars(ApiToken.objects.get()))
    shown = [browser.get(LIST).text]
    admin = reverse("admin:accounts_apitoken_changelist")
    shown += [admin_client.get(f"{admin}{path}").text for path in ("", f"{token.pk}/change/")]
    for page in shown:
        assert token.start in page
        assert key not in page and token.digest not in page


def test_making_one_asks_again_who_you_are(user_client: Client):
    for answer in (user_client.get(NEW), user_client.post(NEW, {"name": "Wiki", "days": "30"})):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


def test_a_second_click_makes_no_second_token(browser: Client):
    assert browser.post(NEW, {"name": "Wiki", "days": "30"}).status_code == 200
    again = browser.post(NEW, {"name": " Wiki ", "days": "30"})
    assert again.status_code == 422 and "Choose another name" in again.text
    assert ApiToken.objects.count() == 1


def test_a_wrong_form_says_what_is_wrong(browser: Client):
    answer = browser.post(NEW, {"name": "", "days": "9999"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "days"}


def test_there_are_so_many(user: User, other_user: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services.tokens, "TOKENS_PER_ACCOUNT", 2)
    make(other_user)
    for name in ("a", "b"):
        make(user, name)
    with pytest.raises(ValidationError, match="Revoke one"):
        make(user, "c")


def test_it_is_revoked(browser: Client, user: User):
    token, key = make(user)
    address = reverse("accounts:revoke-token", args=[token.pk])
    assert "cannot be undone" in browser.get(address).text
    assert asks(key) == 200, "a question is no answer"
    assert browser.post(address, follow=True).redirect_chain == [(LIST, 302)]
    assert asks(key) == 401
    assert browser.post(address).status_code == 404


def test_it_checks_object_ownership(other_client: Client, user: User):
    token, key = make(user)
    address = reverse("accounts:revoke-token", args=[token.pk])
    assert {other_client.get(address).status_code, other_client.post(address).status_code} == {404}
    assert "Wiki" not in other_client.get(LIST).text
    assert asks(key) == 200


def test_one_that_expired_opens_nothing(user: User, browser: Client):
    _token, key = make(user)
    ApiToken.objects.update(expires_at=timezone.now())
    assert asks(key) == 401
    assert "Expired" in browser.get(LIST).text


def test_one_of_a_closed_account_opens_nothing(user: User):
    _token, key = make(user)
    User.objects.update(is_active=False)
    assert asks(key) == 401


@pytest.mark.parametrize("wrong", ["", "rostrum_", "rostrum_guess", "\xff", "a b", "é"])
def test_a_wrong_key_is_answered_in_words(wrong: str):
    answer = APIClient(headers={"Authorization": f"Token {wrong}".encode().decode("latin-1")}).get(
        "/api/v1/sessions/"
    )
    assert answer.status_code == 401 and answer.json()["detail"]


def test_a_use_is_noted_once_an_hour(user: User, django_assert_num_queries):
    _token, key = make(user)
    services.use_token(key)
    with django_assert_num_queries(1):
        services.use_token(key)
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    with django_assert_num_queries(2):
        services.use_token(key)


def test_a_guest_has_none(client: Client):
    client.force_login(services.create_guest(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).url == reverse("accounts:claim")


def test_the_page_asks_a_constant_number_of_times(
    browser: Client, user: User, django_assert_num_queries
):
    for number in range(10):
        make(user, f"Token {number}")
    with django_assert_num_queries(3):
        assert "Token 9" in browser.get(LIST).text
