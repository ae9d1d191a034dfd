"""Recordings nobody plans for, from the upload to the page: the real server and the real engines.

Each ends in a result that says what is missing, or in a failure that says what to do; nothing is
lost, nothing is left over, nothing goes on turning.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client

from analysis.document import build
from analysis.models import AnalysisRun, Artifact, StageRun
from billing.models import Usage
from billing.selectors import used
from sessions.models import Recording, Session
from sessions.selectors import media_url
from sessions.services import create_session
from tests import clips
from tests.clips import Look
from tests.sessions.served import Tus, server, signed_in
from tests.synthesis import RATE, answer, say
from tests.workers.conftest import somebody
from tests.workers.documents import checked
from workers.inprocess import drain
from workers.pool import Pool

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SPEECH = say("When I joined the company the support team was losing customers.")


@pytest.fixture(scope="module")
def engines() -> Iterator[Pool]:
    """The engine processes, with their models loaded once."""
    made = Pool(name="test")
    yield made
    made.stopping.set()
    made.close()


@pytest.fixture
def base(settings, tmp_path: Path) -> Iterator[str]:
    settings.VAR_DIR = tmp_path / "var"
    with server() as address:
        yield address


@pytest.fixture
def tus(base: str) -> Iterator[Tus]:
    """A browser with a practice that waits for its recording."""
    session = create_session(owner=somebody(), kind="pitch", title="Seed round")
    with signed_in(session.owner, base) as http:
        yield Tus(http, session)


def bring(tus: Tus, path: Path, name: str = "") -> Any:
    return tus.create(path.stat().st_size, name=name or path.name, body=path.read_bytes())


def analysed(tus: Tus, engines: Pool, path: Path, name: str = "") -> AnalysisRun:
    """The run of an upload, worked through: nothing waits, and no file is there nobody knows of."""
    assert bring(tus, path, name).status_code == 201
    run = drain(tus.session.runs.get(), pool=engines)
    assert not run.stages.exclude(state__in=StageRun.SETTLED).exists()
    tus.session.refresh_from_db()
    assert tus.session.state in {"ready", "partial", "failed"}
    assert files() == {*Recording.objects.values_list("key", flat=True),
                       *Artifact.objects.values_list("key", flat=True)}  # fmt: skip
    return run


def files() -> set[str]:
    root = Path(django_settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def page(session: Session) -> str:
    """What its owner reads at its address, without the markup's escapes."""
    client = Client()
    client.force_login(session.owner, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/sessions/{session.pk}/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def result(run: AnalysisRun) -> dict[str, Any]:
    return checked(
        build(AnalysisRun.objects.select_related("session", "transcript").get(pk=run.pk))
    )


def withheld(document: dict[str, Any]) -> dict[str, str]:
    return {entry["path"]: entry["code"] for entry in document["withheld"]}


def silence(path: Path) -> Path:
    return clips.clip(path, np.zeros(6 * RATE, dtype=np.float32))


def test_a_video_without_sound_is_a_result_with_reasons(
    tus: Tus, engines: Pool, tmp_path: Path
) -> None:
    run = analysed(tus, engines, clips.clip(tmp_path / "mute.mp4", None, seconds=3))
    document = result(run)
    assert run.state in {"done", "partial"}
    assert document["media"]["audio"] is None
    reasons = withheld(document)
    for section in ("/media/sound", "/transcript", "/prosody"):
        assert {reasons[path] for path in reasons if path.startswith(section)} == {"no_sound"}
    assert "There is no sound in this recording." in page(tus.session)


def test_silence_alone_is_a_result_with_reasons(tus: Tus, engines: Pool, tmp_path: Path) -> None:
    run = analysed(tus, engines, silence(tmp_path / "silence.mp4"))
    document = result(run)
    assert run.state in {"done", "partial"}
    assert document["transcript"]["words"] == []
    assert "no_speech" in withheld(document).values()
    assert document["scores"]["overall"]["value"] is None
    assert "no speech" in page(tus.session).lower()


def test_a_fifth_of_a_second_is_a_result_with_reasons(
    tus: Tus, engines: Pool, tmp_path: Path
) -> None:
    run = analysed(tus, engines, clips.clip(tmp_path / "blip.mp4", SPEECH.samples[:3200]))
    document = result(run)
    assert run.state in {"done", "partial"}
    assert "very_short" in {warning["code"] for warning in document["media"]["warnings"]}
    assert document["scores"]["overall"]["value"] is None
    assert "shorter than half a second" in page(tus.session)


def test_damage_in_the_middle_leaves_the_rest(tus: Tus, engines: Pool, tmp_path: Path) -> None:
    run = analysed(tus, engines, clips.corrupt_middle(tmp_path / "hit.mp4", answer().samples))
    document = result(run)
    assert run.state in {"done", "partial"}
    damage = {warning["code"] for warning in document["media"]["sound"]["warnings"]}
    assert "corrupt_sound" in damage
    said = document["transcript"]["text"].lower()
    assert "company" in said and "result" in said, "what is before and behind it"
    assert "damaged" in page(tus.session)


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("ten-bit-surround.mp4", Look(ten_bit=True, channels=6, rate=48_000)),
        ("fine.flac", Look(rate=96_000, channels=2)),
        ("telephone.wav", Look(rate=8_000)),
    ],
)
def test_unusual_sound_and_picture_are_heard(
    tus: Tus, engines: Pool, tmp_path: Path, name: str, look: Look
) -> None:
    run = analysed(tus, engines, clips.clip(tmp_path / name, SPEECH.samples, look=look))
    document = result(run)
    assert run.state in {"done", "partial"}
    assert "company" in document["transcript"]["text"].lower()
    assert run.stages.get(name="rendition").state == "done"
    assert run.artifacts.filter(kind="rendition").exists()


def too_long(path: Path) -> Path:
    """Little to send, much to unpack: minutes of nothing."""
    return clips.clip(path, np.zeros(120 * RATE, dtype=np.float32))


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("cut.mp4", lambda path: clips.truncated_mp4(path, SPEECH.samples), "index"),
        ("kept.mp4", lambda path: clips.encrypted_mp4(path, SPEECH.samples), "copy-protected"),
        ("nothing.flac", too_long, "long"),
    ],
)
def test_what_cannot_be_used_says_why_and_takes_another_file(
    tus: Tus, engines: Pool, tmp_path: Path, settings, name: str,
    make: Callable[[Path], Path], says: str,
) -> None:  # fmt: skip
    settings.MAX_DURATION_S = 60
    run = analysed(tus, engines, make(tmp_path / name))
    assert (run.state, tus.session.state) == ("failed", "failed")
    assert says in run.error_message
    told = page(tus.session)
    assert run.error_message in told
    assert "Another file" in told
    assert mail.outbox == []

    good = SPEECH.write(tmp_path / "good.wav")
    assert bring(tus, good).status_code == 201
    again = drain(tus.session.runs.exclude(pk=run.pk).get(), pool=engines)
    assert again.state in {"done", "partial"}
    assert used(tus.session.owner, Usage.Kind.STORAGE) == good.stat().st_size


def packed(members: list[str]) -> bytes:
    """A hundred kilobytes that unpack to a hundred megabytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in members:
            archive.writestr(name, b"\0" * (100_000_000 // len(members)))
    return made.getvalue()


@pytest.mark.parametrize(
    "members",
    [["zeros"], ["[Content_Types].xml", "word/document.xml"]],
    ids=["zip", "docx"],
)
def test_a_zip_bomb_is_refused_unopened(tus: Tus, members: list[str]) -> None:
    bomb = packed(members)
    assert len(bomb) < 200_000
    refused = tus.create(len(bomb), name="talk.mp4", body=bomb)
    assert refused.status_code == 422
    assert "not a recording" in refused.text
    tus.session.refresh_from_db()
    assert (tus.session.state, files()) == ("draft", set())
    assert "Bring the recording" in page(tus.session)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../../etc/cron.d/talk.wav", "talk.wav"),
        ("🎤🔥 Vortrag — „endgültig“; 100 %.wav", "🎤🔥 Vortrag — „endgültig“; 100 %.wav"),
        ("é" * 300 + ".wav", "é" * 116 + ".wav"),
    ],
    ids=["path", "emoji", "long"],
)  # fmt: skip
def test_a_strange_name_goes_the_whole_way(
    tus: Tus, engines: Pool, tmp_path: Path, name: str, kept: str
) -> None:
    run = analysed(tus, engines, SPEECH.write(tmp_path / "given.wav"), name)
    assert run.state in {"done", "partial"}
    recording = tus.session.recordings.get()
    assert recording.filename == kept
    assert recording.key.startswith(f"u/{tus.session.owner_id}/s/{tus.session.pk}/original/")
    page(tus.session)
    address = media_url(
        tus.session.owner, recording.key, content_type=recording.content_type,
        filename=recording.filename, download=True,
    )  # fmt: skip
    download = tus.http.get(address)
    assert download.content == (tmp_path / "given.wav").read_bytes()
    named = download.headers["content-disposition"].partition("UTF-8''")[2]
    assert unquote(named) == kept
    assert [sent.to for sent in mail.outbox] == [[tus.session.owner.email]]


def test_two_tabs_that_send_the_same_file_make_one_recording_and_one_result(
    tus: Tus, base: str, engines: Pool, tmp_path: Path
) -> None:
    data = SPEECH.write(tmp_path / "talk.wav").read_bytes()
    half = len(data) // 2
    with signed_in(tus.session.owner, base) as http:
        tabs = [tus, Tus(http, tus.session)]
        urls = [tab.create(len(data)).headers["location"] for tab in tabs]
        for offset, piece in ((0, data[:half]), (half, data[half:])):
            sent = [tab.patch(url, offset, piece) for tab, url in zip(tabs, urls, strict=True)]
            assert [one.status_code for one in sent] == [204, 204]
    run = drain(tus.session.runs.get(), pool=engines)
    assert run.state in {"done", "partial"}
    assert tus.session.recordings.count() == 1
    assert used(tus.session.owner, Usage.Kind.STORAGE) == len(data)
    assert not [file for file in files() if "/uploads/" in file]
