"""A result to study: what a real run measured of real synthetic speech, with a player."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from playwright.sync_api import Page

from analysis.models import AnalysisRun, Artifact
from coaching.accounts.models import User
from sessions.keys import session_prefix
from sessions.models import Session
from tests.browser.harness import comes_true
from tests.clips import Look, clip, moving_bar
from tests.engines.speech.jobs import played
from workers.demo.practices import HERE, scripts
from workers.management.commands.load_demo import load

SLUG = "09-conflict-again"
SOUND = HERE / "media" / f"{SLUG}.ogg"
PLAYER_TIME = "document.querySelector('[data-player]').currentTime"


def studied(user: User, *, film: Path | None = None) -> Session:
    """A demo practice of `user`; `film`, or its own recording, is what the player plays."""
    script = next(one for one in scripts() if one["slug"] == SLUG)
    load(user, script, at=timezone.now())
    session = Session.objects.get(owner=user)
    give_player(session.runs.get(), film or SOUND)
    return session


def give_player(run: AnalysisRun, media: Path) -> None:
    """The rendition, as the engine makes it."""
    made = next(one for one in played(media)["artifacts"] if one["kind"] == "rendition")
    give_artifact(run, "rendition", Path(made["path"]).read_bytes(), made["content_type"])


def give_artifact(run: AnalysisRun, kind: str, data: bytes, content_type: str) -> None:
    prefix = session_prefix(run.session.owner_id, run.session_id)
    Artifact.objects.create(
        run=run,
        stage=kind,
        kind=kind,
        key=default_storage.save(f"{prefix}runs/{run.pk}/{kind}", ContentFile(data)),
        content_type=content_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
    )


def film_of(seconds: float, folder: Path) -> Path:
    """A picture that moves, as long as the practice that it stands in for."""
    size = (640, 360)
    look = Look(size=size, fps=2)
    return clip(folder / "film.mp4", None, seconds=seconds, picture=moving_bar(size), look=look)


def player_ready(page: Page) -> None:
    assert comes_true(page, "document.querySelector('[data-player]').readyState >= 1")
