"""Reading accounts."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from coaching.accounts.models import User


def confirmed_address(user: User) -> str | None:
    """Where mail about what somebody made may go: their main address before their others, and
    none that they did not confirm, since it may be a stranger's."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return confirmed.values_list("email", flat=True).first()
