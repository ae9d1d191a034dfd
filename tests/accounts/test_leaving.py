"""Deleting one's account: said exactly, proved, taken back in time, and then complete."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
    user_id_to_str,
)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from coaching.accounts import services
from coaching.accounts.models import ApiToken, User
from coaching.accounts.signals import user_erased
from sessions.models import GrantUse, Session
from sessions.selectors import session_for, visible_to
from sessions.services import grant_access
from tests.analysis import results
from tests.conftest import PASSWORD
from tests.tokens import header_of

pytestmark = pytest.mark.django_db
LEAVE, STAY, SETTINGS = "/settings/leave/", "/settings/leave/stay/", "/settings/"
STAYS = {"analysis.CoachCall"}
"""Without their owner, as the page says."""
SURE = {"password": PASSWORD, "sure": "on"}


def is_signed_in(client: Client) -> bool:
    return client.get(SETTINGS).status_code == 200


def its_time_has_come() -> None:
    User.objects.exclude(erase_at=None).update(erase_at=timezone.now())


@pytest.fixture
def mailed(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_it_works(user_client: Client, user: User, mailed: Any) -> None:
    page = user_client.get(LEAVE)
    assert "recordings, transcripts, scores" in page.text and "7 days" in page.text
    with mailed():
        answer = user_client.post(LEAVE, SURE, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Sign in before then to keep it" in answer.text
    assert not is_signed_in(user_client)
    user.refresh_from_db()
    assert timedelta(days=6) < user.erase_at - timezone.now() <= timedelta(days=7)
    assert services.sweep() == 0, "there is time to come back"
    its_time_has_come()
    with mailed():
        assert services.sweep() == 1
    assert not User.objects.exists()
    assert [sent.to for sent in mail.outbox] == [["learner@example.org"]] * 2
    asked, gone = (sent.body for sent in mail.outbox)
    assert "choose to stay" in asked and SETTINGS in asked and "is deleted" in gone


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sure": "on"}, "password"),
        ({"password": "a-guess", "sure": "on"}, "password"),
        ({"password": PASSWORD}, "sure"),
    ],
)
def test_it_takes_the_password_and_a_clear_word(
    user_client: Client, user: User, given: dict[str, str], field: str
) -> None:
    answer = user_client.post(LEAVE, given)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.erase_at is None and is_signed_in(user_client)


def test_a_password_cannot_be_guessed_there(user_client: Client, user: User) -> None:
    answers = [user_client.post(LEAVE, {"password": f"{n}", "sure": "on"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


def test_who_has_only_a_passkey_signs_in_again_first(user: User, user_client: Client) -> None:
    user.set_unusable_password()
    user.save()
    Authenticator.objects.create(user=user, type="webauthn", data={})
    user_client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for answer in (user_client.get(LEAVE), user_client.post(LEAVE, {"sure": "on"})):
        assert answer.url.startswith(reverse("mfa_reauthenticate_webauthn"))
    user.refresh_from_db()
    assert user.erase_at is None
    given_again = {"method": "mfa", "at": time.time(), "reauthenticated": True}
    session = user_client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [given_again]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    assert "password" not in user_client.get(LEAVE).context["form"].fields
    user_client.post(LEAVE, {"sure": "on"})
    user.refresh_from_db()
    assert user.erase_at is not None


def test_a_second_click_changes_nothing(user: User, mailed: Any) -> None:
    with mailed():
        first = services.request_erasure(user=user).erase_at
        assert services.request_erasure(user=user).erase_at == first
    assert len(mail.outbox) == 1


def test_it_is_taken_back(user: User, mailed: Any) -> None:
    results.finished(results.make_session(user))
    services.request_erasure(user=user)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "Keep my account" in client.get(reverse("sessions:list")).text, "every page says it"
    assert client.get(LEAVE).url == SETTINGS
    with mailed():
        page = client.post(STAY, follow=True).text
    assert "everything in it" in page and "Keep my account" not in page
    its_time_has_come()
    assert services.sweep() == 0 and Session.objects.count() == 1
    assert "stays" in mail.outbox[-1].subject


def test_who_changes_their_mind_at_the_last_moment_stays(user: User, other_user: User) -> None:
    for leaving in (user, other_user):
        services.request_erasure(user=leaving)
    its_time_has_come()

    def stay(user: User, **_: object) -> None:
        services.keep_account(user=User.objects.exclude(pk=user.pk).get())

    user_erased.connect(stay)
    try:
        assert services.erase_due() == 1
    finally:
        user_erased.disconnect(stay)
    assert User.objects.count() == 1


def test_one_that_fails_holds_nobody_up(user: User, other_user: User) -> None:
    for leaving in (user, other_user):
        services.request_erasure(user=leaving)
    its_time_has_come()

    def fail(user: User, **_: object) -> None:
        if user == other_user:
            raise OSError("the storage is away")

    user_erased.connect(fail)
    try:
        assert services.erase_due() == 1
    finally:
        user_erased.disconnect(fail)
    assert User.objects.get() == other_user
    assert services.erase_due() == 1


def test_others_see_nothing_meanwhile_and_programs_neither(user: User, other_user: User) -> None:
    session = results.make_session(user)
    grant_access(owner=user, scope="media", reason="Study", to_user=other_user)
    program = APIClient(headers={"Authorization": header_of(user)})
    assert program.get("/api/v1/sessions/").status_code == 200
    services.request_erasure(user=user)
    assert program.get("/api/v1/sessions/").status_code == 401
    assert not visible_to(other_user).exists() and visible_to(user).get() == session
    services.keep_account(user=user)
    assert visible_to(other_user).get() == session


def test_nobody_is_asked_in_anothers_name(
    user_client: Client, user: User, other_user: User
) -> None:
    user_client.post(LEAVE, SURE | {"user": str(other_user.pk), "id": str(other_user.pk)})
    assert list(User.objects.exclude(erase_at=None)) == [user]
    services.request_erasure(user=other_user)
    Client().post(STAY)
    assert User.objects.exclude(erase_at=None).count() == 2


def test_it_wants_a_post_and_a_token(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(LEAVE, SURE).status_code == 403
    assert strict.get(STAY).status_code == 405
    user.refresh_from_db()
    assert user.erase_at is None


def test_an_administrator_goes_by_anothers_hand(user_client: Client, user: User) -> None:
    User.objects.update(is_staff=True)
    assert "another administrator" in user_client.get(LEAVE).text
    assert user_client.post(LEAVE, SURE).status_code == 422
    user.refresh_from_db()
    assert user.erase_at is None


def test_a_guest_goes_at_once(client: Client) -> None:
    guest = services.create_guest()
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    assert LEAVE in client.get(reverse("accounts:claim")).text
    assert client.get(LEAVE).status_code == 200
    assert "being deleted" in client.post(LEAVE, {"sure": "on"}, follow=True).text
    assert services.sweep() == 1
    assert not User.objects.exists() and mail.outbox == []


def test_everything_goes_as_the_page_says(user: User, other_user: User) -> None:
    """Every model that says whose its rows are, and every table that only names somebody."""
    session = results.make_session(user)
    results.finished(session)
    grant_access(owner=user, scope="media", reason="Study", to_user=other_user)
    session_for(other_user, session.pk)
    header_of(user)
    EmailAddress.objects.create(user=user, email="Second@example.org", verified=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    AccessLog.objects.create(username="second@example.org", path_info="/")
    AdminLogEntry.objects.log_actions(other_user.pk, [user], 2, "Changed.", single_object=True)
    AdminLogEntry.objects.log_actions(other_user.pk, [session], 2, "Why us?", single_object=True)
    assert GrantUse.objects.filter(owner=user).exists() and ApiToken.objects.exists()

    services.request_erasure(user=user)
    its_time_has_come()
    assert services.sweep() == 1
    for model in apps.get_models():
        privacy = getattr(model, "privacy", None)
        if privacy and privacy.owner:
            said = privacy.erase == "delete" or model._meta.label in STAYS
            assert said, f"{model._meta.label}: the page has to say what stays"
            left = model._default_manager.filter(**{privacy.owner: user.pk})
            assert not left.exists(), model._meta.label
    assert not EmailAddress.objects.exists() and not Authenticator.objects.exists()
    assert not AccessLog.objects.exists()
    for entry in AdminLogEntry.objects.all():
        assert (entry.object_repr, entry.change_message) == ("", "")


def test_the_files_go_too(user: User, media_root: Path, mailed: Any) -> None:
    default_storage.save(f"u/{user.pk}/s/{user.pk}/original/a.mp4", ContentFile(b"sound"))
    services.request_erasure(user=user)
    its_time_has_come()
    with mailed():
        services.sweep()
    assert [path for path in media_root.rglob("*") if path.is_file()] == []


@pytest.fixture
def media_root(settings: Any) -> Path:
    return Path(settings.MEDIA_ROOT)


def test_what_is_left_of_old_sign_ins_goes(user_client: Client) -> None:
    from django.contrib.sessions.models import Session as SignIn

    SignIn.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    services.sweep()
    assert not SignIn.objects.exists()


def test_its_pages_ask_a_constant_number_of_times(
    user_client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        user_client.get(LEAVE)
