"""Tokens for the API: made, used, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import ApiToken, User
from coaching.accounts.services.notices import tell

KEY_PREFIX = "rostrum_"
"""Scanners that look for leaked secrets know a key by it."""
TOKENS_PER_ACCOUNT = 20
NOTE_USE_EVERY = timedelta(hours=1)


@transaction.atomic
def make_token(*, user: User, name: str, days: int) -> tuple[ApiToken, str]:
    """A token for the API that works `days` long, and its key, which nobody can show again.

    Raises ValidationError for a name the user has given before, and past TOKENS_PER_ACCOUNT.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.api_tokens.count() >= TOKENS_PER_ACCOUNT:
        raise ValidationError(
            _("You have %(most)d tokens, which is the most. Revoke one you no longer need.")
            % {"most": TOKENS_PER_ACCOUNT}
        )
    key = f"{KEY_PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=user,
        name=" ".join(name.split()),
        start=key[: len(KEY_PREFIX) + 4],
        digest=_digest(key),
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    tell(user, _("An API token was made for your account"), "token_made", token=token)
    return token, key


def use_token(key: str) -> ApiToken | None:
    """The token of this key with its user, where both are good; notes the use, once an hour."""
    now = timezone.now()
    good = ApiToken.objects.select_related("user").filter(expires_at__gt=now, user__is_active=True)
    token = good.filter(digest=_digest(key)).first()
    if token and (token.last_used_at is None or token.last_used_at < now - NOTE_USE_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(*, token: ApiToken) -> None:
    """From the next request on its key opens nothing."""
    token.delete()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
