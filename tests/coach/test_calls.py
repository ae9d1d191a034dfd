"""Money and patience: the budget stops at its limit, and a service that fails is left alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from analysis.coach.site import Site
from analysis.models import AnalysisRun, CoachCall
from analysis.services.coach_calls import (
    COOL_DOWN_S,
    LONGEST_WAIT_S,
    TOLERATED,
    NotNow,
    blocked_for,
    reserve,
    settle,
    spent_in_month,
)
from tests.coach.given import request, use_llm

pytestmark = pytest.mark.django_db
Outcome = CoachCall.Outcome


def book(site: Site, run: AnalysisRun) -> CoachCall:
    return reserve(site=site, request=request(), session=run.session, consent="ask")


def end(site: Site, run: AnalysisRun, outcome: str, **how: Any) -> CoachCall:
    call = book(site, run)
    settle(call=call, site=site, outcome=Outcome(outcome), **how)
    return call


def refused(site: Site, run: AnalysisRun) -> NotNow:
    with pytest.raises(NotNow) as error:
        book(site, run)
    return error.value


def age(seconds: float) -> None:
    """Let so much time pass for every call."""
    for call in CoachCall.objects.all():
        call.started -= timedelta(seconds=seconds)
        if call.finished_at:
            call.finished_at -= timedelta(seconds=seconds)
        call.save()


def test_it_works(site: Site, run: AnalysisRun):
    call = book(site, run)
    assert call.outcome == Outcome.RUNNING
    assert call.cost > site.cost(500, site.max_tokens), "booked is the most it can cost"
    settle(call=call, site=site, outcome=Outcome.ANSWERED, tokens=(1200, 340), latency_s=1.5,
           response="{}")  # fmt: skip
    call.refresh_from_db()
    assert call.cost == Decimal("0.005120")  # 1200 x 2 + 340 x 8 for a million
    assert (call.tokens_in, call.tokens_out, call.latency_s) == (1200, 340, 1.5)
    assert (call.provider, call.model, call.prompt, call.consent) == (
        "openai",
        "tiny-1",
        "1",
        "ask",
    )
    assert call.exchange.data == request().user
    assert call.exchange.response == "{}"


@pytest.mark.parametrize("outcome", ["busy", "broken", "unreachable", "rejected"])
def test_what_was_never_written_costs_nothing(site: Site, run: AnalysisRun, outcome: str):
    assert end(site, run, outcome).cost == 0


@pytest.mark.parametrize("outcome", ["timeout", "lost", "running"])
def test_what_nobody_knows_costs_the_most_it_can(site: Site, run: AnalysisRun, outcome: str):
    booked = book(site, run)
    if outcome != "running":
        settle(call=booked, site=site, outcome=Outcome(outcome))
    assert spent_in_month(timezone.now()) == pytest.approx(booked.cost)
    assert booked.cost > 0


def test_the_budget_stops_at_its_limit(settings, run: AnalysisRun):
    site = use_llm(settings)
    most = book(site, run).cost
    CoachCall.objects.all().delete()
    site = use_llm(settings, MONTHLY_BUDGET=most * 3 - Decimal("0.000001"))
    book(site, run), book(site, run)
    assert refused(site, run).code == "coach_over_budget"
    assert refused(site, run).wait_s is None, "waiting does not help"
    assert spent_in_month(timezone.now()) <= site.budget
    assert CoachCall.objects.count() == 2


def test_a_call_that_cost_less_leaves_room_for_another(settings, run: AnalysisRun):
    site = use_llm(settings)
    most = book(site, run).cost
    CoachCall.objects.all().delete()
    site = use_llm(settings, MONTHLY_BUDGET=most + Decimal("0.006"))
    end(site, run, "answered", tokens=(1200, 340))
    assert book(site, run)


def test_a_budget_of_nothing_allows_what_is_free(settings, run: AnalysisRun):
    none = Decimal(0)
    assert refused(use_llm(settings, MONTHLY_BUDGET=none), run).code == "coach_over_budget"
    assert book(use_llm(settings, MONTHLY_BUDGET=none, PRICE_IN=none, PRICE_OUT=none), run)


def test_each_month_has_its_own_budget(site: Site, run: AnalysisRun):
    book(site, run)
    CoachCall.objects.update(started=datetime(2026, 1, 31, 23, 59, tzinfo=UTC), cost=7)
    assert spent_in_month(datetime(2026, 1, 1, tzinfo=UTC)) == 7
    assert spent_in_month(datetime(2026, 2, 1, tzinfo=UTC)) == 0
    assert spent_in_month(datetime(2025, 12, 31, tzinfo=UTC)) == 0


def test_one_person_cannot_spend_everybodys_budget(settings, run: AnalysisRun):
    site = use_llm(settings, DAILY_CALLS=2)
    book(site, run), book(site, run)
    assert refused(site, run).code == "coach_daily_limit"
    age(24 * 3600)
    assert book(site, run)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_not_pass_the_budget(settings, run: AnalysisRun):
    site = use_llm(settings)
    most = book(site, run).cost
    CoachCall.objects.all().delete()
    site = use_llm(settings, MONTHLY_BUDGET=most * 2)
    gate, won = threading.Barrier(6), []

    def work() -> None:
        gate.wait()
        try:
            won.append(book(site, run))
        except NotNow:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == CoachCall.objects.count() == 2


def test_failures_in_a_row_open_the_breaker(site: Site, run: AnalysisRun):
    for outcome in ("broken", "timeout", "unreachable", "rejected"):
        end(site, run, outcome)
    assert blocked_for(site, timezone.now()) == 0
    end(site, run, "busy")
    error = refused(site, run)
    assert error.code == "coach_unreachable"
    assert COOL_DOWN_S - 60 < error.wait_s <= COOL_DOWN_S


@pytest.mark.parametrize("outcome", ["answered", "declined", "cut", "unusable"])
def test_a_service_that_speaks_is_not_broken(site: Site, run: AnalysisRun, outcome: str):
    for each in [*["broken"] * (TOLERATED - 1), outcome, "broken"]:
        end(site, run, each)
    assert book(site, run)


def test_after_the_cool_down_one_call_tries(site: Site, run: AnalysisRun):
    for _ in range(TOLERATED):
        end(site, run, "broken")
    age(COOL_DOWN_S + 1)
    trial = book(site, run)
    other = type(run.session).objects.create(owner=run.session.owner, title="Another")
    with pytest.raises(NotNow):
        reserve(site=site, request=request(), session=other, consent="ask")
    settle(call=trial, site=site, outcome=Outcome.BROKEN)
    assert refused(site, run).wait_s > COOL_DOWN_S - 60, "open again"
    age(COOL_DOWN_S + 1)
    end(site, run, "answered", tokens=(1, 1))
    assert book(site, run), "closed"


def test_a_trial_whose_worker_died_does_not_block_for_ever(site: Site, run: AnalysisRun):
    for _ in range(TOLERATED):
        end(site, run, "broken")
    age(COOL_DOWN_S + 1)
    book(site, run)
    age(site.timeout_s * 2 + 1)
    assert blocked_for(site, timezone.now()) == 0


def test_one_service_does_not_answer_for_another(settings, site: Site, run: AnalysisRun):
    for _ in range(TOLERATED):
        end(site, run, "broken")
    assert book(use_llm(settings, "http://localhost:9/v1"), run)


def test_a_service_that_asks_for_a_pause_gets_it(site: Site, run: AnalysisRun):
    end(site, run, "busy", wait_s=17)
    assert 0 < refused(site, run).wait_s <= 17
    age(18)
    assert book(site, run)


def test_no_service_can_put_us_off_for_ever(site: Site, run: AnalysisRun):
    end(site, run, "busy", wait_s=1e9)
    assert refused(site, run).wait_s <= LONGEST_WAIT_S


def test_a_call_left_running_by_the_same_practice_is_lost(site: Site, run: AnalysisRun):
    first = book(site, run)
    book(site, run)
    first.refresh_from_db()
    assert first.outcome == Outcome.LOST


def test_what_it_cost_outlives_who_it_was_for(site: Site, run: AnalysisRun):
    call = end(site, run, "answered", tokens=(1200, 340), response="{}")
    run.session.owner.delete()
    call.refresh_from_db()
    assert (call.owner, call.session) == (None, None)
    assert not hasattr(call, "exchange"), "what was said goes with them"
    assert spent_in_month(timezone.now()) == call.cost
