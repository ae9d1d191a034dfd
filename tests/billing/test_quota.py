"""Counting against a plan: once, never over, whoever else is counting."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from billing.models import Plan, Usage
from billing.selectors import allowance, plan_of, used
from billing.services import QuotaExceeded, release, reserve, subscribe

STORAGE, ANALYSIS = Usage.Kind.STORAGE, Usage.Kind.ANALYSIS


@pytest.mark.django_db
class TestReserve:
    def test_it_works(self, user):
        reserve(user, STORAGE, "a", 1000)
        assert used(user, STORAGE) == 1000
        assert allowance(user, STORAGE).left == 5 * 1024**3 - 1000

    def test_it_counts_a_key_once_and_at_its_latest_amount(self, user):
        for amount in (1000, 1000, 400):
            reserve(user, STORAGE, "a", amount)
        assert used(user, STORAGE) == 400

    def test_it_keeps_people_apart(self, user, other_user):
        reserve(user, STORAGE, "a", 1000)
        assert used(other_user, STORAGE) == 0

    def test_it_releases(self, user):
        reserve(user, STORAGE, "a", 1000)
        for _time in range(2):
            release(user, STORAGE, "a")
        assert used(user, STORAGE) == 0

    def test_it_refuses_what_does_not_fit_and_changes_nothing(self, user):
        Plan.objects.update(storage_bytes=1000)
        reserve(user, STORAGE, "a", 800)
        for key, amount in (("b", 201), ("a", 1001)):
            with pytest.raises(QuotaExceeded, match="Delete recordings"):
                reserve(user, STORAGE, key, amount)
        assert used(user, STORAGE) == 800
        reserve(user, STORAGE, "b", 200)

    def test_it_lets_a_smaller_plan_shrink_what_is_there(self, user):
        reserve(user, STORAGE, "a", 800)
        Plan.objects.update(storage_bytes=500)
        reserve(user, STORAGE, "a", 700)
        assert used(user, STORAGE) == 700

    def test_it_refuses_a_negative_amount(self, user):
        with pytest.raises(ValueError, match="negative"):
            reserve(user, STORAGE, "a", -1)

    def test_it_starts_minutes_anew_each_month_on_the_users_clock(self, user):
        reserve(user, ANALYSIS, "a", 600 * 60)
        with pytest.raises(QuotaExceeded, match="next month"):
            reserve(user, ANALYSIS, "b", 60)
        Usage.objects.update(created=timezone.now() - timedelta(days=32))
        reserve(user, ANALYSIS, "b", 60)

    def test_it_follows_the_subscription(self, user):
        assert plan_of(user).code == "free"
        large = Plan.objects.create(
            code="large", name="Large", storage_bytes=10**12, minutes_per_month=9000
        )
        subscribe(user=user, plan=large)
        assert plan_of(user) == large
        assert allowance(user, ANALYSIS).limit == 9000 * 60


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_last_room_to_one_of_two_at_once(user):
    Plan.objects.update(storage_bytes=1000)
    outcomes = []
    start = threading.Barrier(2)

    def take(key):
        try:
            start.wait()
            reserve(user, STORAGE, key, 600)
            outcomes.append("taken")
        except QuotaExceeded:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(key,)) for key in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "taken"]
    assert used(user, STORAGE) == 600
