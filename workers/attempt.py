"""One attempt at a stage, from its claim to what it leaves: the same for every kind of worker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from analysis.graph import STAGES
from analysis.services import reuse, stages
from analysis.services.inputs import Inputs, StoredFile, inputs_of
from analysis.services.reuse import Earlier
from analysis.services.stages import Claim
from sessions.keys import session_prefix
from workers import cache
from workers.coach import coach
from workers.database import persist
from workers.engines.trained import production
from workers.engines.types import ArtifactFile, EngineError, MediaInput, StageJob, StageOutput, Word
from workers.host import Host
from workers.lease import Lease, bring, held
from workers.notify import notify
from workers.stages import engine_version

log = logging.getLogger(__name__)
GPU_LOSSES = 3
"""Attempts that did not fail after which a lost GPU counts as a failure: it is handed back so often
at most, and less where a worker was restarted meanwhile."""


class _Stage:
    """A claimed stage's way back to its row."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._held = {"stage_id": claim.stage_id, "attempt": claim.attempt}
        self.name = f"{claim.stage} attempt {claim.attempt}"

    def renew(self) -> bool:
        return stages.renew(**self._held)

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> bool:
        return stages.relay(**self._held, ratio=ratio, message=message, words=words)

    def hand_back(self) -> bool:
        return stages.hand_back(**self._held)

    def fail(self, error: EngineError) -> bool:
        unharmed = self._claim.attempt - self._claim.failures
        if error.code == "gpu_lost" and unharmed <= GPU_LOSSES:
            # no fault of the recording's; a new engine process takes the CPU where no GPU is left
            return self.hand_back()
        once_more = error.code != "out_of_memory" or self._claim.failures == 0
        return stages.fail_stage(**self._held, error=error, retry=error.retry and once_more)


def attempt(claim: Claim, host: Host, stopping: threading.Event) -> None:
    """Work a claimed stage and bring its result, or its failure, back. Raises nothing of the
    stage's."""
    began = time.monotonic()
    with structlog.contextvars.bound_contextvars(
        run=str(claim.run_id), session=str(claim.session_id), stage=claim.stage
    ):
        held(
            _Stage(claim),
            stopping,
            lambda lease, folder: _work(claim, host, lease, folder, began),
        )


def _work(claim: Claim, host: Host, lease: Lease, folder: Path, began: float) -> None:
    trained = production(settings.MODELS_DIR)

    def inputs_and_earlier() -> tuple[Inputs, str, Earlier | None]:
        inputs = inputs_of(claim.stage_id)
        digest = reuse.digest(inputs, engine_version(settings.MODELS_DIR, trained))
        return inputs, digest, reuse.find(claim.stage_id, digest)

    inputs, digest, earlier = persist(inputs_and_earlier)
    copied = earlier and _copied(earlier, folder)
    if copied:
        output = copied
    elif claim.stage == "notify":
        output = persist(lambda: notify(claim))
    elif claim.stage == "coach":
        output = coach(claim, lease.check)
    else:
        job = _job(inputs, folder, trained)
        lease.check()
        output = host.run(job, deadline_s=inputs.deadline_s, relay=lease.relay, check=lease.check)
    prefix = (
        f"{session_prefix(claim.owner_id, claim.session_id)}runs/{claim.run_id}/"
        f"{claim.stage}-{claim.attempt}-"
    )
    stored = cache.store(prefix, output, folder)
    bring(
        stored,
        lambda: stages.finish_stage(
            stage_id=claim.stage_id,
            attempt=claim.attempt,
            output=output,
            stored=stored,
            input_digest="" if output.get("passing") else digest,
            elapsed_s=round(time.monotonic() - began, 3),
            taken_over=bool(copied),
        ),
    )
    log.info("%s done in %.1f s", claim.stage, time.monotonic() - began)


def _job(inputs: Inputs, folder: Path, trained: dict[str, Any]) -> StageJob:
    """The engine's job, with every file it reads linked into the job's own folder."""
    files = cache.media_cache()
    media = [
        MediaInput(
            role=item.role,  # type: ignore[typeddict-item]
            path=str(
                files.provide(
                    item.key,
                    item.sha256,
                    item.size_bytes,
                    folder / "in" / f"{item.role}{Path(item.key).suffix}",
                )
            )
            if STAGES[inputs.stage].original
            else "",
            filename=item.filename,
            capture=item.capture,
            joins=item.joins,
        )
        for item in inputs.media
    ]
    artifacts = {file.kind: str(_provided(file, folder / "in")) for file in inputs.artifacts}
    workdir = folder / "out"
    workdir.mkdir()
    chosen = inputs.settings["engines"] | {
        "models_dir": str(settings.MODELS_DIR),
        "device": settings.DEVICE,
        "trained": trained,
    }
    return StageJob(
        stage=inputs.stage,
        media=media,
        upstream=inputs.upstream,
        artifacts=artifacts,
        settings={**inputs.settings, "engines": chosen},
        workdir=str(workdir),
    )


def _copied(earlier: Earlier, folder: Path) -> StageOutput | None:
    """An earlier result as if it had just been made, its files in this job's folder; None where
    they are gone, purged with the session they belonged to."""
    try:
        files = [
            ArtifactFile(
                kind=file.kind,
                path=str(_provided(file, folder / "copy")),
                content_type=file.content_type,
            )
            for file in earlier.files
        ]
    except EngineError as error:
        log.info("an earlier result cannot be taken over: %s", error.detail)
        return None
    return StageOutput(
        section=earlier.section,
        withheld=earlier.withheld,
        artifacts=files,
        engine=earlier.engine,
        model=earlier.model,
        passing=earlier.passing,
    )


def _provided(file: StoredFile, folder: Path) -> Path:
    target = folder / f"{file.kind}{Path(file.key).suffix}"
    return cache.media_cache().provide(file.key, file.sha256, file.size_bytes, target)
