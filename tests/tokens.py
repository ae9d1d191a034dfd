"""Keys for tests that speak to the API."""

from __future__ import annotations

import uuid

from coaching.accounts.models import User
from coaching.accounts.services import make_token


def header_of(user: User) -> str:
    """`Authorization` of a program that acts as `user`."""
    _token, key = make_token(user=user, name=uuid.uuid4().hex, days=1)
    return f"Token {key}"
