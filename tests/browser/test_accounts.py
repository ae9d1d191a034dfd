"""Getting in, staying safe, getting back in: in a real browser, on the real mail folder."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from coaching.accounts.models import User
from config.devmail import kept_mails
from tests.browser.harness import Visitor, Watch, assert_accessible, assert_fits
from tests.conftest import PASSWORD

NEW_PASSWORD = "another-Quiet-rehearsal-2"


def link_in_last_mail() -> str:
    mails = kept_mails()
    assert mails, "no mail was sent"
    found = re.search(r"https?://\S+", mails[0].text)
    assert found, mails[0].text
    return found[0]


def fill_sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    """allauth asks for the password again before security settings."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def test_somebody_signs_up_with_the_keyboard_alone(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Make an account").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/signup/")
    page.get_by_label("Email").focus()
    page.keyboard.type("new@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Make an account")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert User.objects.get(email="new@example.org").time_zone != ""
    page.goto(link_in_last_mail())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("new@example.org")


def test_a_mistake_is_named_beside_its_field(page: Page):
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Make an account").click()
    field = page.get_by_label("Password")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("too common"))
    assert_accessible(page)


def test_a_lost_password_is_replaced_through_the_kept_mail(page: Page, user: User):
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    page.goto(link_in_last_mail())
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)


def test_too_many_wrong_passwords_pause_signing_in(page: Page, user: User, watch, settings):
    watch.expect("429")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        fill_sign_in(page, user.email, "wrong-guess-again")
    expect(page.get_by_role("heading", name="Signing in is paused")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    fill_sign_in(page, user.email, PASSWORD)
    expect(page.get_by_role("heading", name="Signing in is paused")).to_be_visible()


def test_an_authenticator_app_guards_the_account(learner: Visitor, visitor: Visitor, user: User):
    page = learner.page()
    page.goto("/accounts/2fa/totp/activate/")
    confirm_password(page)
    secret = page.get_by_label("Secret, if the app cannot scan").input_value()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_label("Authenticator code").fill(totp(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name=re.compile("Recovery codes", re.I))).to_be_visible()
    assert_accessible(page)
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()

    visitor.cookies = []
    other = visitor.page()
    fill_sign_in(other, user.email, PASSWORD)
    expect(other.get_by_role("heading", name="One more step")).to_be_visible()
    assert_accessible(other)
    code = page.get_by_label("Unused codes").input_value().split()[0]
    other.get_by_role("textbox").first.fill(code)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_passkey_opens_the_account(learner: Visitor, visitor: Visitor, user: User):
    page = learner.page()
    with_virtual_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    page.get_by_label("Name").fill("This laptop")
    page.get_by_label("Sign in with this key alone").check()
    assert_accessible(page)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("link", name="Rename This laptop")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_token_is_made_seen_once_and_revoked(learner: Visitor):
    page = learner.page()
    page.goto("/settings/api/")
    page.get_by_role("main").get_by_role("link", name="Make a token").first.click()
    confirm_password(page)
    assert_accessible(page)
    page.get_by_label("Name").fill("Exports to our wiki, with a name as long as they may be made")
    page.get_by_role("button", name="Make it").click()
    key = page.get_by_label("Token", exact=True).input_value()
    assert key.startswith("rostrum_")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("main")).to_contain_text("never used")
    assert key not in page.content()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("main")).to_contain_text("No program has access")


def test_an_account_is_left_and_come_back_to(learner: Visitor, watch: Watch, user: User):
    watch.expect("422")
    page = learner.page()
    page.goto("/settings/")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_role("button", name="Delete my account").click()
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Delete my account and everything in it").check()
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("status")).to_contain_text("Sign in before then to keep it")
    assert "choose to stay" in kept_mails()[0].text
    fill_sign_in(page, user.email, PASSWORD)
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_contain_text("Your account stays")


def totp(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_virtual_key(page: Page) -> None:
    """Give the page's browser a platform authenticator that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
