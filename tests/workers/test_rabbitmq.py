"""RabbitMQ instead of Redis as the doorbell, where this machine has one to start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import pika
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from analysis.services.runs import start_run
from config.broker import pending, ring
from config.health import check_broker
from tests.sessions.served import free_port

from .house import House, until
from .test_faults import is_settled, stage_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Itself: the one on PATH wants to be root or the user rabbitmq."""


class Rabbit:
    """A server of the test's own, with everything it keeps in a folder that goes with it."""

    def __init__(self, place: Path) -> None:
        self.port, epmd = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}"
        self.log = place / "server.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "RABBITMQ_NODENAME": f"rostrum{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(place / "data"),
            "RABBITMQ_LOG_BASE": str(place / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(place / "none"),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        # a child of ours: the one that the server would start outlives it
        self._epmd = subprocess.Popen(["epmd"], env=self._environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [SERVER], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        until(self.is_up)

    def is_up(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        self._epmd.kill()
        self._epmd.wait()


@pytest.fixture
def rabbit() -> Iterator[Rabbit]:
    if not SERVER.exists():
        pytest.skip("rabbitmq-server is not installed")
    place = Path(tempfile.mkdtemp(prefix="rostrum-rabbit-"))
    made = Rabbit(place)
    try:
        made.start()
        yield made
    finally:
        made.close()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def bell(rabbit: Rabbit) -> Iterator[RabbitmqBroker]:
    """This process rings there too."""
    known, broker = dramatiq.get_broker(), RabbitmqBroker(url=rabbit.url, confirm_delivery=True)
    dramatiq.set_broker(broker)
    yield broker
    dramatiq.set_broker(known)
    broker.close()


@pytest.fixture
def house(rabbit: Rabbit, tmp_path: Path, settings) -> Iterator[House]:
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    made = House(tmp_path / "var", BROKER_URL=rabbit.url)
    yield made
    made.kill()


def test_it_works_and_a_lost_doorbell_loses_nothing(
    rabbit: Rabbit, bell: RabbitmqBroker, house: House, recorded
) -> None:
    check_broker()
    first = start_run(session=recorded())
    assert pending("io") == 1
    house.start()
    until(lambda: is_settled(first))
    assert (first.state, set(first.stages.values_list("attempt", flat=True))) == ("done", {1})

    # every message gone: the reaper rings again
    second = start_run(session=recorded("audio=sleep:4"))
    until(lambda: stage_of(second, "audio").state == "running")
    rabbit.kill()
    with pytest.raises((pika.exceptions.AMQPError, OSError)):
        check_broker()
    ring("io")  # says so in the log, and goes on
    until(lambda: stage_of(second, "audio").state == "done")
    rabbit.start()
    bell.flush_all()
    until(lambda: is_settled(second))
    assert second.state == "done"
    assert set(second.stages.values_list("failures", flat=True)) == {0}
    check_broker()
