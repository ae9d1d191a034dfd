"""Taking results over instead of measuring again what cannot come out differently."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from analysis.graph import RECOMPUTED
from analysis.models import AnalysisRun, StageRun
from analysis.services.inputs import Inputs, StoredFile
from analysis.services.states import RESULT_STATES
from sessions.models import Recording
from workers.engines.types import Withheld

SETTINGS_READ: dict[str, tuple[str, ...]] = {
    "probe": ("engines",),
    "audio": ("engines", "trim"),
    "rendition": ("engines",),
    "body": ("engines", "trim"),
    "prosody": ("speaker", "parts", "engines", "trim"),
}
"""Settings a stage's result depends on; a stage that is not here may read them all."""
NEVER = frozenset({"notify", "coach"})
"""`coach` looks for an equal request itself: it may not be copied where consent has gone."""


@dataclass(frozen=True)
class Earlier:
    """A result to be copied; its files are copied in storage too, never shared."""

    section: dict[str, Any]
    withheld: list[Withheld]
    engine: str
    model: str
    files: tuple[StoredFile, ...]
    passing: bool
    """As in `StageOutput`: kept without a digest, so that no equal input finds it."""


def digest(inputs: Inputs, engine_version: str) -> str:
    """SHA-256 over everything declared that an attempt reads: media, files, upstream results,
    settings, and the version of the engines and models it would run."""
    settings: dict[str, Any] = dict(inputs.settings)
    read = SETTINGS_READ.get(inputs.stage, tuple(settings))
    declared = {
        "stage": inputs.stage,
        "engine": engine_version,
        "media": [[m.role, m.sha256, m.capture, m.joins] for m in inputs.media],
        "files": [[f.kind, f.sha256] for f in inputs.artifacts],
        "upstream": inputs.upstream,
        "settings": {key: settings[key] for key in sorted(read) if key in settings},
    }
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()


def find(stage_id: int, input_digest: str) -> Earlier | None:
    """A result this stage would come to again, or None.

    A `transcript` or `rescore` run keeps what its change leaves alone from the run before it; any
    run takes what the same owner's equal inputs have already given.
    """
    stage = StageRun.objects.select_related("run__parent").get(pk=stage_id)
    if stage.name in NEVER:
        return None
    source = _of_parent(stage) or (
        StageRun.objects.filter(
            owner=stage.owner_id,
            name=stage.name,
            input_digest=input_digest,
            state=StageRun.State.DONE,
        )
        .exclude(run=stage.run_id)
        .order_by("-finished_at")
        .first()
    )
    if source is None or source.result is None:
        return None
    return Earlier(
        section=source.result,
        withheld=source.withheld,
        engine=source.engine,
        model=source.model,
        files=tuple(
            StoredFile(a.kind, a.key, a.sha256, a.size_bytes, a.content_type)
            for a in source.run.artifacts.filter(stage=source.name)
        ),
        passing=not source.input_digest,
    )


def _of_parent(stage: StageRun) -> StageRun | None:
    run: AnalysisRun = stage.run
    parent = run.parent
    if (
        parent is None
        or parent.state not in RESULT_STATES
        or run.profile not in RECOMPUTED
        or stage.name in RECOMPUTED[run.profile]
        or _trimmed_otherwise(stage.name, run, parent)
        or Recording.objects.filter(session=run.session_id, created__gt=parent.created).exists()
    ):
        return None
    return parent.stages.filter(name=stage.name, state=StageRun.State.DONE).first()


def _trimmed_otherwise(name: str, run: AnalysisRun, parent: AnalysisRun) -> bool:
    reads = SETTINGS_READ.get(name)
    return (reads is None or "trim" in reads) and run.settings.get("trim") != parent.settings.get(
        "trim"
    )
