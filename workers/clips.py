"""Making a claimed clip: its files fetched, the engine run, what it made stored."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import structlog

from analysis.graph import Stage
from analysis.services.clips import making
from analysis.services.clips.making import ClipClaim, ClipInputs
from sessions.keys import session_prefix
from workers import cache
from workers.database import persist
from workers.engines.types import EngineError, StageJob, StageSettings, Word
from workers.host import Host
from workers.lease import Lease, bring, held

CLIP = Stage("clip", "Making a clip", "cpu", priority=-10)
"""Not in the graph: it says how its process runs, in the background."""


class _Clip:
    """A claimed clip's way back to its row."""

    def __init__(self, claim: ClipClaim) -> None:
        self._held: dict[str, Any] = {"clip_id": claim.clip_id, "attempt": claim.attempt}
        self.name = f"clip {claim.clip_id} attempt {claim.attempt}"

    def renew(self) -> bool:
        return making.renew(**self._held)

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> bool:
        return making.relay(**self._held, ratio=ratio)

    def hand_back(self) -> bool:
        return making.hand_back(**self._held)

    def fail(self, error: EngineError) -> bool:
        return making.fail(**self._held, error=error)


def make_clip(claim: ClipClaim, host: Host, stopping: threading.Event) -> None:
    """Make it and bring it, or its failure, back. Raises nothing of the clip's."""
    with structlog.contextvars.bound_contextvars(
        clip=str(claim.clip_id), session=str(claim.session_id)
    ):
        held(_Clip(claim), stopping, lambda lease, folder: _work(claim, host, lease, folder))


def _work(claim: ClipClaim, host: Host, lease: Lease, folder: Path) -> None:
    inputs = persist(lambda: making.inputs_of(claim.clip_id))
    job = _job(inputs, folder)
    lease.check()
    output = host.run(job, deadline_s=inputs.deadline_s, relay=lease.relay, check=lease.check)
    place = session_prefix(claim.owner_id, claim.session_id)
    stored = cache.store(f"{place}clips/{claim.clip_id}-{claim.attempt}-", output, folder)
    bring(
        stored,
        lambda: making.finish(
            clip_id=claim.clip_id, attempt=claim.attempt, output=output, stored=stored[0]
        ),
    )


def _job(inputs: ClipInputs, folder: Path) -> StageJob:
    """The engine's job, with the files it reads linked into the job's own folder."""
    files = cache.media_cache()
    provided = {
        file.kind: str(
            files.provide(
                file.key,
                file.sha256,
                file.size_bytes,
                folder / "in" / f"{file.kind}{Path(file.key).suffix}",
            )
        )
        for file in inputs.files
    }
    workdir = folder / "out"
    workdir.mkdir()
    return StageJob(
        stage="clip",
        media=[],
        upstream={"clip": dict(inputs.spec)},
        artifacts=provided,
        settings=cast(StageSettings, {}),
        workdir=str(workdir),
    )
