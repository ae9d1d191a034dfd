"""Guests, accounts and what people say about themselves."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from coaching.accounts.signals import guest_claimed
from config.seal import seal, unseal

GUEST_DOMAIN = "guest.invalid"
"""Guests' stand-in addresses end so; `.invalid` can never receive mail (RFC 2606)."""


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
            {"email": _("There is an account with this email address already. Sign in to it.")},
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
