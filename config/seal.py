"""Small secrets at rest: encrypted under keys derived from SECRET_KEY and its fallbacks."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

MARK = "sealed:"
"""In front of what is encrypted; a row from before has none."""


def seal(text: str) -> str:
    """`text` encrypted under the newest key."""
    return MARK + _keys().encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """What was sealed under any of the keys; what never was sealed as it is.

    Raises ImproperlyConfigured where the key is gone. Never a stand-in: one would be guessed.
    """
    if not kept.startswith(MARK):
        return kept
    try:
        return _keys().decrypt(kept.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "A secret in the database was sealed under another ROSTRUM_SECRET_KEY. Put that one "
            "into ROSTRUM_SECRET_KEY_FALLBACKS."
        ) from error


def _keys() -> MultiFernet:
    return _derived(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _derived(*secrets: str) -> MultiFernet:
    return MultiFernet(
        Fernet(
            base64.urlsafe_b64encode(
                salted_hmac("rostrum.seal", "", secret=secret, algorithm="sha256").digest()
            )
        )
        for secret in secrets
    )
