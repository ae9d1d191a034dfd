"""Working a run's stages by hand: claims, and outputs of the least an engine may give."""

from __future__ import annotations

import uuid
from typing import Any

from analysis.graph import QUEUES
from analysis.models import AnalysisRun
from analysis.services import stages
from analysis.services.stages import Claim
from coaching.accounts.models import User
from sessions.models import Recording, Session
from sessions.services import create_session
from tests.analysis.sections import SECTIONS, VIDEO
from workers.engines.types import StageOutput

SILENT_VIDEO = {**VIDEO, "audio": None}
SOUND = {**VIDEO, "kind": "audio", "video": None}
TEXT = {**VIDEO, "kind": "text", "duration_s": None, "video": None, "audio": None}


def make_session(owner: User, *, recorded: bool = True, **fields: Any) -> Session:
    session = create_session(owner=owner, kind="interview", title="A rehearsal", **fields)
    if recorded:
        Recording.objects.create(
            session=session,
            key=f"u/{owner.pk}/s/{session.pk}/original/{uuid.uuid4()}.mp4",
            filename="take.mp4",
            content_type="video/mp4",
            size_bytes=4,
            sha256=uuid.uuid4().hex * 2,
        )
    return session


def output(stage: str, section: dict[str, Any] | None = None) -> StageOutput:
    if section is None:
        section = SECTIONS.get(stage, {})
    return StageOutput(section=section, withheld=[], artifacts=[], engine="by hand 1", model="")


def claim(run: AnalysisRun, *names: str, worker: str = "a") -> Claim | None:
    """Claim a ready stage of `run`, of any queue, among `names` where given."""
    for queue in QUEUES:
        found = stages.claim_next(queue=queue, worker=worker, run_id=run.pk, names=names or None)
        if found:
            return found
    return None


def finish(claimed: Claim, section: dict[str, Any] | None = None, **how: Any) -> bool:
    return stages.finish_stage(
        stage_id=claimed.stage_id,
        attempt=claimed.attempt,
        output=output(claimed.stage, section),
        **how,
    )


def finish_all(run: AnalysisRun, *, probe: dict[str, Any] | None = None) -> list[str]:
    """Work everything through; returns the order."""
    order = []
    while claimed := claim(run):
        assert finish(claimed, probe if claimed.stage == "probe" else None)
        order.append(claimed.stage)
    run.refresh_from_db()
    return order


def states(run: AnalysisRun) -> dict[str, str]:
    return dict(run.stages.values_list("name", "state"))
