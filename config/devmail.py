"""Mail that no server was named for: kept in var/mail, read at /dev/mail/ (debug only)."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_SEPARATOR = "\n" + "-" * 79 + "\n"
"""What Django's file backend writes after each message of a file."""


@dataclass(frozen=True)
class Mail:
    name: str
    """File name and position in it: `20261121-1.log.0`."""
    sent: datetime
    message: EmailMessage

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain", "html"))
        return str(body.get_content()) if body else ""


def kept_mails() -> list[Mail]:
    """Every kept message, newest first."""
    found: list[Mail] = []
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        sent = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        for index, text in enumerate(path.read_text().split(_SEPARATOR)):
            if text.strip():
                message = email.message_from_string(text, policy=email.policy.default)
                assert isinstance(message, EmailMessage)  # noqa: S101  what this policy makes
                found.append(Mail(f"{path.name}.{index}", sent, message))
    return sorted(found, key=lambda mail: (mail.sent, mail.name), reverse=True)


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    _only_in_debug()
    return render(request, "dev/mails.html", {"mails": kept_mails()})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    _only_in_debug()
    found = next((mail for mail in kept_mails() if mail.name == name), None)
    if found is None:
        raise Http404("There is no such mail.")
    return render(request, "dev/mail.html", {"mail": found})


def _only_in_debug() -> None:
    if not settings.DEBUG:
        raise Http404("Mail is shown in debug only.")
