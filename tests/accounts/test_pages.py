"""Account pages: home, settings, theme, sign-up, errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.formats import date_format

from coaching.accounts.adapter import sign_in_name
from coaching.accounts.models import User
from config.errors import error_page
from config.mail import blocks, message
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_home_shows_what_it_is_to_a_visitor(client: Client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert reverse("account_signup") in answer.content.decode()


def test_home_offers_the_sample(client: Client):
    assert f'action="{reverse("sessions:sample")}"' in client.get("/").content.decode()


def test_home_leads_a_signed_in_person_to_their_sessions(user_client: Client):
    assert user_client.get("/").url == reverse("sessions:list")


def test_a_wrong_password_is_refused_in_our_words_and_keeps_the_address(client: Client, user: User):
    given = {"login": user.email, "password": "not it"}
    page = client.post(reverse("account_login"), given).content.decode()
    assert "The address or the password is not right." in page
    assert f'value="{user.email}"' in page


@pytest.mark.parametrize("name", ["settings", "more", "claim"])
def test_it_asks_to_sign_in(client: Client, name: str):
    answer = client.get(reverse(f"accounts:{name}"))
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_login"))


def test_settings_keep_name_and_time_zone(user_client: Client, user: User):
    given = {"name": " Anna Lind ", "time_zone": "America/New_York"}
    answer = user_client.post(reverse("accounts:settings"), given)
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Anna Lind", "America/New_York")


def test_settings_refuse_an_unknown_time_zone(user_client: Client, user: User):
    answer = user_client.post(reverse("accounts:settings"), {"time_zone": "Mars/Base"})
    assert "time_zone" in answer.context["form"].errors
    user.refresh_from_db()
    assert user.time_zone == "UTC"


def test_settings_ask_a_constant_number_of_questions(
    user_client: Client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(2):
        user_client.get(reverse("accounts:settings"))


def test_the_theme_lives_in_the_browser_and_the_account(user_client: Client, user: User):
    user_client.post(reverse("accounts:theme"), {"theme": "dark", "next": "/settings/"})
    user.refresh_from_db()
    assert user.theme == "dark" and user_client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in user_client.get("/settings/").content.decode()


def test_the_theme_knows_its_names(client: Client):
    assert client.post(reverse("accounts:theme"), {"theme": "neon"}).status_code == 400


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_theme_leads_nowhere_else(client: Client, away: str):
    answer = client.post(reverse("accounts:theme"), {"theme": "dark", "next": away})
    assert answer.url == "/"


def test_signing_up_learns_the_time_zone(client: Client):
    given = {"email": "new@example.org", "password1": PASSWORD, "time_zone": "Asia/Tokyo"}
    assert client.post(reverse("account_signup"), given).status_code == 302
    assert User.objects.get(email="new@example.org").time_zone == "Asia/Tokyo"


def test_a_robot_that_fills_the_trap_gets_no_account(client: Client):
    given = {"email": "bot@example.org", "password1": PASSWORD, "website": "http://spam.example"}
    client.post(reverse("account_signup"), given)
    assert not User.objects.filter(email="bot@example.org").exists()


def test_dates_follow_the_persons_clock(user_client: Client, user: User):
    from django.utils import timezone

    seen = []
    User.objects.filter(pk=user.pk).update(time_zone="Asia/Tokyo")
    from coaching.accounts.middleware import TimeZone

    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    TimeZone(lambda _request: seen.append(timezone.get_current_timezone_name()))(request)
    assert seen == ["Asia/Tokyo"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_an_error_page_needs_no_request_and_no_query(status: int, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = error_page(None, status)
    assert page.status_code == status and b"<h1>" in page.content


def test_an_unknown_address_is_a_404_in_our_words(client: Client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404 and "There is nothing here" in answer.content.decode()


def test_an_unknown_address_maps_no_other_in_debug_either(client: Client, settings):
    settings.DEBUG = True
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert b"There is nothing here" in page.content and b"URLconf" not in page.content


def test_a_second_step_offers_only_what_the_person_has(client: Client, user: User):
    TOTP.activate(user, generate_totp_secret())
    page = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True)
    assert b"authenticator app shows" in page.content
    assert b"security key" not in page.content


def test_one_confirmed_address_has_nothing_to_be_done(user_client: Client, user: User):
    first = EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    offers = (b"action_primary", b"action_send", b"action_remove")
    page = user_client.get("/accounts/email/").content
    assert not any(offer in page for offer in offers)
    EmailAddress.objects.create(user=user, email="second@example.org")
    page = user_client.get("/accounts/email/").content
    assert all(offer in page for offer in offers) and first.email.encode() in page


def test_dates_have_the_day_first(user: User):
    when = datetime(2027, 2, 9, 18, 5, tzinfo=UTC)
    assert date_format(when, "DATE_FORMAT") == "9 February 2027"
    assert date_format(when, "SHORT_DATETIME_FORMAT") == "9 Feb 2027, 18:05"


def test_an_address_for_forms_alone_says_so(user_client: Client):
    answer = user_client.get(reverse("sessions:sample"))
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "only takes forms" in answer.content.decode()


def test_the_api_keeps_its_own_words(user_client: Client):
    answer = user_client.put("/api/v1/sessions/", headers={"Accept": "application/json"})
    assert answer.status_code == 405 and answer["Content-Type"] == "application/problem+json"


def test_a_form_without_its_token_is_refused_in_our_words(user: User):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 403 and "gone stale" in answer.content.decode()


def test_a_message_reaches_an_htmx_request_as_a_toast():
    from django.contrib import messages
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.http import HttpResponse
    from django_htmx.middleware import HtmxDetails

    from config.middleware import HtmxMessages

    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    request.htmx = HtmxDetails(request)
    request._messages = CookieStorage(request)
    messages.success(request, "Kept <b>.")
    answer = HtmxMessages(lambda _request: HttpResponse("<p>part</p>"))(request)
    text = answer.content.decode()
    assert text.startswith("<p>part</p>") and 'hx-swap-oob="beforeend:#toasts"' in text
    assert "Kept &lt;b&gt;." in text
    assert list(get_messages(request)) == [] or get_messages(request).used


@pytest.mark.parametrize(
    ("posted", "credentials", "expected"),
    [
        ({"login": " Anna@Example.org "}, None, "anna@example.org"),
        ({"username": "a@example.org"}, None, "a@example.org"),
        ({}, {"email": "B@example.org"}, "b@example.org"),
        ({}, None, ""),
    ],
)
def test_a_lock_knows_whom_it_is_for(posted, credentials, expected: str):
    request = RequestFactory().post("/accounts/login/", posted)
    assert sign_in_name(request, credentials) == expected


def test_a_mails_html_says_what_its_text_says():
    text = "Hello <there>.\n\nOpen it:\nhttps://example.org/a?b=1&c=2\n\nBye."
    sent = message(to=["a@example.org"], subject="One\n line", text=text)
    html = str(sent.alternatives[0][0])
    assert sent.subject == "One line" and sent.body.startswith("Hello <there>.")
    assert "Hello &lt;there&gt;." in html
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html and ">Open it</a>" in html
    assert [block["kind"] for block in blocks(text)] == ["text", "link", "text"]


def test_an_address_inside_a_sentence_is_no_button():
    assert [block["kind"] for block in blocks("See https://example.org for more.")] == ["text"]
