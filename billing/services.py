"""Counting use against a plan: each thing once, never over the limit, whoever else is counting."""

from __future__ import annotations

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from billing.models import Plan, Subscription, Usage
from billing.selectors import Allowance, allowance
from coaching.accounts.models import User


class QuotaExceeded(Exception):
    """`message` tells the learner what is used up and what to do about it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


@transaction.atomic
def reserve(user: User, kind: str, key: str, amount: int) -> Usage:
    """Count `amount` (bytes, seconds or times) under `key`; again under the same key replaces it.

    The account's row is locked, so that two uploads at once cannot both take the last of it.
    Raises QuotaExceeded, and then nothing has changed.
    """
    if amount < 0:
        raise ValueError("an amount is never negative")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = Usage.objects.filter(user=user, kind=kind, key=key).first()
    more = amount - (known.amount if known else 0)
    has = allowance(user, kind)
    if more > has.left:
        raise QuotaExceeded(kind, _refusal(kind, more, has))
    if known:
        if more:
            known.amount = amount
            known.save(update_fields=["amount"])
        return known
    return Usage.objects.create(user=user, kind=kind, key=key, amount=amount)


def release(user: User, kind: str, key: str) -> None:
    """Count it no more. Nothing happens for a key that is not there."""
    Usage.objects.filter(user=user, kind=kind, key=key).delete()


@transaction.atomic
def subscribe(*, user: User, plan: Plan) -> Subscription:
    """Put the account on `plan`."""
    subscription, _created = Subscription.objects.update_or_create(
        user=user, defaults={"plan": plan}
    )
    return subscription


def _refusal(kind: str, more: int, has: Allowance) -> str:
    if kind == Usage.Kind.STORAGE:
        return _(
            "This needs %(more)s of storage and you have %(left)s of %(limit)s left. Delete "
            "recordings you no longer need, or choose a larger plan."
        ) % {
            "more": filesizeformat(more),
            "left": filesizeformat(has.left),
            "limit": filesizeformat(has.limit),
        }
    if kind == Usage.Kind.AGAIN:
        return _(
            "You have started %(limit)d analyses again today, and that is the most a day. Correct "
            "a transcript as often as you like, or come back tomorrow."
        ) % {"limit": has.limit}
    return _(
        "This recording is %(more)d minutes long and you have %(left)d of this month's %(limit)d "
        "analysed minutes left. Wait for next month, or choose a larger plan."
    ) % {"more": -(-more // 60), "left": has.left // 60, "limit": has.limit // 60}
