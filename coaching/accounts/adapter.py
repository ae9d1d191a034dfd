"""Where allauth and axes ask us: mails, second factors at rest, the name somebody signs in with,
the lock-out page."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from config.errors import error_page
from config.mail import message
from config.seal import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right."),
    }

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """allauth's mail, its text from our templates and its HTML made from that text."""
        return message(
            to=[email] if isinstance(email, str) else email,
            subject=render_to_string(f"{template_prefix}_subject.txt", context),
            text=render_to_string(f"{template_prefix}_message.txt", context),
            sender=self.get_from_email(),
            headers=headers,
        )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors at rest: the app's secret and the seed of the recovery codes are sealed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "unverified_email": _("Confirm your address first, then add a second factor."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def sign_in_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The address somebody tries to sign in with: allauth and the admin name it differently."""
    given: dict[str, Any] = credentials or {}
    posted = request.POST if request is not None else {}
    for source in (given, posted):
        for key in ("email", "username", "login"):
            if source.get(key):
                return str(source[key]).strip().lower()
    return ""


def locked_out(
    request: HttpRequest, response: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many wrong passwords for one address from one network."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return error_page(request, 429, "errors/locked_out.html", {"minutes": minutes})
