"""The mail that says a result is ready, and to whom it goes."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from analysis.services.runs import start_run
from coaching.accounts.models import User
from coaching.notifications.services import notify_ready
from sessions.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(user: User) -> Session:
    return Session.objects.create(owner=user, kind="pitch", title="Seed round")


def address(user: User, email: str, *, verified: bool, primary: bool = False) -> EmailAddress:
    return EmailAddress.objects.create(user=user, email=email, verified=verified, primary=primary)


def test_it_works(session: Session) -> None:
    address(session.owner, session.owner.email, verified=True, primary=True)
    assert notify_ready(session) is True
    assert [sent.to for sent in mail.outbox] == [[session.owner.email]]


def test_an_address_that_nobody_confirmed_may_be_a_strangers(session: Session) -> None:
    assert notify_ready(session) is False
    address(session.owner, session.owner.email, verified=False, primary=True)
    assert notify_ready(session) is False
    assert mail.outbox == []


def test_a_confirmed_address_stands_in_for_one_that_is_not(session: Session) -> None:
    address(session.owner, session.owner.email, verified=False, primary=True)
    address(session.owner, "second@example.org", verified=True)
    assert notify_ready(session) is True
    assert [sent.to for sent in mail.outbox] == [["second@example.org"]]


def test_the_main_address_comes_before_the_others(session: Session) -> None:
    address(session.owner, "second@example.org", verified=True)
    address(session.owner, "main@example.org", verified=True, primary=True)
    notify_ready(session)
    assert [sent.to for sent in mail.outbox] == [["main@example.org"]]


def test_the_page_promises_a_mail_to_who_gets_one(session: Session, user_client: Client) -> None:
    session.transcripts.create(version=1, kind="attached", source_text="Hello.")
    start_run(session=session)
    confirm = 'href="/accounts/email/"'
    page = user_client.get(session.get_absolute_url()).text
    assert "you get an email" not in page and confirm in page
    address(session.owner, session.owner.email, verified=True, primary=True)
    page = user_client.get(session.get_absolute_url()).text
    assert "you get an email" in page and confirm not in page
