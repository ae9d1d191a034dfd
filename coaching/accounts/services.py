"""Everything that changes an account."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import ApiToken, User
from coaching.accounts.signals import guest_claimed, user_erased
from config.mail import message
from config.seal import seal, unseal

GUESTS_EVERY = timedelta(hours=1)
GUEST_DOMAIN = "guest.invalid"
"""Guests' stand-in addresses end so; `.invalid` can never receive mail (RFC 2606)."""
KEY_PREFIX = "rostrum_"
"""Scanners that look for leaked secrets know a key by it."""
TOKENS_PER_ACCOUNT = 20
NOTE_USE_EVERY = timedelta(hours=1)


def create_guest(*, time_zone: str = "UTC") -> User:
    """A person who tries the product without an account: no password, no address."""
    guest = User(
        email=f"{uuid.uuid4().hex}@{GUEST_DOMAIN}", is_guest=True, time_zone=known_zone(time_zone)
    )
    guest.set_unusable_password()
    guest.save()
    return guest


@transaction.atomic
def claim_guest(*, user: User, email: str, password: str) -> User:
    """Turn a guest into a full account; everything they made stays theirs.

    Raises ValidationError where the address is taken, the password is weak, or `user` is no guest.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_guest:
        raise ValidationError(_("This is a full account already."), code="not_a_guest")
    user.email = User.objects.normalize_email(email).strip().lower()
    validate_password(password, user)
    user.set_password(password)
    user.is_guest = False
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "password", "is_guest"])
            EmailAddress.objects.create(user=user, email=user.email, primary=True)
    except IntegrityError as error:
        raise ValidationError(
            {"email": _("There is an account with this e-mail address already. Sign in to it.")},
            code="taken",
        ) from error
    guest_claimed.send(sender=User, user=user)
    return user


def update_profile(*, user: User, name: str, time_zone: str) -> User:
    """Set how a person is called and which clock their days follow."""
    user.name = name.strip()
    user.time_zone = time_zone
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "time_zone"])
    return user


def remember_theme(*, user: User, theme: str) -> None:
    """Keep the chosen theme for the person's other browsers."""
    User.objects.filter(pk=user.pk).update(theme=theme)


@transaction.atomic
def erase_user(*, user: User) -> None:
    """Delete a person with everything that hangs off them; `user_erased` lets others clean up."""
    user_erased.send(sender=User, user=user)
    user.delete()


def erase_stale_guests() -> int:
    """Erase guests older than settings.GUEST_DAYS; returns how many went."""
    limit = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    stale = User.objects.filter(
        is_guest=True, email__endswith=f"@{GUEST_DOMAIN}", date_joined__lt=limit
    )
    return sum(_erase_guest(pk) for pk in stale.values_list("pk", flat=True))


@transaction.atomic
def _erase_guest(pk: uuid.UUID) -> bool:
    """Erase a guest, unless they made an account since they were found stale."""
    guest = User.objects.select_for_update().filter(pk=pk, is_guest=True).first()
    if guest is not None:
        erase_user(user=guest)
    return guest is not None


def sweep_guests() -> int:
    """What the reaper calls: once in GUESTS_EVERY, `erase_stale_guests`; returns how many went."""
    first = cache.add("accounts:guests-swept", True, int(GUESTS_EVERY.total_seconds()))
    return erase_stale_guests() if first else 0


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
    _tell(user, _("An API token was made for your account"), "token_made", token=token)
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


def _tell(user: User, subject: str, template: str, **context: Any) -> None:
    """Write to somebody about their account after the commit; a mail server that is down undoes
    nothing."""
    text = render_to_string(
        f"accounts/mail/{template}.txt",
        {"name": user.get_short_name(), "site": settings.SITE_URL, **context},
    )
    mail = message(to=[user.email], subject=subject, text=text)
    transaction.on_commit(mail.send, robust=True)


@transaction.atomic
def reseal_second_factors() -> int:
    """Encrypt every authenticator's secrets under the newest key; returns how many there are."""
    count = 0
    for factor in Authenticator.objects.select_for_update().exclude(
        type=Authenticator.Type.WEBAUTHN
    ):
        for name in {"secret", "seed"} & set(factor.data):
            factor.data[name] = seal(unseal(factor.data[name]))
        factor.save(update_fields=["data"])
        count += 1
    return count


def known_zone(name: str) -> str:
    """`name` where it is a time zone this machine knows, else UTC."""
    try:
        User._meta.get_field("time_zone").run_validators(name)
    except ValidationError:
        return "UTC"
    return name or "UTC"
