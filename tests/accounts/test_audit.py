"""Who changed what: written down with who did it and in which request, and with no name in it."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from billing.models import Plan
from billing.services import subscribe
from coaching.accounts import services
from coaching.accounts.models import User
from sessions.models import Grant, GrantUse, Session
from sessions.services import create_session, delete_session, grant_access, purge_session
from tests.tokens import header_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(other_user: User) -> Client:
    """Where `other_user`, an administrator, is signed in."""
    User.objects.filter(pk=other_user.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(other_user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def entries(of: Any) -> list[LogEntry]:
    """Newest first."""
    return list(LogEntry.objects.filter(object_pk=str(of.pk)).order_by("-pk"))


def test_it_works(admin: Client, user: User, other_user: User) -> None:
    address = reverse("admin:accounts_user_change", args=[user.pk])
    given = {"email": user.email, "name": "Bo", "time_zone": "UTC", "theme": "dark"}
    answer = admin.post(address, given | {"is_staff": "on"})
    assert answer.status_code == 302
    entry = entries(user)[0]
    assert entry.changes == {"is_staff": ["False", "True"], "is_active": ["True", "False"]}
    assert (entry.actor, entry.actor_email) == (other_user, other_user.email)
    assert entry.cid == answer.headers["X-Request-ID"]


def test_it_names_nobody_and_quotes_nothing(user: User, other_user: User) -> None:
    session = create_session(owner=user, kind="pitch", title="Our secret plan", notes="Whisper")
    grant = grant_access(
        owner=user, session=session, scope="media", reason="My coach Ann", to_user=other_user
    )
    link = grant_access(owner=user, session=session, scope="media", reason="x", link=True)
    header_of(user)
    delete_session(session=session)
    assert {type(of) for of in (user, session, grant) if entries(of)} == {User, Session, Grant}
    told = str(list(LogEntry.objects.values_list("changes", "object_repr", "changes_text")))
    for word in ("secret", "Whisper", "Ann", user.email, other_user.email, link.to_link):
        assert word not in told


@pytest.mark.parametrize("what", ["plan", "subscription", "grant", "session", "groups", "token"])
def test_what_admins_and_support_change_is_written_down(
    user: User, other_user: User, what: str
) -> None:
    session = create_session(owner=user, kind="pitch", title="Seed")
    grant = grant_access(owner=user, session=session, scope="media", reason="x", to_user=other_user)
    plan = Plan.objects.get()
    LogEntry.objects.all().delete()
    if what == "plan":
        plan.minutes_per_month = 1
        plan.save()
    elif what == "subscription":
        subscribe(user=user, plan=plan)
    elif what == "grant":
        from sessions.services import revoke

        revoke(grant=grant)
    elif what == "session":
        purge_session(session=session)
    elif what == "groups":
        user.groups.add(Group.objects.create(name="Support"))
    else:
        services.make_token(user=user, name="Wiki", days=1)
    assert LogEntry.objects.exists()


def test_the_holder_of_a_token_is_named(user: User) -> None:
    session = create_session(owner=user, kind="pitch", title="Seed")
    program = APIClient(headers={"Authorization": header_of(user)})
    assert program.delete(f"/api/v1/sessions/{session.pk}/").status_code == 204
    assert entries(session)[0].actor == user


def test_outside_of_a_request_nobody_is_named(user: User, user_client: Client) -> None:
    user_client.get("/settings/")
    session = create_session(owner=user, kind="pitch", title="Seed")
    assert entries(session)[0].actor is None


def test_headers_that_anybody_can_make_up_are_not_believed(user_client: Client) -> None:
    answer = user_client.post(
        reverse("sessions:new"),
        {"kind": "pitch", "title": "Seed", "language": "auto"},
        headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Port": "9" * 30,
                 "X-Correlation-ID": "x" * 999},
    )  # fmt: skip
    assert answer.status_code == 302
    entry = entries(Session.objects.get())[0]
    assert (entry.remote_addr, entry.remote_port) == (None, None)
    assert entry.cid == answer.headers["X-Request-ID"]


def test_an_erased_person_is_left_as_a_number(admin: Client, user: User, other_user: User) -> None:
    pk = user.pk
    signed_in = Client()
    signed_in.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    signed_in.post(reverse("sessions:new"), {"kind": "pitch", "title": "S", "language": "auto"})
    assert LogEntry.objects.filter(actor_email=user.email).exists()
    admin.post(reverse("admin:accounts_user_delete", args=[pk]), {"post": "yes"})
    assert not User.objects.filter(pk=pk).exists()
    assert not LogEntry.objects.filter(actor_email=user.email).exists()
    gone = LogEntry.objects.filter(object_pk=str(pk), action=LogEntry.Action.DELETE).get()
    assert (gone.actor, gone.actor_email) == (other_user, other_user.email)


def test_an_administrator_stays_known_after_they_left(admin: Client, other_user: User) -> None:
    create = {"email": "new@example.org", "usable_password": "false"}
    admin.post(reverse("admin:accounts_user_add"), create)
    email = other_user.email
    services.erase_user(user=User.objects.get(pk=other_user.pk))
    entry = entries(User.objects.get(email="new@example.org"))[0]
    assert (entry.actor, entry.actor_email) == (None, email)


def test_who_deletes_their_own_account_in_the_admin_breaks_nothing(
    admin: Client, other_user: User
) -> None:
    admin.post(reverse("admin:accounts_user_delete", args=[other_user.pk]), {"post": "yes"})
    assert not User.objects.exists()
    assert LogEntry.objects.filter(actor_email=other_user.email).exists()


def test_the_audit_is_read_and_searched_in_the_admin(admin: Client, user: User) -> None:
    create_session(owner=user, kind="pitch", title="Seed")
    address = reverse("admin:auditlog_logentry_changelist")
    assert admin.get(address).status_code == 200
    found = admin.get(address, {"q": str(user.pk)})
    assert found.status_code == 200 and str(user.pk) in found.text
    one = reverse("admin:auditlog_logentry_change", args=[LogEntry.objects.latest().pk])
    assert admin.get(one).status_code == 200
    assert admin.post(one, {}).status_code == 403


def test_a_look_in_the_admin_is_a_look(admin: Client, user: User, other_user: User) -> None:
    session = create_session(owner=user, kind="pitch", title="Seed")
    address = reverse("admin:practice_session_change", args=[session.pk])
    assert admin.get(address).status_code == 200
    use = GrantUse.objects.get()
    assert (use.user, use.owner, use.session, use.grant) == (other_user, user, session, None)
    assert "administration" in use.what
