"""One subscription a run and process, whatever watches it: Redis and the sockets are real."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from analysis.hub import Mailbox, News
from analysis.models import AnalysisRun
from analysis.services import progress, runs
from deploy.local.redis import Redis
from sessions.models import Session
from tests.analysis.test_live import Wire, ended, events, signed_in
from tests.beside import environment

pytestmark = pytest.mark.django_db(transaction=True)
ANNOUNCE = """
import django; django.setup()
from analysis.models import AnalysisRun
from analysis.services import progress
progress.touch(AnalysisRun.objects.get(), always=True)
"""


@pytest.fixture
def running(session: Session) -> AnalysisRun:
    return runs.start_run(session=session)


def subscriptions(run: AnalysisRun) -> int:
    """How many connections to Redis listen to the run."""
    channel = f"{django_settings.REDIS_PREFIX}live__group__{progress.group_of(run.pk)}"
    with redis.Redis.from_url(django_settings.REDIS_URL) as asked:
        return int(asked.pubsub_numsub(channel)[0][1])


async def joined(client: Client, run: AnalysisRun, room: int = 0) -> Wire:
    """A socket on a line that takes `room` messages before one was read (0: any number)."""
    wire = Wire(client, run.session)
    wire.app._output_queue = asyncio.Queue(room)
    await wire.open()
    await wire.received()
    return wire


async def tell(run: AnalysisRun) -> None:
    await sync_to_async(progress.touch)(run, always=True)


async def test_many_watchers_are_one_subscription_that_ends_with_the_last(
    user_client: Client, running: AnalysisRun
) -> None:
    wires = [await joined(user_client, running) for _ in range(3)]
    while wires:
        assert await sync_to_async(subscriptions)(running) == 1
        await tell(running)
        assert len({(await wire.received())["revision"] for wire in wires}) == 1
        await wires.pop().close()
    assert await sync_to_async(subscriptions)(running) == 0


async def test_a_stream_of_events_shares_the_sockets_subscription(
    user: Any, user_client: Client, running: AnalysisRun
) -> None:
    wire = await joined(user_client, running)
    client = await sync_to_async(signed_in)(user)
    stream = await client.get(reverse("analysis:events", args=[running.session_id]))
    telling = asyncio.ensure_future(events(stream, 99))
    await asyncio.sleep(0.2)
    assert await sync_to_async(subscriptions)(running) == 1
    await sync_to_async(ended)(running)
    assert (await asyncio.wait_for(telling, 5))[-1]["terminal"]
    while (await wire.output())["type"] != "websocket.close":
        pass
    await wire.close()
    assert await sync_to_async(subscriptions)(running) == 0


async def test_what_another_process_tells_reaches_all_of_this_one(
    user_client: Client, running: AnalysisRun
) -> None:
    wires = [await joined(user_client, running) for _ in range(2)]
    beside = await asyncio.create_subprocess_exec(sys.executable, "-c", ANNOUNCE, env=environment())
    assert await beside.wait() == 0
    assert len({(await wire.received())["revision"] for wire in wires}) == 1
    for wire in wires:
        await wire.close()


async def test_a_slow_watcher_delays_nobody_and_is_told_the_newest_alone(
    user_client: Client, running: AnalysisRun
) -> None:
    slow, quick = await joined(user_client, running, 1), await joined(user_client, running)
    told = []
    for _ in range(4):
        await tell(running)
        told.append((await quick.received())["revision"])
    assert [(await slow.received())["revision"] for _ in range(3)] == [told[0], told[1], told[3]]
    for wire in (slow, quick):
        await wire.close()


async def test_a_browser_that_has_gone_is_no_error(
    user_client: Client, running: AnalysisRun, caplog: pytest.LogCaptureFixture
) -> None:
    wire = await joined(user_client, running)

    async def gone(message: Any) -> None:
        raise OSError

    wire.app.output_queue.put = gone  # type: ignore[method-assign]
    await tell(running)
    await wire.close()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert await sync_to_async(subscriptions)(running) == 0


async def test_watchers_hear_again_once_redis_is_back(
    user_client: Client, running: AnalysisRun, settings: Any, tmp_path_factory: Any
) -> None:
    place: Path = tmp_path_factory.mktemp("r")
    server = Redis(place, place)
    await sync_to_async(server.start)()
    layer = settings.CHANNEL_LAYERS["default"]
    settings.CHANNEL_LAYERS = {
        "default": {**layer, "CONFIG": {"hosts": [f"unix://{server.socket}"], "prefix": "hub"}}
    }
    try:
        wire = await joined(user_client, running)
        os.kill(int((place / "redis.pid").read_text()), signal.SIGKILL)
        await tell(running)  # nobody hears it, and nobody minds
        await sync_to_async(server.start)()
        for _try in range(20):
            await tell(running)
            if not await wire.app.receive_nothing(timeout=0.5):
                break
        assert (await wire.received())["run"] == str(running.pk)
        await wire.close()
    finally:
        await get_channel_layer().flush()
        await sync_to_async(server.stop)()


def news(revision: int, run: str = "a") -> News:
    return News({"run": run, "revision": revision, "terminal": False})


async def test_a_mailbox_keeps_the_newest_of_the_run_that_is_followed_now() -> None:
    mailbox = Mailbox()
    for revision in (1, 3, 2):
        mailbox.put(news(revision))
    assert (await mailbox.get()).snapshot["revision"] == 3
    mailbox.put(news(9))
    mailbox.put(news(1, run="b"))
    assert (await mailbox.get()).snapshot["run"] == "b"
