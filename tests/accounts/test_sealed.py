"""Second factors at rest: nobody who reads the database alone can make a code."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from config.seal import seal, unseal
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def signs_in(user: User, answer: Callable[[], str]) -> bool:
    """The answer is made once it is asked for: a code is good for half a minute."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": answer()})
    return "_auth_user_id" in client.session


def test_it_works(user: User) -> None:
    secret = generate_totp_secret()
    kept = TOTP.activate(user, secret).instance
    kept.refresh_from_db()
    assert secret not in str(kept.data)
    assert signs_in(user, lambda: code(secret))


def test_the_seed_of_recovery_codes_is_sealed_too(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user)
    seed = unseal(codes.instance.data["seed"])
    codes.instance.refresh_from_db()
    assert seed not in str(codes.instance.data) and len(seed) == 80
    assert signs_in(user, lambda: codes.generate_codes()[0])


def test_a_row_from_before_still_signs_in(user: User) -> None:
    secret = generate_totp_secret()
    Authenticator.objects.create(user=user, type="totp", data={"secret": secret})
    assert signs_in(user, lambda: code(secret))


def test_a_new_key_reads_what_the_old_one_sealed(user: User, settings: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-this-installation-" * 2
    call_command("reseal", stdout=(said := StringIO()))
    assert said.getvalue().startswith("2 second factors")
    settings.SECRET_KEY_FALLBACKS = []
    assert signs_in(user, lambda: code(secret))


def test_a_key_that_is_gone_lets_nobody_in(settings: Any) -> None:
    kept = seal("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = "another-key-of-this-installation-" * 2
    with pytest.raises(ImproperlyConfigured, match="ROSTRUM_SECRET_KEY_FALLBACKS"):
        unseal(kept)


def test_the_same_secret_is_never_kept_twice_alike() -> None:
    assert seal("a") != seal("a") and unseal(seal("a")) == "a"
