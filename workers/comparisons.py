"""Working out a claimed comparison: its brief put together, the engine run, the result brought
back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from drills.comparing import brief_of, kept_result
from drills.models import Comparison
from drills.services import comparisons
from workers.database import database, persist
from workers.documents import Desk
from workers.engines.types import EngineError, StageJob, StageSettings
from workers.host import Host
from workers.lease import Lease, Stale, held

DEADLINE_S = 180.0
"""An hour's interview takes some seconds."""


def work_out(claim: Comparison, host: Host, stopping: threading.Event) -> None:
    """Work it out and bring what was found, or why nothing was, back."""
    with structlog.contextvars.bound_contextvars(comparison=str(claim.pk)):
        desk = Desk(comparisons.leases, claim, "comparison")
        held(desk, stopping, lambda lease, folder: _work(claim, host, lease, folder))


def _work(claim: Comparison, host: Host, lease: Lease, folder: Path) -> None:
    with database():
        found = Comparison.objects.select_related("preparation", "session").get(pk=claim.pk)
        brief = brief_of(found)
    if brief is None:
        raise ObjectDoesNotExist
    if not brief.for_engine["sentences"]:
        raise EngineError(
            "no_words", _("No words were heard in this recording, so nothing can be compared.")
        )
    job = StageJob(
        stage="comparison",
        media=[],
        upstream={"comparison": brief.for_engine},
        artifacts={},
        settings=cast(StageSettings, {"engines": {"models_dir": str(settings.MODELS_DIR)}}),
        workdir=str(folder),
    )
    output = host.run(job, deadline_s=DEADLINE_S, relay=lease.relay, check=lease.check)
    result = kept_result(brief, output["section"])
    if not persist(
        lambda: comparisons.finish(
            pk=claim.pk, attempt=claim.attempt, run=brief.run.pk, result=result
        )
    ):
        raise Stale
