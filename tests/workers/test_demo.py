"""The demo learner is made of real results, kept small, played back through the services."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from jsonschema import Draft202012Validator

from analysis.document import build, schema
from analysis.models import Sentence
from coaching.accounts.models import User
from drills.models import Achievement, Attempt, Comparison, PreparedAnswer
from sessions.models import Recording, Session
from workers.demo.practices import HERE, RESULTS, scripts, training

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = settings.MODELS_DIR = tmp_path  # chosen without meaning: it is quicker
    call_command("load_demo", verbosity=0)
    owner = User.objects.get(email="demo@rostrum.local")
    sessions = list(Session.objects.filter(owner=owner).order_by("created"))
    assert len(sessions) == len(scripts()) + len(training())
    assert all(session.state == "ready" for session in sessions)
    assert all(session.score for session in sessions if session.is_listed)
    assert sessions[-1].created - sessions[0].created > timedelta(weeks=5)
    validator = Draft202012Validator(schema())
    for session in sessions:
        validator.validate(build(session.runs.get()))
    kept = Sentence.objects.filter(transcript__session__is_drill=False)
    assert not kept.filter(embedding=None).exists(), "every sentence can be searched"
    passed = Attempt.objects.order_by("created").values_list("drill__slug", "state", "passed")
    assert list(passed) == [
        ("pace-metronome", "judged", False), ("silent-breath", "judged", True),
        ("pace-metronome", "judged", True), ("pitch-stress-one-word", "judged", False),
    ]  # fmt: skip
    now = Recording.objects.exclude(created=F("session__created"))
    assert not now.exists(), "each counts on its own day"
    assert not Achievement.objects.exclude(earned_at=F("session__created")).exists()
    assert all(one.feedback for one in PreparedAnswer.objects.all())
    assert Comparison.objects.get().state == "waiting", "a worker works it out"

    call_command("load_demo", verbosity=0)
    again = Session.objects.filter(owner=owner).count()
    assert again == len(sessions), "a second start loads nothing twice"


def test_every_practice_has_its_recording_and_its_result() -> None:
    for script in [*scripts(), *training()]:
        media = HERE / "media" / f"{script['slug']}.ogg"
        assert media.is_file() or script.get("in_writing")
        with zipfile.ZipFile(RESULTS / f"{script['slug']}.zip") as archive:
            outputs = json.loads(archive.read("outputs.json"))
        assert outputs["transcribe"]["section"]["words"]
        assert all(output["engine"] for name, output in outputs.items() if name != "notify")


def test_it_stays_small() -> None:
    files = [*(HERE / "media").iterdir(), *RESULTS.iterdir()]
    assert sum(file.stat().st_size for file in files) <= 3_000_000
