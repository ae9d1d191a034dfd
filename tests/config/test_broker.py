"""The doorbell may be broken; the database still knows what is to be done."""

import os
import subprocess
import sys
from pathlib import Path

import dramatiq
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from analysis.models import AnalysisRun
from config.broker import pending, ring
from sessions import services

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["Redis", "RabbitMQ"])
def no_broker(request, tmp_path):
    """Rings at one that is not there."""
    known = dramatiq.get_broker()
    gone = {
        "Redis": RedisBroker(url=f"unix://{tmp_path}/gone.sock"),
        "RabbitMQ": RabbitmqBroker(url="amqp://127.0.0.1:9"),
    }
    dramatiq.set_broker(gone[request.param])
    yield
    dramatiq.set_broker(known)


def test_it_rings_at_a_broker_that_is_gone(no_broker: None) -> None:
    ring("cpu")
    assert pending("cpu") == 0


def test_a_broker_that_is_gone_is_not_ready(no_broker: None, client, db) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "failed")


def test_an_amqp_address_rings_at_rabbitmq_without_long_waits() -> None:
    tell = (
        "import django, dramatiq; django.setup(); broker = dramatiq.get_broker();"
        "print(type(broker).__name__, broker.parameters.host, broker.parameters.socket_timeout)"
    )
    told = subprocess.run(
        [sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"BROKER_URL": "amqp://rostrum:secret@queue.example:5672/rostrum",
                          "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    assert told.stdout.split() == ["RabbitmqBroker", "queue.example", "3.0"], told.stderr


@pytest.mark.django_db(transaction=True)
def test_a_practice_is_kept_and_queued_without_a_broker(no_broker: None, user) -> None:
    session = services.create_session(owner=user, kind="interview", title="No bell")
    services.add_text(session=session, text="I led the move of nine services in May.")
    assert AnalysisRun.objects.get(session=session).state == "queued"
