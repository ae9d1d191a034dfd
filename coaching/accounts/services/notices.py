"""Writing to somebody about their own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from coaching.accounts.models import User
from config.mail import message


def tell(user: User, subject: str, template: str, **context: Any) -> None:
    """Mail their main address after the commit; a mail server that is down undoes nothing."""
    with timezone.override(user.zone):
        text = render_to_string(
            f"accounts/mail/{template}.txt",
            {"name": user.get_short_name(), "site": settings.SITE_URL, **context},
        )
    mail = message(to=[user.email], subject=subject, text=text)
    transaction.on_commit(mail.send, robust=True)
