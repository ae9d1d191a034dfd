"""The demo learner is made of real results, kept small, played back through the services."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from analysis.document import build, schema
from analysis.models import Sentence
from coaching.accounts.models import User
from sessions.models import Session
from workers.demo.practices import HERE, RESULTS, scripts

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("load_demo", verbosity=0)
    owner = User.objects.get(email="demo@rostrum.local")
    sessions = list(Session.objects.filter(owner=owner).order_by("created"))
    assert len(sessions) == 10
    assert all(session.state == "ready" and session.score for session in sessions)
    assert sessions[-1].created - sessions[0].created > timedelta(weeks=5)
    validator = Draft202012Validator(schema())
    for session in sessions:
        validator.validate(build(session.runs.get()))
    assert not Sentence.objects.filter(embedding=None).exists(), "every sentence can be searched"

    call_command("load_demo", verbosity=0)
    assert Session.objects.filter(owner=owner).count() == 10, "a second start loads nothing twice"


def test_every_practice_has_its_recording_and_its_result() -> None:
    for script in scripts():
        assert (HERE / "media" / f"{script['slug']}.ogg").is_file()
        with zipfile.ZipFile(RESULTS / f"{script['slug']}.zip") as archive:
            outputs = json.loads(archive.read("outputs.json"))
        assert outputs["transcribe"]["section"]["words"]
        assert all(output["engine"] for name, output in outputs.items() if name != "notify")


def test_it_stays_small() -> None:
    files = [*(HERE / "media").iterdir(), *RESULTS.iterdir()]
    assert sum(file.stat().st_size for file in files) <= 3_000_000
