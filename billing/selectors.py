"""What an account may use, has used and has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from billing.models import Plan, Usage
from coaching.accounts.models import User


@dataclass(frozen=True)
class Allowance:
    """`limit`, `used` and `left` in the kind's unit: bytes for storage, seconds for analysis,
    a number of times for analyses started again."""

    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def ratio(self) -> float:
        return min(1.0, self.used / self.limit) if self.limit else 1.0


def plan_of(user: User) -> Plan:
    """The account's plan; the default plan for one without a subscription."""
    subscribed = Plan.objects.filter(subscription__user=user).first()
    return subscribed or Plan.objects.get(is_default=True)


def day_start(user: User) -> datetime:
    """The first moment of today on the account's own clock."""
    here = timezone.now().astimezone(user.zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def month_start(user: User) -> datetime:
    """The first moment of this month on the account's own clock."""
    return day_start(user).replace(day=1)


def used(user: User, kind: str) -> int:
    """Bytes kept now, seconds analysed this month, or analyses started again today."""
    rows = Usage.objects.filter(user=user, kind=kind)
    if kind == Usage.Kind.ANALYSIS:
        rows = rows.filter(created__gte=month_start(user))
    elif kind == Usage.Kind.AGAIN:
        rows = rows.filter(created__gte=day_start(user))
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def allowance(user: User, kind: str, plan: Plan | None = None) -> Allowance:
    return Allowance(limit=_limit(user, kind, plan), used=used(user, kind))


def _limit(user: User, kind: str, plan: Plan | None) -> int:
    if kind == Usage.Kind.AGAIN:
        return settings.REANALYSES_PER_DAY
    plan = plan or plan_of(user)
    return plan.storage_bytes if kind == Usage.Kind.STORAGE else plan.minutes_per_month * 60
