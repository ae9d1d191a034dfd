"""Leaving: a person goes with everything that hangs off them."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from coaching.accounts.services.notices import tell
from coaching.accounts.services.people import GUEST_DOMAIN
from coaching.accounts.services.tokens import revoke_token
from coaching.accounts.signals import user_erased

log = logging.getLogger(__name__)
STALE_EVERY = timedelta(hours=1)


@transaction.atomic
def request_erasure(*, user: User) -> User:
    """The account goes after settings.ACCOUNT_GRACE, unless its owner changes their mind; a
    guest's at once, since nobody can sign in to it again. Asked again, the first date stands.

    Its tokens are revoked now, and what it shares is closed (sessions.selectors.grants_held).
    Raises ValidationError for staff: an administrator goes by another one's hand.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_staff:
        raise ValidationError(_("An administrator's account is deleted by another administrator."))
    if user.erase_at is None:
        user.erase_at = timezone.now() + (timedelta(0) if user.is_guest else settings.ACCOUNT_GRACE)
        user.save(update_fields=["erase_at"])
        for token in user.api_tokens.all():
            revoke_token(token=token)
        if not user.is_guest:
            tell(user, _("Your account will be deleted"), "erasure_asked", date=user.erase_at)
    return user


@transaction.atomic
def keep_account(*, user: User) -> User:
    """Take the wish back; what was shared is open again, the tokens stay revoked."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erase_at is not None:
        user.erase_at = None
        user.save(update_fields=["erase_at"])
        tell(user, _("Your account stays"), "erasure_taken_back")
    return user


@transaction.atomic
def erase_user(*, user: User) -> None:
    """Delete a person with everything that hangs off them; `user_erased` lets others clean up.

    The audit keeps that it happened, and who did it, under the person's id alone.
    """
    LogEntry.objects.log_create(user, force_log=True, action=LogEntry.Action.DELETE, changes={})
    user_erased.send(sender=User, user=user)
    _forget_names(user)
    with disable_auditlog():
        user.delete()


def _forget_names(user: User) -> None:
    """Where a person is named without a foreign key to them."""
    named = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    for record in (AccessAttempt, AccessFailureLog, AccessLog):
        record.objects.filter(username__in={name.lower() for name in named}).delete()
    forget_in_admin_log(user)
    if not user.is_staff:  # of who had power over others' data it stays known
        LogEntry.objects.filter(actor=user).update(actor_email=None)


def forget_in_admin_log(gone: Model) -> None:
    """The admin's own log names what it was about: addresses, titles, questions."""
    told = AdminLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(gone), object_id=str(gone.pk)
    )
    told.update(object_repr="", change_message="")


def erase_stale_guests() -> int:
    """Erase guests older than settings.GUEST_DAYS; returns how many went."""
    limit = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    return _erase_each(
        User.objects.filter(
            is_guest=True, email__endswith=f"@{GUEST_DOMAIN}", date_joined__lt=limit
        )
    )


def erase_due() -> int:
    """Erase whose time has come; returns how many went."""
    return _erase_each(User.objects.filter(erase_at__lte=timezone.now()))


def _erase_each(found: QuerySet[User]) -> int:
    """One that fails is told of, and waits for the next sweep; the others go."""
    gone = 0
    for pk in list(found.values_list("pk", flat=True)):
        try:
            gone += _erase_still(found, pk)
        except Exception:
            log.exception("account %s could not be erased", pk)
    return gone


@transaction.atomic
def _erase_still(found: QuerySet[User], pk: uuid.UUID) -> bool:
    """Erase somebody, unless they made an account, or changed their mind, since they were found."""
    user = found.select_for_update().filter(pk=pk).first()
    if user is not None:
        if not user.is_guest:
            tell(user, _("Your account is deleted"), "erased")
        erase_user(user=user)
    return user is not None


def sweep() -> int:
    """What the supervisor calls: who asked to go goes, and once in STALE_EVERY old guests and what
    is left of sign-ins that ran out. Returns how many people went."""
    gone = erase_due()
    if cache.add("accounts:swept", True, int(STALE_EVERY.total_seconds())):
        gone += erase_stale_guests()
        SessionStore.clear_expired()
    return gone
