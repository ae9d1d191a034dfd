"""One attempt at a stage, from its claim to what it leaves: the same for every kind of worker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from analysis.graph import STAGES
from analysis.models import StageRun
from analysis.services import reuse, stages
from analysis.services.inputs import Inputs, StoredFile, inputs_of
from analysis.services.reuse import Earlier
from analysis.services.stages import Claim
from workers import cache
from workers.coach import coach
from workers.database import AWAY, database, persist
from workers.engines.types import ArtifactFile, EngineError, MediaInput, StageJob, StageOutput, Word
from workers.host import Host
from workers.notify import notify
from workers.stages import engine_version

log = logging.getLogger(__name__)


class Stale(Exception):
    """The stage was cancelled or given to another worker: stop, keep nothing."""


class HandBack(Exception):
    """This worker is to stop: the stage goes to another."""


def attempt(claim: Claim, host: Host, stopping: threading.Event) -> None:
    """Work a claimed stage and bring its result, or its failure, back. Raises nothing of the
    stage's; a database that is away for long leaves the stage to the reaper."""
    began = time.monotonic()
    with structlog.contextvars.bound_contextvars(
        run=str(claim.run_id), session=str(claim.session_id), stage=claim.stage
    ):
        try:
            with _Lease(claim, stopping) as lease, cache.scratch() as folder:
                _work(claim, host, lease, folder, began)
        except (Stale, StageRun.DoesNotExist):
            log.info("%s attempt %d was given up", claim.stage, claim.attempt)
        except HandBack:
            persist(lambda: stages.hand_back(stage_id=claim.stage_id, attempt=claim.attempt))
            log.info("%s handed back", claim.stage)
        except EngineError as error:
            _fail(claim, error)
        except AWAY:
            log.exception("%s: the database is away, the reaper will free it", claim.stage)
        except Exception as error:
            log.exception("%s broke the worker", claim.stage)
            _fail(
                claim,
                EngineError(
                    "worker_failed",
                    _("Something went wrong while this was measured."),
                    detail=repr(error),
                    retry=True,
                ),
            )


def _work(claim: Claim, host: Host, lease: _Lease, folder: Path, began: float) -> None:
    def inputs_and_earlier() -> tuple[Inputs, str, Earlier | None]:
        inputs = inputs_of(claim.stage_id)
        digest = reuse.digest(inputs, engine_version(settings.MODELS_DIR))
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
        job = _job(inputs, folder)
        lease.check()
        output = host.run(job, deadline_s=inputs.deadline_s, relay=lease.relay, check=lease.check)
    stored = cache.store(claim, output, folder)
    try:
        kept = persist(
            lambda: stages.finish_stage(
                stage_id=claim.stage_id,
                attempt=claim.attempt,
                output=output,
                stored=stored,
                input_digest="" if output.get("passing") else digest,
                elapsed_s=round(time.monotonic() - began, 3),
                taken_over=bool(copied),
            )
        )
    except AWAY:
        raise  # it may have been kept: the files stay until the session goes
    except Exception:
        cache.discard(stored)
        raise
    if not kept:
        cache.discard(stored)
        raise Stale
    log.info("%s done in %.1f s", claim.stage, time.monotonic() - began)


def _job(inputs: Inputs, folder: Path) -> StageJob:
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
        )
        for item in inputs.media
    ]
    artifacts = {file.kind: str(_provided(file, folder / "in")) for file in inputs.artifacts}
    workdir = folder / "out"
    workdir.mkdir()
    chosen = inputs.settings["engines"] | {
        "models_dir": str(settings.MODELS_DIR),
        "device": settings.DEVICE,
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


def _fail(claim: Claim, error: EngineError) -> None:
    log.warning("%s failed: %s %s", claim.stage, error, error.detail)
    once_more = error.code != "out_of_memory" or claim.failures == 0
    persist(
        lambda: stages.fail_stage(
            stage_id=claim.stage_id,
            attempt=claim.attempt,
            error=error,
            retry=error.retry and once_more,
        )
    )


class _Lease:
    """Keeps the lease while the attempt goes on, in a thread of its own."""

    def __init__(self, claim: Claim, stopping: threading.Event) -> None:
        self._claim, self._stopping = claim, stopping
        self._lost, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> _Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(1.0)  # longer only while the database is away

    def check(self) -> None:
        """Raise where the attempt is to end early."""
        if self._lost.is_set():
            raise Stale
        if self._stopping.is_set():
            raise HandBack

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> None:
        self.check()
        try:
            with database():
                held = stages.relay(
                    stage_id=self._claim.stage_id,
                    attempt=self._claim.attempt,
                    ratio=ratio,
                    message=message,
                    words=words,
                )
        except DatabaseError as error:
            log.warning("progress was not kept: %s", error)
            return
        if not held:
            raise Stale

    def _renew(self) -> None:
        while not self._over.wait(settings.HEARTBEAT_S):
            try:
                with database():
                    held = stages.renew(stage_id=self._claim.stage_id, attempt=self._claim.attempt)
            except DatabaseError as error:
                log.warning("the lease was not renewed: %s", error)
                continue
            if not held and not self._over.is_set():
                self._lost.set()
                return
