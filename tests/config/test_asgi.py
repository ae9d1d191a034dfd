from __future__ import annotations

import json
import subprocess
import sys

import pytest
from asgiref.testing import ApplicationCommunicator

from config.asgi import AHEAD, application

HEAVY = ["torch", "torchaudio", "whisperx", "mediapipe", "parselmouth", "spacy", "av", "cv2",
         "transformers", "pocketsphinx", "ctranslate2", "openai", "anthropic",
         "pydantic"]  # fmt: skip


def test_the_web_process_imports_no_engine():
    """A web process with torch in it takes seconds to start and 500 MB to keep."""
    script = f"""
import json, sys
import config.asgi
from django.urls import get_resolver
get_resolver().url_patterns
def walk(patterns):
    for entry in patterns:
        walk(getattr(entry, "url_patterns", []))
walk(get_resolver().url_patterns)
import django.contrib.admin; django.contrib.admin.autodiscover()
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def http(path: str, method: str = "GET") -> dict[str, object]:
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("h", 80),
    }  # fmt: skip


async def status(path: str, method: str = "GET") -> int:
    wire = ApplicationCommunicator(application, http(path, method))
    await wire.send_input({"type": "http.request", "body": b"", "more_body": False})
    started = await wire.receive_output(10)
    assert started["type"] == "http.response.start"
    return int(started["status"])


async def test_it_works():
    assert await status("/healthz") == 200


@pytest.mark.django_db(transaction=True)
async def test_uploads_and_media_are_answered_ahead_of_django():
    assert set(AHEAD) == {"/sessions/uploads/", "/media/"}
    assert await status("/sessions/uploads/", "OPTIONS") == 204  # tus tells what it can
    assert await status("/media/not-signed") in {400, 403, 404}


async def test_the_server_may_start_and_stop():
    wire = ApplicationCommunicator(application, {"type": "lifespan"})
    await wire.send_input({"type": "lifespan.startup"})
    assert await wire.receive_output(5) == {"type": "lifespan.startup.complete"}
    await wire.send_input({"type": "lifespan.shutdown"})
    assert await wire.receive_output(5) == {"type": "lifespan.shutdown.complete"}


async def test_a_socket_from_another_site_is_refused():
    path = "/ws/sessions/00000000-0000-4000-8000-000000000000/"
    headers = [(b"host", b"localhost"), (b"origin", b"https://elsewhere.example")]
    scope = {**http(path), "type": "websocket", "headers": headers, "subprotocols": []}
    wire = ApplicationCommunicator(application, scope)
    await wire.send_input({"type": "websocket.connect"})
    assert (await wire.receive_output(5))["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
async def test_a_body_larger_than_any_form_is_not_kept(settings):
    """Django would write it whole to the disk first."""
    settings.FORM_UPLOAD_MAX_BYTES = 0
    wire = ApplicationCommunicator(application, http("/accounts/login/", "POST"))
    for _piece in range(3):
        await wire.send_input({"type": "http.request", "body": b"x" * 600_000, "more_body": True})
    await wire.wait(10)  # it ended, though the body had not
    assert wire.output_queue.empty()


async def test_a_body_that_says_it_is_too_large_is_told_so(settings):
    settings.FORM_UPLOAD_MAX_BYTES = 0
    scope = http("/accounts/login/", "POST")
    scope["headers"] = [*scope["headers"], (b"content-length", b"2000000")]
    wire = ApplicationCommunicator(application, scope)
    assert (await wire.receive_output(10))["status"] == 413
    assert b"Recordings go through the upload page" in (await wire.receive_output(10))["body"]
