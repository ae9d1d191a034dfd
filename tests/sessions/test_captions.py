"""Live captions on the wire: the ASGI application, Redis and the captioner's process are real."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import jiwer
import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from sessions.captions import consumer, limits, stream, wire
from sessions.models import Session
from sessions.services import create_session
from tests.analysis.test_live import Wire
from tests.sessions.captioning import SENTENCE, captioner, frames, pause, spoken

pytestmark = pytest.mark.django_db(transaction=True)
Process = subprocess.Popen


class Browser(Wire):
    def __init__(self, client: Client, session: Session, **more: Any) -> None:
        super().__init__(client, session, below="captions/", **more)

    async def start(self, at: float = 0.0) -> None:
        await self.send(json.dumps({"type": "start", "at": at}))

    async def stop(self) -> None:
        await self.send(json.dumps({"type": "stop"}))

    async def speak(self, pcm: bytes) -> None:
        for frame in frames(pcm):
            await self.app.send_input({"type": "websocket.receive", "bytes": frame})

    async def output(self) -> dict[str, Any]:
        return await self.app.receive_output(timeout=60)

    async def told(self, *kinds: str) -> dict[str, Any]:
        """The next message of these kinds; others before it are passed over."""
        while True:
            found = await self.received()
            if found["type"] in kinds:
                return found

    async def lines(self) -> list[dict[str, Any]]:
        """Every line up to the end, which it was told."""
        found = []
        while (message := await self.received())["type"] != "ended":
            found.append(message)
        assert message["reason"] == "stopped", message
        return [message for message in found if message["type"] != "partial"]

    async def begun(self, at: float = 0.0) -> None:
        assert await self.open() == "websocket.accept"
        await self.start(at)
        assert (await self.received())["type"] == "ready"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A captioner with its model loaded, for the tests that leave it as it is."""
    with captioner(tmp_path_factory.mktemp("captioner") / "log") as process:
        yield process


@pytest.fixture
def own(settings: Any, tmp_path: Any) -> Iterator[Process]:
    """One that may be killed, on a part of Redis that nothing else uses."""
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}own"
    with captioner(tmp_path / "log") as process:
        yield process


@pytest.fixture(autouse=True)
def _faster_than_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test need not speak in real time and a busy machine is only slow; those of the
    limits set their own."""
    for name in ("BURST_S", "SAVED_S"):
        monkeypatch.setattr(limits, name, 60.0)
    for name in ("TAKE_S", "PATIENCE_S", "FINISH_S"):
        monkeypatch.setattr(stream, name, 60.0)


@pytest.fixture
def session(user: User) -> Session:
    return create_session(owner=user, kind="pitch", title="Seed round")


@pytest.fixture
def browser(user_client: Client, session: Session) -> Browser:
    return Browser(user_client, session)


@pytest.fixture
def other(other_client: Client, other_user: User) -> Browser:
    """Somebody else, with a session of their own."""
    return Browser(other_client, create_session(owner=other_user, kind="pitch", title="Theirs"))


async def test_it_works(shared: Process, browser: Browser) -> None:
    """Words within a third of what was said: PocketSphinx, at once, on a synthetic voice."""
    await browser.begun(at=30.0)
    await browser.speak(spoken(0.5, SENTENCE, 0.8, "My task was to find the reason."))
    await browser.stop()
    lines = await browser.lines()
    said = " ".join(line["text"] for line in lines)
    reference = f"{SENTENCE} My task was to find the reason.".lower().replace(".", "")
    assert jiwer.wer(reference, said.lower()) <= 0.34, said
    assert [line["type"] for line in lines] == ["line", "line"]
    assert 30.0 < lines[0]["start"] < 31.0 < lines[0]["end"] <= lines[1]["start"] < lines[1]["end"]
    await browser.close()


async def test_words_are_shown_while_they_are_spoken(shared: Process, browser: Browser) -> None:
    await browser.begun()
    await browser.speak(spoken(0.3, SENTENCE)[: 3 * wire.BYTES_PER_S])
    partial = await browser.told("partial", "line")
    assert partial["type"] == "partial"
    assert partial["text"]
    await browser.close()


async def test_it_may_stop_and_start_again(shared: Process, browser: Browser) -> None:
    await browser.begun()
    for _again in range(2):
        await browser.speak(spoken(0.3, SENTENCE))
        await browser.stop()
        lines = await browser.lines()
        await browser.start(at=60.0)
        assert (await browser.received())["type"] == "ready"
    assert lines[0]["start"] > 60.0
    await browser.close()


async def test_it_checks_object_ownership(other_client: Client, session: Session) -> None:
    browser = Browser(other_client, session)
    await browser.open()
    assert await browser.output() == {"type": "websocket.close", "code": 4404}


async def test_a_page_of_another_site_is_refused(user_client: Client, session: Session) -> None:
    browser = Browser(user_client, session, origin=b"http://evil.example")
    assert await browser.open() == "websocket.close"


async def ends_with(browser: Browser, reason: str, code: int) -> None:
    """It is said why, then hung up."""
    assert (await browser.told("ended"))["reason"] == reason
    assert await browser.output() == {"type": "websocket.close", "code": code}
    await browser.close()


NO_SOUND: list[dict[str, Any]] = [
    {"bytes": b"\0" * 3198},
    {"bytes": b"\0" * 8002},
    {"bytes": b"\0" * 4001},
    {"text": "nonsense {"},
    {"text": "[]"},
    {"text": '{"type": "start", "at": NaN}'},
    {"text": '{"type": "record"}'},
    {"text": json.dumps({"type": "start", "at": 0, "more": "x" * 600})},
]


async def test_what_is_no_sound_is_refused(user_client: Client, session: Session) -> None:
    for sent in NO_SOUND:
        browser = Browser(user_client, session)
        await browser.open()
        await browser.app.send_input({"type": "websocket.receive", **sent})
        await ends_with(browser, "malformed", 4400)


async def test_sound_comes_no_faster_than_it_is_spoken(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BURST_S", 3.0)
    await browser.open()
    await browser.speak(b"\0" * (20 * wire.BYTES_PER_S))
    await ends_with(browser, "too_fast", 4429)


async def test_who_asks_and_stays_silent_is_hung_up_on(
    shared: Process, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SILENT_S", 0.1)
    await browser.open()
    await browser.start()
    await ends_with(browser, "silent", 4408)


async def test_one_too_many_is_told_that_all_are_busy(
    shared: Process, browser: Browser, other: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.begun()
    monkeypatch.setattr(stream, "TAKE_S", 0.2)
    await other.open()
    await other.start()
    assert await other.received() == {"type": "ended", "reason": "busy"}
    await browser.close()  # a browser that leaves gives its captioner back
    monkeypatch.setattr(stream, "TAKE_S", 60.0)
    await other.start()
    assert (await other.received())["type"] == "ready"
    await other.close()


async def test_without_a_captioner_it_says_so(
    browser: Browser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_PREFIX = "nobody"
    monkeypatch.setattr(stream, "TAKE_S", 0.1)
    await browser.open()
    await browser.start()
    assert await browser.received() == {"type": "ended", "reason": "absent"}
    await browser.close()


async def test_a_killed_captioner_ends_captions_with_a_word(own: Process, browser: Browser) -> None:
    await browser.begun()
    own.send_signal(signal.SIGKILL)
    own.wait()
    await browser.speak(b"\0" * wire.BYTES_PER_S)
    assert (await browser.told("ended"))["reason"] == "lost"
    assert await browser.app.receive_nothing(0.1), "it may ask again"
    await browser.close()


async def test_one_that_stands_still_is_given_up(
    own: Process, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PATIENCE_S", 2.0)
    await browser.begun()
    pause(own)
    assert (await browser.told("ended"))["reason"] == "lost"
    await browser.close()


async def test_one_that_lags_leaves_whole_utterances_out(own: Process, browser: Browser) -> None:
    await browser.begun()
    pause(own)
    await browser.speak(spoken(0.3, SENTENCE, 0.7, SENTENCE, 0.7, SENTENCE))
    await asyncio.sleep(0.2)
    own.send_signal(signal.SIGCONT)
    gap = await browser.told("gap")
    assert gap["text"].endswith("…")
    await browser.speak(spoken(0.8, SENTENCE))
    assert (await browser.told("line"))["text"], "what is spoken afterwards is heard"
    await browser.close()


async def test_a_captioner_that_is_told_to_stop_says_so(own: Process, browser: Browser) -> None:
    await browser.begun()
    own.send_signal(signal.SIGTERM)
    assert await browser.received() == {"type": "ended", "reason": "lost"}
    assert own.wait(30) == 0
    await browser.close()


def ours() -> dict[str, tuple[str, int]]:
    """Every key of captions in Redis with its type and how long it lives."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as asked:
        return {
            key.decode(): (asked.type(key).decode(), asked.ttl(key))
            for key in asked.scan_iter(f"{django_settings.REDIS_PREFIX}captions:*")
        }


async def test_nothing_of_the_sound_or_the_words_is_kept(
    shared: Process, browser: Browser, user: User
) -> None:
    await browser.begun()
    await browser.speak(spoken(0.3, SENTENCE))
    await browser.told("line")
    kept = await sync_to_async(ours)()
    holders = {key for key in kept if key.startswith(wire.holder_key(""))}
    assert set(kept) - holders <= {wire.alive_key()}  # gone for a moment on a busy machine
    assert wire.holder_key(user.pk) in holders
    assert all(kind == "string" and 0 < ttl <= 30 for kind, ttl in kept.values())
    await browser.close()


async def test_an_emptied_redis_does_not_end_captions(shared: Process, browser: Browser) -> None:
    await browser.begun()
    with redis.Redis.from_url(django_settings.REDIS_URL) as asked:
        asked.delete(*ours())
    await browser.speak(spoken(0.3, SENTENCE))
    assert (await browser.told("line"))["text"]
    await browser.close()


async def test_a_second_socket_of_the_same_person_takes_over(
    shared: Process, browser: Browser, user_client: Client, session: Session
) -> None:
    await browser.begun()
    second = Browser(user_client, session)
    await second.open()
    await second.start()
    await ends_with(browser, "elsewhere", 4409)
    assert (await second.received())["type"] == "ready"
    await second.close()


async def test_one_account_waits_in_one_place_however_many_tabs_ask(
    user_client: Client, session: Session, other: Browser, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """All captioners are taken, and nobody leaves the list before the last has asked."""
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}full"
    tabs = [Browser(user_client, session) for _ in range(stream.WAITING_MOST + 1)]
    for older, newer in itertools.pairwise([None, *tabs]):
        await newer.open()
        await newer.start()
        if older is not None:
            await ends_with(older, "elsewhere", 4409)
    await other.open()
    await other.start()
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        while client.llen(wire.asked_key()) < 2:
            await asyncio.sleep(0.02)
        waiting = [wire.Asked.read(one).stream for one in client.lrange(wire.asked_key(), 0, -1)]
        assert len(waiting) == 2
        client.delete(wire.asked_key())
    for one in (tabs[-1], other):
        await one.close()


async def test_a_language_nobody_here_knows_is_said(
    shared: Process, browser: Browser, session: Session
) -> None:
    await Session.objects.filter(pk=session.pk).aupdate(language="de")
    await browser.open()
    await browser.start()
    assert await browser.received() == {"type": "ended", "reason": "language"}
    await browser.close()


async def test_captions_end_with_the_right_to_them(
    shared: Process, browser: Browser, user_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_S", 0.05)
    await browser.begun()
    await sync_to_async(user_client.post)(reverse("account_logout"))
    await ends_with(browser, "signed_out", 4401)
