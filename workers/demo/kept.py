"""What a real run measured, as an archive, and played back through the services that keep results.

An archive is a zip: `outputs.json` ({stage: {section, withheld, engine, model, elapsed_s}}) and the
artifacts as `<stage>/<kind>`. The decoded sound and the rendition are left out: they are large, and
the workers make them again from the original.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from analysis.graph import ON_REQUEST, QUEUES, STAGES
from analysis.models import AnalysisRun
from analysis.services.inputs import StoredFile
from analysis.services.stages import Claim, claim_next, finish_stage
from sessions.keys import session_prefix
from workers.engines.types import ArtifactFile, StageOutput

LEFT_OUT = frozenset({"audio"})
_LEFT_UNDONE = frozenset({"rendition", *ON_REQUEST})


def keep(run: AnalysisRun) -> bytes:
    """The archive of a finished run. Raises ValueError for one that has gaps."""
    outputs: dict[str, dict[str, Any]] = {}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for stage in run.stages.all():
            if stage.state not in {"done", "skipped"}:
                raise ValueError(f"{stage.name} is {stage.state}: {stage.error_message}")
            if stage.state == "done" and stage.name not in _LEFT_UNDONE:
                outputs[stage.name] = {
                    "section": stage.result,
                    "withheld": stage.withheld,
                    "engine": stage.engine,
                    "model": stage.model,
                    "elapsed_s": stage.elapsed_s,
                }
        for artifact in run.artifacts.exclude(stage__in=_LEFT_UNDONE).exclude(kind__in=LEFT_OUT):
            with default_storage.open(artifact.key) as file:
                _write(archive, f"{artifact.stage}/{artifact.kind}", file.read())
            outputs[artifact.stage].setdefault("artifacts", {})[artifact.kind] = (
                artifact.content_type
            )
        _write(archive, "outputs.json", json.dumps(outputs, indent=1, sort_keys=True).encode())
    return made.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """With a fixed time stamp, so that the same results give the same bytes."""
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def play_back(run: AnalysisRun, archive: zipfile.ZipFile) -> None:
    """Claim and finish each stage of `run` with what was kept for it."""
    outputs = json.loads(archive.read("outputs.json"))
    while claim := _next(run):
        _finish(run, claim, outputs[claim.stage], archive)


def _next(run: AnalysisRun) -> Claim | None:
    names = STAGES.keys() - _LEFT_UNDONE
    claims = (
        claim_next(queue=queue, worker="demo", run_id=run.pk, names=names) for queue in QUEUES
    )
    return next((claim for claim in claims if claim), None)


def _finish(run: AnalysisRun, claim: Claim, kept: dict[str, Any], archive: zipfile.ZipFile) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stored: list[StoredFile] = []
        files: list[ArtifactFile] = []
        for kind, content_type in kept.get("artifacts", {}).items():
            data = archive.read(f"{claim.stage}/{kind}")
            local = Path(folder, kind)
            local.write_bytes(data)
            files.append(ArtifactFile(kind=kind, path=str(local), content_type=content_type))
            stored.append(_store(run, claim.stage, kind, content_type, data))
        output = StageOutput(
            section=kept["section"],
            withheld=kept["withheld"],
            artifacts=files,
            engine=kept["engine"],
            model=kept["model"],
        )
        finish_stage(
            stage_id=claim.stage_id,
            attempt=claim.attempt,
            output=output,
            stored=stored,
            elapsed_s=kept["elapsed_s"],
        )


def _store(run: AnalysisRun, stage: str, kind: str, content_type: str, data: bytes) -> StoredFile:
    prefix = session_prefix(run.session.owner_id, run.session_id)
    key = default_storage.save(f"{prefix}runs/{run.pk}/{stage}-1-{kind}", ContentFile(data))
    return StoredFile(
        kind=kind,
        key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        content_type=content_type,
    )
