from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection


@pytest.fixture
def kept(settings):
    """Two mails kept by the file backend over one connection, so in one file."""
    settings.DEBUG = True
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with get_connection(backend, file_path=settings.EMAIL_FILE_PATH) as connection:
        for subject in ("Reset your password", "Grüße, die Analyse ist fertig"):
            mail = EmailMultiAlternatives(
                subject, "Open https://rostrum.example/x now", "a@example.org", ["b@example.org"]
            )
            mail.attach_alternative("<p>Open</p>", "text/html")
            connection.send_messages([mail])


def test_it_works(client, kept, db):
    page = client.get("/dev/mail/").content.decode()
    assert "Reset your password" in page
    assert "Grüße, die Analyse ist fertig" in page


def test_it_shows_one_mail_with_links_to_follow(client, kept, db):
    import re

    page = client.get("/dev/mail/").content.decode()
    first = re.search(r'href="(/dev/mail/[^"]+\.log\.\d+/)"', page)
    assert first
    assert 'href="https://rostrum.example/x"' in client.get(first[1]).content.decode()


def test_an_unknown_mail_is_not_found(client, kept, db):
    assert client.get("/dev/mail/nothing.log.0/").status_code == 404


def test_it_is_for_debug_only(client, kept, settings, db):
    settings.DEBUG = False
    assert client.get("/dev/mail/").status_code == 404
