"""The crib sheet as PDF: laid out in a process of its own that fetches nothing."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from coaching.accounts.models import User
from config import printing
from config.pdf import font
from drills import services
from drills.models import Preparation
from drills.selectors.preparation import living_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def preparation(user: User, bank: None, settings: Any, tmp_path: Path) -> Preparation:
    """Of questions chosen without a model of meaning, which would read the whole bank first."""
    settings.MODELS_DIR = tmp_path
    cache.clear()
    made = services.create_preparation(
        owner=user, token=uuid.uuid4(), job_title="Ward nurse", company="Łódź <b>General</b>"
    )
    services.add_question(preparation=made, text="<script>alert(1)</script> Why us?")
    return made


def url(preparation: Preparation) -> str:
    return reverse("prepare:crib-pdf", args=[preparation.pk])


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def fonts(reader: PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        for one in page["/Resources"]["/Font"].values():
            found.add(str(one.get_object()["/BaseFont"]))
    return found


def made(html: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "config.pdf", "60"], cwd=site_settings.BASE_DIR, input=html.encode(),
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who asks for what."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_it_works(user_client: Client, preparation: Preparation):
    answer = user_client.get(url(preparation))
    assert (
        answer["Content-Type"] == "application/pdf"
        and "attachment" in answer["Content-Disposition"]
    )
    sheet = read(answer.content)
    text = " ".join("\n".join(page.extract_text() for page in sheet.pages).split())
    for one in living_questions(preparation)[:3]:
        assert " ".join(one.text.split())[:30] in text
    assert "<script>alert(1)</script>" in text and "<b>General</b>" in text, "as it was written"
    used = {name.split("+")[-1] for name in fonts(sheet)}
    assert all("Brygada" in name or "Sans" in name for name in used) and len(used) >= 2


@pytest.mark.parametrize(("paper", "size"), [("", (595, 842)), ("?paper=letter", (612, 792))])
def test_it_fits_the_paper_asked_for(user_client, preparation, paper: str, size):
    box = read(user_client.get(url(preparation) + paper).content).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_it_is_ones_own(other_client: Client, client: Client, preparation: Preparation):
    assert other_client.get(url(preparation)).status_code == 404
    assert client.get(url(preparation)).status_code == 302


def test_what_changed_is_on_the_next_sheet(user_client: Client, preparation: Preparation):
    before = user_client.get(url(preparation)).content
    services.add_question(preparation=preparation, text="What about nights?")
    text = "".join(
        page.extract_text() for page in read(user_client.get(url(preparation)).content).pages
    )
    assert "nights" in text and user_client.get(url(preparation)).content != before


def test_nothing_is_fetched(listener, tmp_path):
    site, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    done = made(
        f'<link rel="stylesheet" href="{site}/a.css"><img src="{site}/b.png">'
        f'<style>@import url("{site}/c.css"); body {{ background: url({site}/d.png) }}'
        f"@font-face {{ font-family: x; src: url({site}/e.woff2) }} p {{ font-family: x }}</style>"
        f'<object data="file://{secret}"></object><a rel="attachment" href="file://{secret}">f</a>'
        "<p>There.</p>"
    )
    assert done.returncode == 0 and "There." in read(done.stdout).pages[0].extract_text()
    assert asked == [] and b"a secret" not in done.stdout
    assert not read(done.stdout).attachments


@pytest.mark.parametrize(
    "address", ["rostrum:fonts/../../../manage.py", "file:///etc/passwd", "http://h/", "fonts/x"]
)
def test_only_our_fonts_are_read(address: str):
    with pytest.raises(ValueError, match="nothing is fetched"):
        font(address)
    assert font("rostrum:fonts/brygada-1918-latin.woff2").is_file()


def test_a_sheet_that_takes_too_long_is_said_to_have_failed(user_client, preparation, monkeypatch):
    monkeypatch.setattr(printing, "DEADLINE_S", 0.05)
    answer = user_client.get(url(preparation), follow=True)
    assert "The PDF could not be made just now" in answer.text and "PDF, A4" in answer.text


def test_who_comes_while_all_places_are_taken_is_told(user_client, preparation, monkeypatch):
    monkeypatch.setattr(printing, "PATIENCE_S", 0.01)
    for _ in range(printing.AT_ONCE):
        assert printing._places.acquire(blocking=False)
    try:
        answer = user_client.get(url(preparation), follow=True)
    finally:
        for _ in range(printing.AT_ONCE):
            printing._places.release()
    assert "could not be made just now" in answer.text
    assert user_client.get(url(preparation))["Content-Type"] == "application/pdf"
