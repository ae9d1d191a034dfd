"""The doorbell may be broken; the database still knows what is to be done."""

import dramatiq
import pytest
from dramatiq.brokers.redis import RedisBroker

from analysis.models import AnalysisRun
from config.broker import ring
from sessions import services


@pytest.fixture
def no_broker(tmp_path):
    """Rings at a Redis that is not there."""
    known = dramatiq.get_broker()
    dramatiq.set_broker(RedisBroker(url=f"unix://{tmp_path}/gone.sock"))
    yield
    dramatiq.set_broker(known)


def test_it_rings_at_a_broker_that_is_gone(no_broker: None) -> None:
    ring("cpu")


@pytest.mark.django_db(transaction=True)
def test_a_practice_is_kept_and_queued_without_a_broker(no_broker: None, user) -> None:
    session = services.create_session(owner=user, kind="interview", title="No bell")
    services.add_text(session=session, text="I led the move of nine services in May.")
    assert AnalysisRun.objects.get(session=session).state == "queued"
