"""`bin/rostrum analyze`: real engines on synthetic speech, in process and as a command."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from analysis.models import AnalysisRun, Transcript
from billing.models import Usage
from coaching.accounts.models import User
from sessions.models import Session, Upload
from tests.beside import environment
from tests.clips import text_named, truncated_mp4
from tests.synthesis import answer
from tests.workers.documents import checked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).parents[2]
TEXT = (
    "When I joined the company the support team was losing customers every week. My task was to "
    "find the reason. I talked to twenty customers. As a result we kept most of them."
)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return answer().write(tmp_path_factory.mktemp("speech") / "answer.wav")


def analyze(*args: Any) -> dict[str, Any]:
    """What the command prints, checked as every document is."""
    out = io.StringIO()
    call_command("analyze", *map(str, args), stdout=out)
    return checked(json.loads(out.getvalue()))


def refused(*args: Any) -> str:
    """The line on stderr of an input that cannot be analysed."""
    err, out = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("analyze", *map(str, args), stdout=out, stderr=err)
    assert end.value.code == 2
    assert out.getvalue() == ""
    line = err.getvalue().strip()
    assert line
    assert "\n" not in line
    return line


def nothing_is_left() -> bool:
    tables = (User, Session, AnalysisRun, Transcript, Upload, Usage)
    files = [p for p in Path(default_storage.location).rglob("*") if p.is_file()]
    return not files and not any(table.objects.exists() for table in tables)


def test_it_works(speech: Path) -> None:
    document = analyze(speech, "--question", "Tell me about a time you fixed something.")
    assert document["session"]["kind"] == "interview"
    assert document["media"]["duration_s"] > 10
    assert len(document["transcript"]["words"]) > 40
    assert document["fluency"]["pauses"]["count"] >= 3
    assert document["scores"]["pace"]["value"] is not None
    assert {s["status"] for s in document["stages"]} <= {"done", "skipped"}
    assert nothing_is_left()


def test_a_text_alone_is_analysed(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(TEXT)
    document = analyze(file)
    assert document["transcript"]["text"].startswith("When I joined")
    labels = [sentence["label"] for sentence in document["content"]["star"]["sentences"]]
    assert len(labels) == 4, "given text is reliable text"
    codes = {entry["path"]: entry["code"] for entry in document["withheld"]}
    assert codes["/prosody/pitch/median_hz"] == "text_only"
    assert nothing_is_left()


def test_a_transcript_is_aligned_and_the_document_written(speech: Path, tmp_path: Path) -> None:
    words, out = tmp_path / "words.txt", tmp_path / "out.json"
    words.write_text(answer().text)
    call_command("analyze", str(speech), "--transcript", str(words), "--json", str(out))
    said = json.loads(out.read_text())["transcript"]
    assert (said["source"], said["timing"]) == ("attached", "aligned")
    assert [w["text"] for w in said["words"]] == answer().text.split()


def test_it_keeps_a_session_of_the_user(user: User, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(TEXT)
    document = analyze(file, "--user", "Learner@Example.org", "--scenario", "pitch")
    session = Session.objects.get(owner=user)
    assert document["session"]["id"] == str(session.pk)
    assert session.kind == "pitch"
    assert session.state in {"ready", "partial"}, "partial: without the model of sentences"
    assert session.runs.get().is_current


def test_bad_media_is_one_clear_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    assert "empty" in refused(empty)
    assert "no such file" in refused(tmp_path / "absent.mp4")
    assert "text" in refused(text_named(tmp_path / "text.mp4"))
    assert refused(truncated_mp4(tmp_path / "cut.mp4", answer().samples))
    assert "text" in refused(text_named(tmp_path / os.fsdecode(b"caf\xe9.mp4"))), "named in Latin-1"
    assert nothing_is_left()


def test_bad_options_are_one_clear_line(speech: Path, tmp_path: Path) -> None:
    assert "nobody" in refused(speech, "--user", "nobody@example.org")
    assert "folder" in refused(speech, "--json", tmp_path / "nowhere" / "out.json")
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert "not a valid JSON" in refused(speech, "--transcript", bad)
    text = tmp_path / "a.txt"
    text.write_text("Words.")
    assert "its own transcript" in refused(text, "--transcript", text)
    assert nothing_is_left()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_leaves_nothing(
    speech: Path, tmp_path: Path, how: signal.Signals
) -> None:
    beside = environment(
        ROSTRUM_VAR=str(tmp_path / "var"), REDIS_URL=f"unix://{tmp_path}/no-redis.sock"
    )
    command = subprocess.Popen(
        [sys.executable, "manage.py", "analyze", str(speech)],
        cwd=ROOT, env=beside, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a shell that started the tests in its background had it ignored
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    for _ in range(1800):
        if AnalysisRun.objects.filter(state="running").exists():
            break
        time.sleep(0.1)
    command.send_signal(how)
    out, err = command.communicate(timeout=180)
    assert (command.returncode, out) == (130, "")
    assert err.strip().endswith("nothing was kept.")
    assert nothing_is_left()
    kept = [p for p in (tmp_path / "var").rglob("*") if p.is_file()]
    assert kept == []
