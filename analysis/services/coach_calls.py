"""Calls of a language model: decided on, paid for in advance, settled after. For workers alone.

The rows of CoachCall are the whole state: the month's sum, each person's day, and the breaker that
all workers share. One advisory lock puts the decisions of all of them in a row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from analysis.coach.request import Message, NothingToSend
from analysis.coach.site import FAILED, OFF, Site
from analysis.models import (
    AnalysisRun,
    CoachCall,
    CoachConsent,
    CoachExchange,
    Exchange,
    Purpose,
    StageRun,
)
from analysis.selectors.coach import answer_to, consent_of, offered_to, request_for
from analysis.services.coach import Refused
from sessions.models import Session

LOCK = 0x526F_7374_7275_6D02
TOLERATED = 5
"""So many failures of a service in a row open the breaker."""
COOL_DOWN_S = 300.0
"""Then nobody asks it for so long; after that one call tries, and only its success closes it."""
LONGEST_WAIT_S = 3600.0
"""Longer than this no `Retry-After` is followed: a wrong one would never end."""
_OVERHEAD_TOKENS = 1000
"""What providers put around a request of their own accord."""
_UNPAID = CoachCall.FAILURES - {CoachCall.Outcome.TIMEOUT}
"""Nothing was written, so nothing is charged; of a call that was too slow nobody knows."""


class NotNow(Exception):
    """A call may not be made: `code` is one of REASONS, `wait_s` when to ask again, if ever."""

    def __init__(self, code: str, wait_s: float | None = None) -> None:
        super().__init__(code)
        self.code, self.wait_s = code, wait_s


@dataclass(frozen=True)
class Plan:
    """What a worker does: `call` the language model, or, without one, read an `earlier` answer."""

    site: Site
    request: Message
    call: CoachCall | None = None
    earlier: str = ""
    kept: type[Exchange] = CoachExchange
    """Where what is said is kept."""


@transaction.atomic
def decide(*, stage_id: int) -> Plan:
    """Decide at the last moment before anything is sent. Raises Refused or NotNow."""
    stage = StageRun.objects.select_related("run__session__owner").get(pk=stage_id)
    run: AnalysisRun = stage.run
    session = run.session
    site = offered_to(session.owner)
    if site is None or session.deleted_at is not None:
        raise Refused(OFF)
    try:
        request = request_for(run)
    except NothingToSend as error:
        raise Refused(error.code) from error
    digest = request.digest(site)
    if earlier := answer_to(session, digest):
        return Plan(site, request, earlier=earlier.response)
    consent = consent_of(session.owner, site, lock=True)
    if consent is None:
        raise Refused("coach_withdrawn")
    if consent.mode != CoachConsent.Mode.ALWAYS and stage.input_digest != digest:
        raise Refused("coach_changed" if stage.input_digest else "coach_not_asked")
    call = reserve(site=site, request=request, session=session, consent=consent.mode)
    return Plan(site, request, call=call)


@transaction.atomic
def reserve(
    *,
    site: Site,
    request: Message,
    session: Session,
    consent: str,
    purpose: Purpose = Purpose.NOTES,
) -> CoachCall:
    """`book` a call about a practice; one for the same that still runs is given up."""
    before = session.coach_calls.filter(purpose=purpose)
    call = CoachCall(owner=session.owner, session=session, purpose=purpose, consent=consent)
    return book(site=site, request=request, call=call, exchange=CoachExchange(session=session),
                before=before)  # fmt: skip


@transaction.atomic
def book(
    *,
    site: Site,
    request: Message,
    call: CoachCall,
    exchange: Exchange,
    before: QuerySet[CoachCall],
) -> CoachCall:
    """Book the most `call` can cost, and keep in `exchange` what it sends. Of the calls `before` it
    about the same nobody waits for one that still runs. Raises NotNow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    now = timezone.now()
    before.filter(outcome=CoachCall.Outcome.RUNNING).update(
        outcome=CoachCall.Outcome.LOST, finished_at=now
    )
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if CoachCall.objects.filter(owner=call.owner, started__gte=today).count() >= site.daily_calls:
        raise NotNow("coach_daily_limit")
    cost = site.cost(_most_tokens(request), site.max_tokens)
    if spent_in_month(now) + cost > site.budget:
        raise NotNow("coach_over_budget")
    if wait_s := blocked_for(site, now, Purpose(call.purpose)):
        raise NotNow(FAILED, wait_s)
    call.recipient, call.provider, call.model = site.recipient, site.provider, site.model
    call.prompt, call.cost, call.started = request.prompt, cost, now
    call.save(force_insert=True)
    exchange.digest = request.digest(site)
    exchange.instructions, exchange.data = request.system, request.user
    exchange.call = call  # type: ignore[attr-defined]
    exchange.save(force_insert=True)
    return call


_SETTLED = ("outcome", "detail", "latency_s", "finished_at", "wait_s", "tokens_in", "tokens_out",
            "cost")  # fmt: skip


def settle(
    *,
    call: CoachCall,
    site: Site,
    outcome: CoachCall.Outcome,
    tokens: tuple[int, int] | None = None,
    latency_s: float | None = None,
    wait_s: float | None = None,
    detail: str = "",
    response: str = "",
    kept: type[Exchange] = CoachExchange,
) -> None:
    """Note how a call ended. Without `tokens` it is free where the service wrote nothing, and
    stays at the most it can have cost where nobody knows."""
    call.outcome, call.detail = outcome, detail[:300]
    call.latency_s, call.finished_at = latency_s, timezone.now()
    call.wait_s = min(wait_s, LONGEST_WAIT_S) if wait_s else None
    if tokens is not None:
        call.tokens_in, call.tokens_out = tokens
        call.cost = site.cost(*tokens)
    elif outcome in _UNPAID:
        call.cost = Decimal(0)
    call.save(update_fields=_SETTLED)  # its owner and session may have gone meanwhile
    kept._default_manager.filter(pk=call.pk).update(response=response.replace("\0", ""))


def spent_in_month(at: datetime) -> Decimal:
    """Money for the calendar month (UTC) of `at`, running calls at their most."""
    first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (first + timedelta(days=32)).replace(day=1)
    found = CoachCall.objects.filter(started__gte=first, started__lt=after).aggregate(Sum("cost"))
    return found["cost__sum"] or Decimal(0)


def blocked_for(site: Site, now: datetime, purpose: Purpose = Purpose.NOTES) -> float:
    """Seconds for which the service is to be left alone; 0: ask.

    Closed until TOLERATED calls in a row failed; then open for COOL_DOWN_S; then half-open: one
    call at a time tries. A service that asks for a pause gets it. One that is too slow for a
    follow-up question, which has seconds, is not too slow for anything else.
    """
    calls = CoachCall.objects.filter(recipient=site.recipient)
    if purpose != Purpose.FOLLOW_UP:
        calls = calls.exclude(purpose=Purpose.FOLLOW_UP, outcome=CoachCall.Outcome.TIMEOUT)
    latest = list(
        calls.exclude(finished_at=None)
        .exclude(outcome=CoachCall.Outcome.LOST)
        .order_by("-finished_at")[:TOLERATED]
    )
    if not latest:
        return 0.0
    is_open = len(latest) == TOLERATED and all(c.outcome in CoachCall.FAILURES for c in latest)
    since = (now - (latest[0].finished_at or now)).total_seconds()
    left = max(latest[0].wait_s or 0.0, COOL_DOWN_S if is_open else 0.0) - since
    if left > 0:
        return left
    trying = calls.filter(
        outcome=CoachCall.Outcome.RUNNING, started__gt=now - timedelta(seconds=site.timeout_s * 2)
    )
    return site.timeout_s if is_open and trying.exists() else 0.0


def _most_tokens(request: Message) -> int:
    """A token is a byte at least, so no request has more of them."""
    sent = request.system + request.user + json.dumps(request.schema)
    return len(sent.encode()) + _OVERHEAD_TOKENS
