"""Comparisons with a real interview: worked out in an engine process and brought back."""

from __future__ import annotations

import uuid

import pytest

from drills import services
from drills.models import Comparison
from drills.services import comparisons
from sessions.services import create_session
from tests.drills.test_actual import POINTS, heard
from tests.workers.conftest import somebody
from workers.pool import Pool


def linked(**changes: object) -> Comparison:
    owner = somebody()
    preparation = services.create_preparation(
        owner=owner, token=uuid.uuid4(), job_title="Engineer", choose_now=False
    )
    asked = services.add_question(preparation=preparation, text="Tell me about a time you failed.")
    services.note_points(question=asked, points=POINTS)
    session = create_session(owner=owner, kind="interview", title="The real one")
    heard(session, **changes)
    return services.link_interview(preparation=preparation, session=session, agreed=True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_works_it_out_and_says_why_where_it_cannot(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    good, silent = linked(), linked(words=[], sentences=[], text="")
    pool = Pool(name="test")
    try:
        assert pool.drain_comparisons() == 2
    finally:
        pool.close()
    good.refresh_from_db()
    silent.refresh_from_db()
    assert good.state == "done" and good.run == good.session.runs.get().pk
    assert [one["state"] for one in good.result["questions"][0]["points"]][1] == "kept"
    assert silent.state == "failed" and "No words were heard" in silent.error_message
    assert silent.result == {}


@pytest.mark.django_db(transaction=True)
def test_one_that_stops_hands_it_back(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    made = linked()
    pool = Pool(name="test")
    pool.stopping.set()
    assert pool.drain_comparisons() == 0
    pool.close()
    made.refresh_from_db()
    assert made.state == "waiting"


@pytest.mark.django_db
def test_the_one_that_waits_longest_is_next_and_pressing_again_jumps_no_queue():
    first, second = linked(), linked()
    claim = comparisons.leases.claim(worker="w/1")
    assert claim is not None and claim.pk == first.pk
    comparisons.leases.hand_back(pk=claim.pk, attempt=claim.attempt)  # waits anew, behind the other
    services.compare_again(comparison=second)
    claim = comparisons.leases.claim(worker="w/1")
    assert claim is not None and claim.pk == second.pk
