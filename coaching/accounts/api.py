"""Who is asking the API: the holder of a token."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed

from coaching.accounts.models import ApiToken, User
from coaching.accounts.services import use_token


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token KEY`, as the framework's, with keys that are kept hashed."""

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        token = use_token(key)
        if token is None:
            raise AuthenticationFailed(
                _("This API token is not good, or not any more. Make one in your settings.")
            )
        return token.user, token
