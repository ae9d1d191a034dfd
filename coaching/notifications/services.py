"""Telling people by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coaching.accounts.selectors import confirmed_address
from config.mail import message
from sessions.models import Session


def notify_ready(session: Session) -> bool:
    """Mail the owner a link to their result; whether a mail was sent.

    A guest has no address, one that nobody confirmed may be a stranger's, and of a deleted
    practice nobody wants to hear. Raises SMTPException or OSError where the mail server does.
    """
    owner = session.owner
    if owner.is_guest or not owner.is_active or session.deleted_at:
        return False
    if session.is_sample or not session.is_listed:
        return False
    address = confirmed_address(owner)
    if address is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "name": owner.get_short_name(),
            "session": session,
            "score": None if session.score is None else round(session.score),
            "partial": session.state == Session.State.PARTIAL,
            "url": settings.SITE_URL + reverse("analysis:session", args=[session.pk]),
        }
        mail = message(
            to=[address],
            subject=_("Your practice “%(title)s” is ready") % {"title": session.title},
            text=render_to_string("notifications/ready.txt", context),
        )
    return bool(mail.send())
