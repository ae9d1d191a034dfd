"""Reading a claimed job description: the file written to a folder of the job's, the engine run, its
text brought back."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import structlog

from analysis.graph import Stage
from drills.models import JobDocument
from drills.models.leased import Leased
from drills.services import documents
from drills.services.leases import Leases
from workers.database import persist
from workers.engines.types import EngineError, StageJob, StageSettings, Word
from workers.host import Host
from workers.lease import Lease, Stale, held

DOCUMENT = Stage("document", "Reading a job description", "cpu")
"""Not in the graph: it says how its process runs. Somebody waits for it, so it is no background."""
DEADLINE_S = 30.0
MEMORY_BYTES = 512 * 1024 * 1024


class Desk:
    """A claimed row's way back to its place."""

    def __init__(self, leases: Leases[Any], row: Leased, what: str) -> None:
        self._leases = leases
        self._held: dict[str, Any] = {"pk": row.pk, "attempt": row.attempt}
        self.name = f"{what} {row.pk} attempt {row.attempt}"

    def renew(self) -> bool:
        return self._leases.renew(**self._held)

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> bool:
        return True

    def hand_back(self) -> bool:
        return self._leases.hand_back(**self._held)

    def fail(self, error: EngineError) -> bool:
        return self._leases.fail(**self._held, error=error)


def read_document(claim: JobDocument, host: Host, stopping: threading.Event) -> None:
    """Read it and bring its text, or why there is none, back. Raises nothing of the file's."""
    with structlog.contextvars.bound_contextvars(preparation=str(claim.pk)):
        desk = Desk(documents.leases, claim, "document")
        held(desk, stopping, lambda lease, folder: _work(claim, host, lease, folder))


def _work(claim: JobDocument, host: Host, lease: Lease, folder: Path) -> None:
    path = folder / f"document.{claim.kind}"
    path.write_bytes(bytes(claim.data))
    job = StageJob(
        stage="document",
        media=[],
        upstream={"document": {"kind": claim.kind}},
        artifacts={"document": str(path)},
        settings=cast(StageSettings, {}),
        workdir=str(folder),
    )
    output = host.run(job, deadline_s=DEADLINE_S, relay=lease.relay, check=lease.check)
    text = str(output["section"]["text"])
    if not persist(
        lambda: documents.finish(preparation_id=claim.pk, attempt=claim.attempt, text=text)
    ):
        raise Stale
