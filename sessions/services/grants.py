"""Letting others see: the owner gives, the owner takes back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from sessions.models import Grant, Session, link_token


@transaction.atomic
def grant_access(
    *,
    owner: User,
    scope: str,
    reason: str,
    session: Session | None = None,
    to_user: User | None = None,
    to_group: Group | None = None,
    link: bool = False,
    expires_at: datetime | None = None,
    mask_profanity: bool = True,
) -> Grant:
    """Let one user, one group or whoever has the link see `session`, or all of the owner's.

    Raises ValidationError unless there is exactly one holder, the session is the owner's, the
    scope is known, a reason is given and the expiry lies ahead. A link opens one session only.
    `mask_profanity` hides swear words in the words they see, not in the recording.
    """
    problems = []
    if sum((to_user is not None, to_group is not None, link)) != 1:
        problems.append(_("Choose one person, one group or a link."))
    if to_user == owner:
        problems.append(_("You see your own sessions already."))
    if session is not None and session.owner_id != owner.pk:
        problems.append(_("This session is not yours to share."))
    if link and session is None:
        problems.append(_("A link opens one session; choose which."))
    if expires_at is not None and expires_at <= timezone.now():
        problems.append(_("The end of the access must lie ahead."))
    if problems:
        raise ValidationError(problems)
    grant = Grant(
        owner=owner,
        session=session,
        to_user=to_user,
        to_group=to_group,
        to_link=link_token() if link else None,
        scope=scope,
        reason=reason.strip(),
        expires_at=expires_at,
        mask_profanity=mask_profanity,
    )
    grant.full_clean()
    grant.save()
    return grant


def revoke(*, grant: Grant) -> Grant:
    """End it now. The row stays, for the audit."""
    if grant.revoked_at is None:
        grant.revoked_at = timezone.now()
        grant.save(update_fields=["revoked_at"])
    return grant
