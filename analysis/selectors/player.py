"""What the page plays and draws: the rendition's address, and the series beside it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from analysis.models import AnalysisRun, Artifact, StageRun
from sessions.selectors import Viewer, media_url, recording_url

PLAYABLE = frozenset(
    {"video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/wav", "audio/webm", "audio/flac"}
)
"""What every current browser plays as it came."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Player:
    url: str
    video: bool
    poster: str = ""
    skeleton: str = ""
    """Address of the points to draw over the picture; empty where none were found."""


def series_of(run: AnalysisRun, *only: str) -> dict[str, Any]:
    """JSON of the `series.*` artifacts and the `waveform`, by kind; of these alone where named.

    A file the storage cannot give is left out and logged: the page shows the rest.
    """
    found: dict[str, Any] = {}
    for artifact in run.artifacts.all():
        if artifact.kind != "waveform" and not artifact.kind.startswith("series."):
            continue
        if only and artifact.kind not in only:
            continue
        try:
            with default_storage.open(artifact.key) as file:
                found[artifact.kind] = json.load(file)
        except (OSError, ValueError):
            log.exception("artifact %s of run %s cannot be read", artifact.kind, run.pk)
    return found


def player_of(run: AnalysisRun, user: Viewer) -> Player | None:
    """What the browser plays for `user`: the rendition, until it is made an original it can play.

    None for a text, and while neither is there.
    """
    made = {artifact.kind: artifact for artifact in run.artifacts.all()}
    poster = _url(user, made["thumbnail"]) if "thumbnail" in made else ""
    if rendition := made.get("rendition"):
        video = rendition.content_type.startswith("video/")
        return Player(_url(user, rendition), video, poster, _skeleton(user, made) if video else "")
    for recording in run.session.recordings.exclude(checked_at=None).order_by("role"):
        # of several films behind one another a browser plays the first
        if recording.content_type in PLAYABLE and not recording.joins:
            video = recording.content_type.startswith("video/")
            skeleton = _skeleton(user, made) if video else ""
            return Player(recording_url(user, recording), video, poster, skeleton)
    return None


def player_coming(run: AnalysisRun) -> bool:
    """Whether the rendition is still being made, so that a page without a player may get one."""
    return any(
        stage.name == "rendition" and stage.state not in StageRun.SETTLED
        for stage in run.stages.all()
    )


def _skeleton(user: Viewer, made: dict[str, Artifact]) -> str:
    return _url(user, made["skeleton"]) if "skeleton" in made else ""


def _url(user: Viewer, artifact: Artifact) -> str:
    return media_url(user, artifact.key, content_type=artifact.content_type)
