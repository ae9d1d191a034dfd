"""Progress on the wire: the whole ASGI application, Redis and the database are real."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import transaction
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from analysis import live
from analysis.models import AnalysisRun, StageRun
from analysis.services import progress, runs, stages
from coaching.accounts.models import User
from config.asgi import application
from sessions.models import Grant, GrantUse, Session
from sessions.services import grant_access, revoke
from tests.analysis import results

pytestmark = pytest.mark.django_db(transaction=True)


class Wire:
    """A browser's end of a web socket. (channels' own wants daphne, which nothing else needs.)"""

    def __init__(
        self,
        client: Client,
        session: Session,
        origin: bytes = b"http://localhost",
        below: str = "",
    ) -> None:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        path = f"/ws/sessions/{session.pk}/{below}"
        self.app = ApplicationCommunicator(
            application,
            {
                "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"",
                "subprotocols": [],
                "headers": [
                    (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()),
                    (b"origin", origin),
                    (b"host", b"localhost"),
                ],
            },
        )  # fmt: skip

    async def open(self) -> str:
        """The server's first answer: websocket.accept or websocket.close."""
        await self.app.send_input({"type": "websocket.connect"})
        return str((await self.output())["type"])

    async def output(self) -> dict[str, Any]:
        return await self.app.receive_output(timeout=5)

    async def received(self) -> dict[str, Any]:
        return json.loads((await self.output())["text"])

    async def send(self, text: str) -> None:
        await self.app.send_input({"type": "websocket.receive", "text": text})

    async def close(self) -> None:
        await self.app.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.app.wait()


def started(session: Session) -> AnalysisRun:
    return runs.start_run(session=session)


def ended(run: AnalysisRun, state: str = "done") -> None:
    """End it as a worker's finish does: in one transaction that tells who watches."""
    with transaction.atomic():
        locked = runs.lock(run.pk)
        locked.stages.update(state=state)
        runs.advance(locked)


@pytest.fixture
def running(session: Session) -> AnalysisRun:
    return started(session)


async def test_it_works(user_client: Client, running: AnalysisRun) -> None:
    wire = Wire(user_client, running.session)
    assert await wire.open() == "websocket.accept"
    first = await wire.received()
    assert (first["run"], first["terminal"]) == (str(running.pk), False)
    claim = await sync_to_async(stages.claim_next)(queue="io", worker="test", run_id=running.pk)
    assert claim is not None
    seen = await wire.received()
    assert seen["revision"] > first["revision"]
    assert seen["stages"][0]["state"] == StageRun.State.RUNNING
    await wire.close()


async def test_words_reach_the_page_as_they_are_recognised(
    user_client: Client, running: AnalysisRun
) -> None:
    word = {"text": "hello", "start": 0.1, "end": 0.4, "confidence": 0.9, "speaker": None}
    await sync_to_async(progress.keep_words)(running.pk, [word])
    wire = Wire(user_client, running.session)
    await wire.open()
    assert [w["text"] for w in (await wire.received())["words"]] == ["hello"]
    await wire.close()


async def test_a_run_that_ended_before_the_socket_joined_reaches_the_page(
    user_client: Client, running: AnalysisRun
) -> None:
    page = await sync_to_async(user_client.get)(
        reverse("analysis:session", args=[running.session_id])
    )
    assert b"data-progress" in page.content
    await sync_to_async(ended)(running)
    wire = Wire(user_client, running.session)
    await wire.open()
    assert (await wire.received())["terminal"] is True
    assert (await wire.output())["type"] == "websocket.close"


async def test_the_end_reaches_who_watches_and_hangs_up(
    user_client: Client, running: AnalysisRun
) -> None:
    wire = Wire(user_client, running.session)
    await wire.open()
    await wire.received()
    await sync_to_async(ended)(running)
    seen = await wire.received()
    while not seen["terminal"]:
        seen = await wire.received()
    assert seen["state"] == "done"
    assert (await wire.output())["type"] == "websocket.close"


async def test_it_checks_object_ownership(other_client: Client, running: AnalysisRun) -> None:
    wire = Wire(other_client, running.session)
    await wire.open()
    assert await wire.output() == {"type": "websocket.close", "code": 4404}


async def test_a_page_of_another_site_is_refused(user_client: Client, running: AnalysisRun) -> None:
    wire = Wire(user_client, running.session, origin=b"http://evil.example")
    assert await wire.open() == "websocket.close"


async def test_it_answers_a_question_with_the_newest_run(
    user_client: Client, running: AnalysisRun
) -> None:
    wire = Wire(user_client, running.session)
    await wire.open()
    await wire.received()
    # a run that nobody told this page about
    newer = await sync_to_async(AnalysisRun.objects.create)(session=running.session)
    await sync_to_async(results.stage(newer, "probe", "ready").save)()
    await wire.send("nonsense {")
    await wire.send('{"type": "snapshot"}')
    assert (await wire.received())["run"] == str(newer.pk)
    await wire.send('{"type": "snapshot"}')
    assert await wire.app.receive_nothing(timeout=0.2), "not more often than once a second"
    await wire.close()


def signed_in(user: Any) -> AsyncClient:
    client = AsyncClient()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


async def events(answer: Any, count: int) -> list[dict[str, Any]]:
    """The first `count` snapshots of a server-sent stream."""
    found: list[dict[str, Any]] = []
    async for piece in answer.streaming_content:
        lines = dict(line.split(": ", 1) for line in piece.decode().strip().splitlines())
        assert lines["event"] == "snapshot"
        found.append(json.loads(lines["data"]))
        if len(found) == count:
            break
    return found


async def test_events_tell_the_same_as_the_socket(user: Any, running: AnalysisRun) -> None:
    client = await sync_to_async(signed_in)(user)
    answer = await client.get(reverse("analysis:events", args=[running.session_id]))
    assert answer.headers["Content-Type"] == "text/event-stream"
    telling = asyncio.ensure_future(events(answer, 99))
    await asyncio.sleep(0.2)
    await sync_to_async(ended)(running)
    found = await asyncio.wait_for(telling, 5)
    assert found[0]["terminal"] is False
    assert found[-1]["terminal"] is True


async def test_events_of_a_run_that_ended_end_at_once(user: Any, running: AnalysisRun) -> None:
    await sync_to_async(ended)(running)
    client = await sync_to_async(signed_in)(user)
    answer = await client.get(reverse("analysis:events", args=[running.session_id]))
    assert [found["terminal"] for found in await events(answer, 99)] == [True]


async def test_events_check_object_ownership(other_user: Any, running: AnalysisRun) -> None:
    client = await sync_to_async(signed_in)(other_user)
    for who in (client, AsyncClient()):
        answer = await who.get(reverse("analysis:events", args=[running.session_id]))
        assert answer.status_code == 404


def test_it_can_be_asked(user_client: Client, running: AnalysisRun) -> None:
    found = user_client.get(reverse("analysis:progress", args=[running.session_id])).json()
    assert (found["run"], found["terminal"]) == (str(running.pk), False)
    assert [stage["name"] for stage in found["stages"]][:2] == ["probe", "audio"]


@pytest.mark.parametrize(("scope", "heard"), [("metrics", []), ("transcript", ["hello"])])
def test_live_words_are_for_who_may_read_the_transcript(
    user: Any, other_user: Any, other_client: Client, running: AnalysisRun, scope: str, heard: Any
) -> None:
    word = {"text": "hello", "start": 0.1, "end": 0.4, "confidence": 0.9, "speaker": None}
    progress.keep_words(running.pk, [word])
    grant_access(
        owner=user, scope=scope, reason="Study", session=running.session, to_user=other_user
    )
    asked = other_client.get(reverse("analysis:progress", args=[running.session_id])).json()
    page = other_client.get(running.session.get_absolute_url())

    async def over_the_wire() -> list[dict[str, Any]]:
        wire = Wire(other_client, running.session)
        await wire.open()
        over_socket = await wire.received()
        await wire.close()
        client = await sync_to_async(signed_in)(other_user)
        answer = await client.get(reverse("analysis:events", args=[running.session_id]))
        return [over_socket, *await events(answer, 1)]

    told = [asked, page.context["progress"]["snapshot"], *async_to_sync(over_the_wire)()]
    assert [[w["text"] for w in snapshot["words"]] for snapshot in told] == [heard] * 4


def grant(session: Session, to: Any, scope: str = "transcript") -> Grant:
    return grant_access(
        owner=session.owner, scope=scope, reason="Study", session=session, to_user=to
    )


def signs_out(client: Client, session: Session) -> int:
    client.post(reverse("account_logout"))
    return 4401


def is_deactivated(client: Client, session: Session) -> int:
    User.objects.filter(email="other@example.org").update(is_active=False)
    return 4401


def has_a_new_password(client: Client, session: Session) -> int:
    user = User.objects.get(email="other@example.org")
    user.set_password("another-Quiet-rehearsal-1")
    user.save()
    return 4401


def loses_the_grant(client: Client, session: Session) -> int:
    revoke(grant=Grant.objects.get())
    return 4404


def comes_to_its_end(client: Client, session: Session) -> int:
    Grant.objects.update(expires_at=timezone.now())
    return 4404


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who watches is looked at again all the time, not every 30 s."""
    monkeypatch.setattr(live, "LOOK_AGAIN_S", 0.05)


ENDS = [signs_out, is_deactivated, has_a_new_password, loses_the_grant, comes_to_its_end]


@pytest.mark.parametrize("happens", ENDS, ids=lambda happens: happens.__name__)
async def test_a_socket_ends_with_the_right_to_it(
    other_user: Any, other_client: Client, running: AnalysisRun, at_once: None, happens: Any
) -> None:
    await sync_to_async(grant)(running.session, other_user)
    wire = Wire(other_client, running.session)
    await wire.open()
    await wire.received()
    code = await sync_to_async(happens)(other_client, running.session)
    while (seen := await wire.output())["type"] != "websocket.close":
        assert seen["type"] == "websocket.send"
    assert seen["code"] == code
    await sync_to_async(progress.announce)(running, always=True)
    assert await wire.app.receive_nothing(timeout=0.2)
    await wire.close()


@pytest.mark.parametrize("happens", [signs_out, loses_the_grant], ids=lambda f: f.__name__)
async def test_events_end_with_the_right_to_them(
    other_user: Any, running: AnalysisRun, at_once: None, happens: Any
) -> None:
    await sync_to_async(grant)(running.session, other_user)
    client = await sync_to_async(signed_in)(other_user)
    answer = await client.get(reverse("analysis:events", args=[running.session_id]))
    pieces = aiter(answer.streaming_content)
    assert (await anext(pieces)).startswith(b"event: snapshot")
    same = Client()
    same.cookies = client.cookies
    code = await sync_to_async(happens)(same, running.session)
    rest = [piece async for piece in pieces]
    assert rest[-1] == f"event: over\ndata: {code}\n\n".encode()


async def test_who_may_go_on_is_not_shown_out(
    other_user: Any, other_client: Client, running: AnalysisRun, at_once: None
) -> None:
    await sync_to_async(grant)(running.session, other_user)
    wire = Wire(other_client, running.session)
    await wire.open()
    await wire.received()
    assert await wire.app.receive_nothing(timeout=0.3)
    assert await GrantUse.objects.acount() == 1, "one watch is one use"
    await sync_to_async(progress.announce)(running, always=True)
    assert (await wire.received())["run"] == str(running.pk)
    await wire.close()


async def test_words_stop_when_only_figures_are_shared_any_more(
    other_user: Any, other_client: Client, running: AnalysisRun, at_once: None
) -> None:
    word = {"text": "hello", "start": 0.1, "end": 0.4, "confidence": 0.9, "speaker": None}
    await sync_to_async(progress.keep_words)(running.pk, [word])
    given = await sync_to_async(grant)(running.session, other_user)
    wire = Wire(other_client, running.session)
    await wire.open()
    assert (await wire.received())["words"]
    await Grant.objects.filter(pk=given.pk).aupdate(scope="metrics")
    assert await wire.app.receive_nothing(timeout=0.3)
    await sync_to_async(progress.announce)(running, always=True)
    assert (await wire.received())["words"] == []
    await wire.close()
