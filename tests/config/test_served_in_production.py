"""The web process as deploy/README.md runs it: in production, behind a proxy that ends TLS."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.beside import environment
from tests.conftest import PASSWORD
from tests.production import ROOT, SAFE, collect_static
from tests.sessions.served import free_port, until

pytestmark = pytest.mark.django_db(transaction=True)
SITE = SAFE["ROSTRUM_URL"]
BY_PROXY = {"Host": "rostrum.example", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ROSTRUM_VAR with the static files in it."""
    return collect_static(tmp_path_factory.mktemp("production")).parent


@contextlib.contextmanager
def web(var: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The Dockerfile's command, on the test's database and Redis; its process and its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port),
         "--lifespan", "on", "--no-access-log", "--timeout-graceful-shutdown", "30"],
        cwd=ROOT, env=environment() | SAFE | {"ROSTRUM_VAR": str(var)},
    )  # fmt: skip
    try:
        assert until(lambda: is_healthy(port), 60), "the server did not start"
        yield process, port
    finally:
        process.kill()
        process.wait()


def is_healthy(port: int) -> bool:
    """As the container's health check asks."""
    check = [sys.executable, "-m", "deploy.alive", str(port)]
    return subprocess.run(check, cwd=ROOT, env=environment() | SAFE).returncode == 0


def test_it_works(var: Path) -> None:
    with web(var) as (process, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        plain = http.get("/", headers={"Host": "rostrum.example"})
        assert (plain.status_code, plain.headers["location"]) == (301, f"{SITE}/")
        assert http.get("/", headers={**BY_PROXY, "Host": "evil.example"}).status_code == 400

        page = http.get("/accounts/signup/", headers=BY_PROXY)
        assert page.status_code == 200
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
        assert "script-src 'self'" in page.headers["content-security-policy"]

        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        assert files
        for path in files:
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", path), "named by its content"
            served = http.get(path, headers=BY_PROXY)
            assert served.status_code == 200
            assert "immutable" in served.headers["cache-control"]

        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        given = {"email": "new@example.org", "password1": PASSWORD, "csrfmiddlewaretoken": token[1]}
        cookie = {"Cookie": f"csrftoken={page.cookies['csrftoken']}", "Origin": SITE}
        welcome = http.post("/accounts/signup/", data=given, headers=BY_PROXY | cookie)
        assert welcome.status_code == 302
        made = welcome.headers.get_list("set-cookie") + page.headers.get_list("set-cookie")
        kept = {line.partition("=")[0]: line for line in made}
        assert {"sessionid", "csrftoken"} <= kept.keys()
        assert all("Secure" in line and "SameSite=Lax" in line for line in kept.values())
        assert "HttpOnly" in kept["sessionid"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == -signal.SIGTERM, "by itself, once it had drained"
